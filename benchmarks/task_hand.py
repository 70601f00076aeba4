"""What the scripted tasks share: a hand that counts what it does, made clips, and a look at what came of it."""

import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import cv2
import numpy as np
from playwright.sync_api import Browser, Download, Locator, Page, expect

from passerby.records import Pixels, SpokenWord, Tag, Utterance
from passerby.store.library import open_store
from passerby.times import Span

# Where clips, servers and browsers for tests are made; last, so that those of another tree may stand before them.
sys.path.append(str(Path(__file__).parents[1] / "tests"))
from at_the_bench import frames_of, keep
from clips import make_clip
from on_pages import add
from paging import Server, a_server, log_in
from pictures import texture
from real_faces import portrait, two_faces

RESULTS = Path(__file__).parent / "results"
BEFORE = RESULTS / "tasks_before.json"
JOB = 120_000.0  # ms, in which a job surely ends
SIZE = (640, 360)
RATE = 12
SHOT = 24  # frames
PERSON = (150, 176)  # pixels: the portrait
FACE = (78, 86)  # where the mouth is in it: what is taken for a face besides lies higher
LATER = 3.0  # s, in the second shot

Task = Callable[["Hand", Server, Path], None]


@dataclass
class Hand:
    """Clicks and fills, and counts both."""

    page: Page
    clicks: int = 0
    fields: int = 0
    start: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """What was done so far was to get ready."""
        self.clicks, self.fields, self.start = 0, 0, time.monotonic()

    def click(self, what: Locator) -> None:
        expect(what).to_be_enabled(timeout=JOB)
        what.click()
        self.clicks += 1

    def click_at(self, what: Locator, across: float, down: float = 0.5) -> None:
        """Click at a place of something, as shares of its width and height."""
        what.scroll_into_view_if_needed()
        place = what.bounding_box()
        assert place is not None
        self.page.mouse.click(place["x"] + across * place["width"], place["y"] + down * place["height"])
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

    def look(self) -> None:
        """Have it looked for what to hide, once the page is there."""
        expect(self.page.locator("#name")).not_to_be_empty()
        self.click(self.button("Look for it"))

    def copied(self, button: str) -> Download:
        """Make the copy by a button of this name, and download it."""
        self.click(self.button(button))
        link = self.page.get_by_role("link", name="Download the copy")
        expect(link).to_be_visible(timeout=JOB)
        with self.page.expect_download() as downloading:
            self.click(link)
        return downloading.value

    def add(self, server: Server, clip: Path) -> str:
        """Drop a clip onto the library, and wait until it is indexed; its id."""
        self.clicks += 1
        return add(self.page, server, clip)


@dataclass(frozen=True)
class Row:
    """What a task took."""

    task: str
    clicks: int
    fields: int
    seconds: float


def measured(browser: Browser, name: str, task: Task, shots: Path | None) -> Row:
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
            page.wait_for_url(f"{server.address}/")
            hand = Hand(page)
            task(hand, server, folder)
            row = Row(name, hand.clicks, hand.fields, time.monotonic() - hand.start)
            if shots:
                page.screenshot(path=shots / f"{name.replace(' ', '-')}.png", full_page=True)
    return row


def write_before(rows: list[Row]) -> None:
    BEFORE.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", "utf-8")


def read_before() -> Mapping[str, Row]:
    return {row["task"]: Row(**row) for row in json.loads(BEFORE.read_text("utf-8"))}


# Clips: one person walks through both shots of a clip, another stands in both.


def walker_at(frame: int) -> tuple[int, int]:
    """Where the portrait of who walks begins: left and top."""
    return (20 + 5 * frame, 100) if frame < SHOT else (200 + 6 * (frame - SHOT), 60)


def stander_at(frame: int) -> tuple[int, int]:
    return (450, 90) if frame < SHOT else (20, 150)


def two_shots(path: Path) -> Path:
    """A clip of two shots with a cut between."""
    small = np.asarray(cv2.resize(portrait(), PERSON, interpolation=cv2.INTER_AREA), np.uint8)
    backgrounds = (texture(SIZE)(0), 255 - texture(SIZE)(7))

    def picture(frame: int) -> Pixels:
        pixels = backgrounds[frame >= SHOT].copy()
        for (left, top), seen in ((walker_at(frame), small), (stander_at(frame), small[:, ::-1])):
            pixels[top : top + small.shape[0], left : left + small.shape[1]] = seen
        return pixels

    return make_clip(path, size=SIZE, frames=2 * SHOT, rate=RATE, picture=picture, numbered=False)


def face_of(corner: tuple[int, int]) -> tuple[float, float]:
    """Where the face of a portrait is that begins there, as shares of the picture."""
    return (corner[0] + FACE[0]) / SIZE[0], (corner[1] + FACE[1]) / SIZE[1]


def check_walker_hidden(download: Download, target: Path) -> None:
    """See that who walks is black in both shots of a copy, and who stands is not."""
    download.save_as(target)
    frames = frames_of(target)
    for frame in (SHOT // 2, SHOT - 2, SHOT + 1, SHOT + SHOT // 2):
        walker, stander = (_at(frames[frame], place(frame)) for place in (walker_at, stander_at))
        assert walker.max() < 40, f"frame {frame}: who walks can be seen"
        assert stander.max() > 80, f"frame {frame}: who stands is hidden"


def _at(picture: Pixels, corner: tuple[int, int]) -> Pixels:
    x, y = corner[0] + FACE[0], corner[1] + FACE[1]
    return picture[y - 8 : y + 8, x - 8 : x + 8]


def keep_spoken(server: Server, folder: Path) -> str:
    """A clip in which a word is said; what is said is put into the library: the package has no model for speech."""
    video = keep(server, make_clip(folder / "call.mp4", frames=48, audio="tone"))
    words = [SpokenWord(text, Span(1000 * n, 1000 * n + 800)) for n, text in enumerate(("meet", "Thursday", "now"))]
    with open_store(server.library, create=False) as store:
        store.sink.finish_stage(
            video, "speech", "made", [Utterance("meet Thursday now", Span(0, 2800), "en", tuple(words))]
        )
    return video


def keep_mistagged(server: Server, folder: Path) -> str:
    """A clip in the library with a tag that is wrong."""
    video = keep(server, two_faces(folder / "market.mp4", frames=30))
    with open_store(server.library, create=False) as store:
        store.sink.finish_stage(video, "tags", "made", [Tag(0, "bicycle", 0.9)])
    return video
