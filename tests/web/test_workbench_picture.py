"""What is hidden looks hidden where copies are made: at each seek, in pauses and while it plays, before it is saved."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from at_the_bench import copy_of, is_bare, is_hidden, is_saved, open_bench, seek, seen, stands, track_of
from clips import make_clip
from on_pages import until
from paging import Server, faults_in
from pictures import plain

SIZE = (320, 180)
SHADE = (90, 160, 120)
SECONDS = [0.0, 3.0]
MOVING = [(40, 60, 80, 100), (160, 60, 200, 100)]  # to the right by 40 pixels a second
STILL = (230, 20, 300, 70)

# Reads what is painted at each turn while it plays: [time, the middle of what moves, a place beside it].
WATCH = """() => new Promise((done) => {
  const [film, canvas] = [document.getElementById("film"), document.getElementById("boxes")];
  const seen = [];
  const look = () => {
    if (film.ended) return done(seen);
    const pen = canvas.getContext("2d");
    const at = (x, y) => [...pen.getImageData(x * canvas.width / 320, y * canvas.height / 180, 1, 1).data];
    const hidden = getComputedStyle(film).visibility;
    if (!film.paused) seen.push([film.currentTime, at(60 + 40 * film.currentTime, 80), at(160, 160), hidden]);
    requestAnimationFrame(look);
  };
  look();
})"""


@pytest.fixture
def clip(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Three seconds without any black; each test has another one."""
    shade = (90 + len(request.node.name), *SHADE[1:])
    path = tmp_path / f"{request.node.name}.mp4"
    return make_clip(path, size=SIZE, frames=36, rate=12, picture=plain(SIZE, shade), numbered=False)


def tracks() -> list[dict[str, Any]]:
    return [track_of(SECONDS, MOVING), track_of(SECONDS, [STILL, STILL], number=2)]


def shares(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = box
    return x1 / SIZE[0], y1 / SIZE[1], x2 / SIZE[0], y2 / SIZE[1]


def moved(seconds: float) -> tuple[float, float, float, float]:
    return shares((40 + 40 * seconds, 60, 80 + 40 * seconds, 100))


def test_the_picture_is_what_the_copy_will_show(page: Page, server: Server, clip: Path, tmp_path: Path) -> None:
    open_bench(page, server, clip, tracks())
    for seconds in (0.5, 1.5, 2.5):
        seek(page, seconds)
        picture = seen(page)
        assert is_hidden(picture, moved(seconds))
        assert is_hidden(picture, shares(STILL))
        assert is_bare(picture, (0, 0.65, 1, 1))
    page.get_by_label("Hide face 2", exact=True).uncheck()
    is_saved(page)
    stands(page)
    shown = seen(page)
    assert is_bare(shown, shares(STILL))
    assert is_hidden(shown, moved(2.5))
    pictures = copy_of(page, tmp_path / "copy.mp4")
    assert is_bare(pictures[30], shares(STILL))
    assert is_hidden(pictures[30], moved(2.5))
    assert not faults_in(page)


def test_what_plays_is_hidden_in_every_frame(page: Page, server: Server, clip: Path) -> None:
    open_bench(page, server, clip, tracks())
    page.get_by_label("Shape").select_option("round")
    page.get_by_role("button", name="Play", exact=True).click()
    watched = page.evaluate(WATCH)
    painted = [(time, thing, beside) for time, thing, beside, _ in watched if max(beside[:3]) > 80]
    assert len(painted) > 5
    assert all(max(thing[:3]) < 30 and thing[3] == 255 for _, thing, _ in painted), painted
    assert {visibility for *_, visibility in watched} == {"hidden"}  # the player itself is never seen
    stands(page)
    assert is_hidden(seen(page), shares(STILL))


def test_what_is_not_known_yet_is_not_shown(page: Page, server: Server, clip: Path) -> None:
    held: list[Route] = []
    open_bench(page, server, clip, tracks())
    page.route("**/regions", lambda route: held.append(route))
    page.get_by_role("button", name="Play", exact=True).click()
    watched = page.evaluate(WATCH)
    covered = [beside for _, _, beside, _ in watched if beside[3] == 255]  # before it, the still one shows
    assert len(covered) > 5
    assert all(max(*thing[:3], *beside[:3]) < 40 for _, thing, beside, _ in watched)
    for route in held:
        route.continue_()
    page.unroute("**/regions")
    stands(page)
    page.get_by_role("button", name="Play", exact=True).click()
    assert any(max(beside[:3]) > 80 for _, _, beside, _ in page.evaluate(WATCH))


def entries(page: Page) -> int:
    """How often the log tells that somebody is about to look at an original."""
    script = "fetch('/api/v1/log?limit=1000').then((answer) => answer.json())"
    return sum(entry["action"] == "view_original" for entry in page.evaluate(script)["entries"])


def test_the_original_is_shown_when_it_is_asked_for_and_that_is_noted(page: Page, server: Server, clip: Path) -> None:
    open_bench(page, server, clip, tracks())
    page.route("**/views", lambda route: route.abort())
    toggle = page.get_by_role("button", name="Show the original")
    toggle.click()
    expect(page.locator("#toasts .bad")).to_be_visible()
    expect(toggle).to_have_attribute("aria-pressed", "false")
    assert is_hidden(seen(page), shares(STILL))  # what cannot be noted is not shown
    page.unroute("**/views")
    seek(page, 1.5)
    before = entries(page)
    toggle.click()
    expect(toggle).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#state")).to_contain_text("This is the original.")
    until(page, "document.getElementById('film').readyState >= 2 && !document.getElementById('film').seeking")
    assert is_bare(seen(page), shares(STILL))
    assert entries(page) > before
    assert not faults_in(page)
    toggle.click()
    stands(page)
    assert is_hidden(seen(page), shares(STILL))
    assert is_hidden(seen(page), moved(1.5))


def test_a_file_that_the_browser_cannot_play_is_hidden_frame_by_frame(
    page: Page, server: Server, tmp_path: Path
) -> None:
    clip = make_clip(tmp_path / "old.avi", size=SIZE, frames=36, rate=12, picture=plain(SIZE, SHADE), numbered=False)
    open_bench(page, server, clip, tracks())
    seek(page, 1)
    assert is_hidden(seen(page), moved(1))
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator("#film")).to_be_hidden()
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator("#toasts")).to_contain_text("cannot play the file")
    seek(page, 2)
    picture = seen(page)
    assert is_hidden(picture, moved(2))
    assert is_bare(picture, (0, 0.65, 1, 1))
    page.get_by_role("button", name="Show the original").click()
    until(page, "document.getElementById('bare').complete && document.getElementById('bare').naturalWidth > 0")
    assert is_bare(seen(page), shares(STILL))


def test_what_is_pixelated_looks_as_it_will(page: Page, server: Server, clip: Path, tmp_path: Path) -> None:
    textured = make_clip(tmp_path / "textured.mp4", size=SIZE, frames=36, rate=12)
    open_bench(page, server, textured, tracks(), style="pixelate")
    seek(page, 1.5)
    shown = seen(page)
    pictures = copy_of(page, tmp_path / "copy.mp4")
    step_y, step_x = shown.shape[0] / SIZE[1], shown.shape[1] / SIZE[0]
    for x, y in [(x, y) for x in range(245, 290, 10) for y in range(32, 62, 8)]:  # the middles of its cells
        there = shown[round(y * step_y), round(x * step_x)].astype(int)
        assert np.abs(there - pictures[18][y, x]).max() < 40, (x, y)
    expect(page.locator("#state")).to_have_text(re.compile("what the copy will show"))
