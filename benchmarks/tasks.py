"""Five things that people do in the pages, counted: how many clicks, how many fields filled, how many seconds.

    .venv/bin/python -m benchmarks.tasks [--shots FOLDER]

A real ``passerby serve`` with accounts, on made clips with two real faces (the portrait that comes with matplotlib),
and a browser without a window that does what a hand would: it clicks what it sees, and nothing is called behind the
page's back. What is said in the clip of the third task is put into the library, since no model for speech is in the
package. Seconds hold the work of the server on this machine, indexing and copying too. ``--shots`` keeps a picture of
each end. Writes ``results/tasks.md``.
"""

import argparse
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, expect

from passerby.records import SpokenWord, Utterance
from passerby.store.library import open_store
from passerby.times import Span

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where clips, servers and browsers for tests are made
from at_the_bench import keep, keep_plan
from clips import make_clip
from paging import Server, a_browser, a_server, log_in
from real_faces import PORTRAIT, RIGHT, two_faces
from real_faces import SIZE as FACES_SIZE

RESULT = Path(__file__).parent / "results" / "tasks.md"
JOB = 60_000.0  # ms, in which a job surely ends


@dataclass
class Hand:
    """Clicks and fills, and counts both."""

    page: Page
    clicks: int = 0
    fields: int = 0
    start: float = field(default_factory=time.monotonic)

    def click(self, what: Locator) -> None:
        expect(what).to_be_enabled(timeout=JOB)
        what.click()
        self.clicks += 1

    def choose(self, what: Locator, value: str) -> None:
        what.select_option(value)
        self.clicks += 2

    def fill(self, what: Locator, text: str) -> None:
        what.fill(text)
        self.fields += 1

    def press(self, keys: str) -> None:
        self.page.keyboard.press(keys)
        self.clicks += 1

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name)


@dataclass(frozen=True)
class Row:
    """What a task took."""

    task: str
    clicks: int
    fields: int
    seconds: float


def drop_to_safe_copy(hand: Hand, server: Server, folder: Path) -> None:
    page, clip = hand.page, two_faces(folder / "square.mp4")
    page.goto(server.address)
    page.locator("#files").set_input_files(clip)  # the drop
    hand.clicks += 1
    link = page.get_by_role("link", name=clip.name).first
    expect(link).to_be_visible(timeout=JOB)
    hand.click(link)
    hand.click(page.get_by_role("link", name="Make a safe copy"))
    hand.click(hand.button("Look for it"))
    _copied(hand)


def _copied(hand: Hand) -> None:
    hand.click(hand.button("Make and check the copy"))
    link = hand.page.get_by_role("link", name="Download the copy")
    expect(link).to_be_visible(timeout=JOB)
    with hand.page.expect_download():
        hand.click(link)


def hide_one_of_two(hand: Hand, server: Server, folder: Path) -> None:
    page, clip = hand.page, two_faces(folder / "interview.mp4", frames=36)
    video = keep(server, clip)
    page.goto(f"{server.address}/videos/{video}/share")
    hand.click(hand.button("Look for it"))
    expect(page.locator("#count")).to_contain_text("hidden", timeout=JOB)
    before = page.locator("#count").inner_text()
    place = page.locator("#boxes").bounding_box()
    assert place is not None
    right = ((RIGHT[0] + PORTRAIT[0] / 2) / FACES_SIZE[0], (RIGHT[1] + PORTRAIT[1] / 2) / FACES_SIZE[1])
    page.mouse.click(place["x"] + right[0] * place["width"], place["y"] + right[1] * place["height"])
    hand.clicks += 1
    hand.press("s")  # this one may be seen; the other stays hidden
    expect(page.locator("#count")).not_to_have_text(before)
    _copied(hand)


def mute_a_word(hand: Hand, server: Server, folder: Path) -> None:
    page = hand.page
    video, plan = keep_plan(server, make_clip(folder / "call.mp4", frames=48, audio="tone"))
    words = [SpokenWord(text, Span(1000 * n, 1000 * n + 800)) for n, text in enumerate(("call", "Brigid", "now"))]
    with open_store(server.library, create=False) as store:
        store.sink.finish_stage(
            video, "speech", "made", [Utterance("call Brigid now", Span(0, 2800), "en", tuple(words))]
        )
    page.goto(f"{server.address}/videos/{video}/share#plan={plan}")
    hand.choose(page.locator("#audio"), "keep")
    hand.click(page.get_by_role("button", name="Brigid"))
    expect(page.locator("#audio")).to_have_value("mute")
    _copied(hand)


def correct_a_tag(hand: Hand, server: Server, folder: Path) -> None:
    page = hand.page
    video = keep(server, two_faces(folder / "market.mp4", frames=30))
    page.goto(f"{server.address}/videos/{video}")
    hand.fill(page.locator("#label"), "bicycle")  # what is wrong
    hand.click(page.locator("#give").get_by_role("button", name="Add"))
    wrong = page.locator("#labels li", has_text="bicycle").get_by_role("button").first
    expect(wrong).to_be_visible()
    hand.clicks, hand.fields, hand.start = 0, 0, time.monotonic()
    hand.click(wrong)
    hand.fill(page.locator("#label"), "market stall")
    hand.click(page.locator("#give").get_by_role("button", name="Add"))
    expect(page.locator("#labels")).to_contain_text("market stall")


def release_to_a_viewer(hand: Hand, server: Server, folder: Path) -> None:
    hide_one_of_two(hand, server, folder)
    page = hand.page
    hand.clicks, hand.fields, hand.start = 0, 0, time.monotonic()
    page.once("dialog", lambda dialog: dialog.accept())
    hand.click(hand.button("Release to viewers").first)
    if (yes := page.locator("dialog[open]").get_by_role("button").last).count():
        hand.click(yes)
    expect(hand.button("Take it back from viewers").first).to_be_visible()


TASKS: dict[str, Callable[[Hand, Server, Path], None]] = {
    "drop a video, get a safe copy of it": drop_to_safe_copy,
    "hide one of two people, show the other, get the copy": hide_one_of_two,
    "mute a word that is said, get the copy": mute_a_word,
    "say that a label is wrong, give the right one": correct_a_tag,
    "release a copy that shows somebody on purpose to viewers": release_to_a_viewer,
}


def measured(browser: Browser, name: str, shots: Path | None) -> Row:
    """Do one task in a library of its own."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with (
            a_server(folder / "library", users={"ada": "admin"}) as server,
            browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True) as context,
        ):
            page = context.new_page()
            page.set_default_timeout(JOB)
            log_in(page, server, "ada")
            expect(page.locator("#title")).to_be_visible()
            hand = Hand(page)
            TASKS[name](hand, server, folder)
            seconds = time.monotonic() - hand.start
            if shots:
                page.screenshot(path=shots / f"{list(TASKS).index(name) + 1}.png", full_page=True)
    return Row(name, hand.clicks, hand.fields, seconds)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--shots", type=Path)
    asked = parser.parse_args()
    if asked.shots:
        asked.shots.mkdir(parents=True, exist_ok=True)
    with a_browser() as browser:
        rows = [measured(browser, name, asked.shots) for name in TASKS]
    lines = [
        "# Five tasks in the pages",
        "",
        f"`python -m benchmarks.tasks` on {platform.machine()}, Python {platform.python_version()}: one run, a browser",
        "without a window. Seconds hold what the server does meanwhile (indexing, looking, writing, auditing; clips",
        "of 2 to 4 s at 640 by 360) and no thinking; a choice in a menu counts as two clicks, a dropped file as one.",
        "",
        "| task | clicks | fields filled | seconds |",
        "|---|---|---|---|",
        *(f"| {row.task} | {row.clicks} | {row.fields} | {row.seconds:.0f} |" for row in rows),
    ]
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


if __name__ == "__main__":
    main()
