"""Five things that people do in the pages, counted: how many clicks, how many fields filled, how many seconds.

    .venv/bin/python -m benchmarks.tasks [--shots FOLDER]

A real ``passerby serve`` with accounts, on made clips with two real faces (the portrait that comes with matplotlib),
and a browser without a window that does what a hand would: it clicks what it sees, and nothing is called behind the
page's back. Seconds hold the work of the server on this machine, indexing and copying too. ``--shots`` keeps a picture
of each end. Writes ``results/tasks.md``, beside what ``benchmarks/tasks_before.py`` has counted of older pages.
"""

import argparse
import platform
from pathlib import Path

from playwright.sync_api import expect

from benchmarks.task_hand import (
    JOB,
    LATER,
    RATE,
    RESULTS,
    Hand,
    Row,
    Task,
    check_walker_hidden,
    face_of,
    keep_mistagged,
    keep_spoken,
    measured,
    read_before,
    stander_at,
    two_shots,
)
from paging import Server, a_browser
from real_faces import two_faces

MAKE = "Make and check the copy"


def drop_to_safe_copy(hand: Hand, server: Server, folder: Path) -> None:
    hand.add(server, two_faces(folder / "square.mp4"))
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
        before = page.locator("#count").inner_text()
        if seconds:
            hand.click_at(page.locator("#time"), seconds / float(page.locator("#time").get_attribute("max") or 1))
        hand.click_at(page.locator("#boxes"), *face_of(stander_at(round(seconds * RATE))))
        hand.press("s")  # this one may be seen; the other stays hidden
        expect(page.locator("#count")).not_to_have_text(before)
    check_walker_hidden(hand.copied(MAKE), folder / "copy.mp4")


def find_a_word_and_mute_it(hand: Hand, server: Server, folder: Path) -> None:
    page = hand.page
    keep_spoken(server, folder)
    page.goto(server.address)
    hand.begin()
    hand.fill(page.locator("#find"), "Thursday")
    hand.press("Enter")
    hand.click(page.locator(".hit a.name"))
    hand.click(page.get_by_role("link", name="Make a safe copy"))
    hand.look()
    expect(page.locator("#count")).to_contain_text("hidden", timeout=JOB)
    hand.click(hand.button("Keep the sound but for words that are muted"))
    hand.click(page.get_by_role("button", name="Thursday"))
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
    expect(page.locator("#labels")).not_to_contain_text("bicycle")


def release_to_a_viewer(hand: Hand, server: Server, folder: Path) -> None:
    hide_through_two_shots(hand, server, folder)
    hand.begin()
    hand.page.once("dialog", lambda dialog: dialog.accept())
    hand.click(hand.button("Release to viewers").first)
    hand.clicks += 1  # yes, in the dialog
    expect(hand.button("Take it back from viewers").first).to_be_visible()


TASKS: dict[str, Task] = {
    "drop a video, get a safe copy of it": drop_to_safe_copy,
    "hide a person who walks through two shots, show another, get the copy": hide_through_two_shots,
    "find a word that is said, mute it, get the copy": find_a_word_and_mute_it,
    "say that a tag is wrong, give the right one": correct_a_tag,
    "release a copy that shows somebody on purpose to viewers": release_to_a_viewer,
}


def table(rows: list[Row]) -> str:
    before = read_before()
    lines = [
        "# Five tasks in the pages",
        "",
        f"`python -m benchmarks.tasks` on {platform.machine()}, Python {platform.python_version()}: one run, a browser",
        "without a window. Seconds hold what the server does meanwhile (indexing, looking, writing, auditing; clips",
        "of 2 to 4 s at 640 by 360) and no thinking; a choice in a menu counts as two clicks, a dropped file and a yes",
        "in a dialog as one. *Before* are the pages of commit 498ce56, by `benchmarks/tasks_before.py`, on the same",
        "machine, which did much else meanwhile: the seconds of both are upper bounds, and no comparison.",
        "",
        "| task | clicks before | clicks | fields before | fields | seconds before | seconds |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        old = before[row.task]
        counts = (old.clicks, row.clicks, old.fields, row.fields, round(old.seconds), round(row.seconds))
        lines.append(f"| {row.task} | {' | '.join(map(str, counts))} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shots", type=Path)
    asked = parser.parse_args()
    if asked.shots:
        asked.shots.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=JOB)
    with a_browser() as browser:
        rows = [measured(browser, name, task, asked.shots) for name, task in TASKS.items()]
    (RESULTS / "tasks.md").write_text(table(rows), "utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
