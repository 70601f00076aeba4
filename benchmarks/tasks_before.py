"""The five tasks of ``benchmarks/tasks.py`` in the pages of commit 498ce56: what the new ones are held against.

    git worktree add OLD 498ce56
    PYTHONPATH=OLD/src:OLD/tests .venv/bin/python -m benchmarks.tasks_before [--shots FOLDER]

Writes ``results/tasks_before.json``, which ``benchmarks/tasks.py`` reads. With the pages of today it fails: they have
other buttons.
"""

import argparse
from pathlib import Path

from playwright.sync_api import expect

from benchmarks.task_hand import (
    JOB,
    LATER,
    RATE,
    Hand,
    Task,
    check_walker_hidden,
    face_of,
    keep_mistagged,
    keep_spoken,
    measured,
    stander_at,
    two_shots,
    write_before,
)
from benchmarks.tasks import TASKS as NOW
from paging import Server, a_browser
from real_faces import two_faces

MAKE = "Make the copy"


def drop_to_safe_copy(hand: Hand, server: Server, folder: Path) -> None:
    clip = two_faces(folder / "square.mp4")
    hand.add(server, clip)
    hand.click(hand.page.get_by_role("link", name=clip.name).first)
    expect(hand.page.locator("#facts")).not_to_have_text("Loading…")  # until then the link leads nowhere
    hand.click(hand.page.get_by_role("link", name="Make a safe copy"))
    hand.look()
    hand.copied(MAKE)


def hide_through_two_shots(hand: Hand, server: Server, folder: Path) -> None:
    page = hand.page
    video = hand.add(server, two_shots(folder / "interview.mp4"))
    page.goto(f"{server.address}/videos/{video}/share")
    hand.begin()
    hand.look()
    for seconds in (0.0, LATER):
        expect(page.locator("#count")).to_contain_text("hidden", timeout=JOB)
        if seconds:
            hand.click_at(page.locator("#time"), seconds / float(page.locator("#time").get_attribute("max") or 1))
        hand.click_at(page.locator("#boxes"), *face_of(stander_at(round(seconds * RATE))))
        hand.click(page.locator("#tracks li.chosen input[type=checkbox]"))
        expect(page.locator("#tracks li.chosen.shown")).to_have_count(1)
    check_walker_hidden(hand.copied(MAKE), folder / "copy.mp4")


def find_a_word_and_mute_it(hand: Hand, server: Server, folder: Path) -> None:
    page = hand.page
    keep_spoken(server, folder)
    page.goto(server.address)
    hand.begin()
    hand.fill(page.locator("#find"), "Thursday")
    hand.press("Enter")
    hand.click(page.locator("#hits h2 a"))
    expect(page.locator("#facts")).not_to_have_text("Loading…")
    hand.click(page.get_by_role("link", name="Make a safe copy"))
    hand.look()
    expect(page.locator("#bench")).to_be_visible(timeout=JOB)
    hand.choose(page.locator("#audio"), "mute")
    hand.click(page.locator("#words").get_by_text("Thursday"))
    expect(page.locator("#span-text")).not_to_have_value("")
    hand.copied(MAKE)


def correct_a_tag(hand: Hand, server: Server, folder: Path) -> None:
    page = hand.page
    page.goto(f"{server.address}/videos/{keep_mistagged(server, folder)}")
    hand.begin()
    hand.click(page.locator("#labels li", has_text="bicycle").get_by_role("button").first)
    hand.fill(page.locator("#label"), "market stall")
    hand.click(page.locator("#give").get_by_role("button", name="Add"))
    expect(page.locator("#labels")).to_contain_text("market stall")


def release_to_a_viewer(hand: Hand, server: Server, folder: Path) -> None:
    """The page on which the copy was made has no button for it: the video's has."""
    hide_through_two_shots(hand, server, folder)
    hand.begin()
    hand.click(hand.page.locator("#back"))
    hand.page.once("dialog", lambda dialog: dialog.accept())
    hand.click(hand.button("Release to viewers").first)
    hand.clicks += 1  # yes, in the dialog
    expect(hand.button("Take it back from viewers").first).to_be_visible()


HANDS: tuple[Task, ...] = (
    drop_to_safe_copy,
    hide_through_two_shots,
    find_a_word_and_mute_it,
    correct_a_tag,
    release_to_a_viewer,
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shots", type=Path)
    asked = parser.parse_args()
    if asked.shots:
        asked.shots.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=JOB)
    with a_browser() as browser:
        rows = [measured(browser, name, task, asked.shots) for name, task in zip(NOW, HANDS, strict=True)]
    write_before(rows)
    for row in rows:
        print(row)


if __name__ == "__main__":
    main()
