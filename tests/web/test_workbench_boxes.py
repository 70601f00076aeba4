"""Boxes that people move, resize, lengthen and draw: the copy hides what they meant, at its start, middle and end."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from at_the_bench import Box, copy_of, drag, is_bare, is_hidden, is_saved, open_bench, rows, seek, stands, track_of
from clips import make_clip
from on_pages import JOB
from paging import Server, faults_in
from pictures import Pixels, plain, texture

SIZE = (320, 180)
FRAMES = 36  # at 12 frames a second: three seconds
MIDDLE = (0.35, 0.35, 0.65, 0.65)  # where a new zone is
CORNER = (0.05, 0.15, 0.35, 0.45)  # and where it is moved to


@pytest.fixture
def clip(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Three seconds without any black; each test has another one."""
    shade = 90 + len(request.node.name)
    return make_clip(
        tmp_path / f"{request.node.name}.mp4",
        size=SIZE,
        frames=FRAMES,
        rate=12,
        picture=plain(SIZE, (shade, 160, 120)),
        numbered=False,
    )


def test_a_zone_that_is_moved_stays_where_it_is_put_all_the_time(
    page: Page, server: Server, clip: Path, tmp_path: Path
) -> None:
    open_bench(page, server, clip, [])
    page.get_by_role("button", name="Hide this place all the time").click()
    drag(page, (0.5, 0.5), (0.2, 0.3))
    stands(page)
    pictures = copy_of(page, tmp_path / "copy.mp4")
    assert len(pictures) == FRAMES
    assert all(is_hidden(picture, CORNER) and is_bare(picture, (0.4, 0.5, 0.9, 0.9)) for picture in pictures)


def test_a_zone_is_moved_and_resized_by_keys_at_any_time(
    page: Page, server: Server, clip: Path, tmp_path: Path
) -> None:
    open_bench(page, server, clip, [])
    page.get_by_role("button", name="Hide this place all the time").press("Enter")
    seek(page, 1.5)
    for key in ["ArrowLeft"] * 10 + ["ArrowUp"] * 6 + ["Shift+ArrowRight"] * 12:
        page.locator("#boxes").press(key)
    expect(page.locator("#where")).to_contain_text("for all of its time")
    stands(page)
    pictures = copy_of(page, tmp_path / "copy.mp4")
    large = ((112 - 30) / 320, (63 - 18) / 180, (208 + 6) / 320, (117 - 18) / 180)
    assert all(is_hidden(picture, large) and is_bare(picture, (0.4, 0.6, 0.9, 0.9)) for picture in pictures)


def test_a_zone_moves_from_here_on_if_that_is_asked_for(page: Page, server: Server, clip: Path, tmp_path: Path) -> None:
    open_bench(page, server, clip, [])
    page.get_by_role("button", name="Hide this place all the time").click()
    seek(page, 1.03)  # within the frame that begins at 1 s
    page.get_by_label("A change of it holds").select_option("on")
    drag(page, (0.5, 0.5), (0.2, 0.3))
    stands(page)
    pictures = copy_of(page, tmp_path / "copy.mp4")
    assert all(is_hidden(picture, MIDDLE) and is_bare(picture, (0.05, 0.15, 0.3, 0.45)) for picture in pictures[:12])
    assert all(is_hidden(picture, CORNER) and is_bare(picture, (0.4, 0.5, 0.9, 0.9)) for picture in pictures[12:])
    assert not faults_in(page)


def moving(times: list[float]) -> list[tuple[float, float, float, float]]:
    """Boxes of 40 by 40 pixels that move to the right by 40 pixels a second."""
    return [(40 + 40 * time, 60, 80 + 40 * time, 100) for time in times]


def shares(box: tuple[float, float, float, float], grown: float = 0) -> Box:
    x1, y1, x2, y2 = box
    return (x1 - grown) / SIZE[0], (y1 - grown) / SIZE[1], (x2 + grown) / SIZE[0], (y2 + grown) / SIZE[1]


SIGHTINGS = [round(0.15 * index, 2) for index in range(5, 14)]  # from 0.75 to 1.95 s, as a look finds them


def test_a_track_grows_all_the_time_and_is_hidden_before_and_after_it_was_seen(
    page: Page, server: Server, clip: Path, tmp_path: Path
) -> None:
    open_bench(page, server, clip, [track_of(SIGHTINGS, moving(SIGHTINGS))])
    rows(page).click()
    seek(page, 1.2)
    page.get_by_role("button", name="Grow 20 %").click()
    page.locator("#percent").fill("50")
    page.get_by_role("button", name="Grow 50 %").press("Enter")
    page.get_by_label("From", exact=True).fill("0:00")
    page.get_by_label("To", exact=True).fill("2.9")
    page.get_by_label("To", exact=True).press("Enter")
    expect(page.locator("#chosen")).to_contain_text("face 1, 0:00.0 to 0:02.9, sure to 90")
    expect(rows(page).locator(".time")).to_contain_text("0:02.9")
    stands(page)
    pictures = copy_of(page, tmp_path / "copy.mp4")
    for index, picture in enumerate(pictures[:35]):
        at = min(max(index / 12, SIGHTINGS[0]), SIGHTINGS[-1])  # held before the first and after the last sighting
        assert is_hidden(picture, shares(moving([at])[0], grown=16)), (
            index
        )  # of 40 pixels, a fifth and then a half more: 72
        assert is_bare(picture, (0.7, 0.1, 1, 1)), index
    assert is_bare(pictures[35], (0, 0, 1, 1))


def test_a_track_is_moved_all_the_time_or_from_here_on(page: Page, server: Server, clip: Path, tmp_path: Path) -> None:
    times = [round(0.15 * index, 2) for index in range(20)]
    open_bench(page, server, clip, [track_of(times, moving(times))])
    rows(page).click()
    seek(page, 1)
    drag(page, (100 / 320, 80 / 180), (100 / 320, 140 / 180))  # its middle, downwards by 60 pixels
    seek(page, 2)
    page.get_by_label("A change of it holds").select_option("on")
    for _ in range(3):
        page.locator("#boxes").press("Shift+ArrowDown")  # three pixels each
    page.locator("#boxes").press("ArrowUp")
    stands(page)
    pictures = copy_of(page, tmp_path / "copy.mp4")
    for index, picture in enumerate(pictures[:34]):
        x1, _, x2, _ = moving([index / 12])[0]
        box = (x1, 120, x2, 160) if index < 24 else (x1, 117, x2, 166)
        assert is_hidden(picture, shares(box)), index
        assert is_bare(picture, (0, 0, 1, 112 / 180)), index
        assert is_bare(picture, (0, (162 if index < 24 else 167) / 180, 1, 1.02)), index


def test_a_box_that_is_cut_begins_where_it_was_at_that_time(page: Page, server: Server, clip: Path) -> None:
    times = [0.0, 2.0]
    open_bench(page, server, clip, [track_of(times, moving(times))])
    rows(page).click()
    page.get_by_label("From", exact=True).fill("1")
    page.get_by_label("From", exact=True).press("Enter")
    is_saved(page)
    script = "fetch('/api/v1/plans/' + location.hash.slice(6)).then((answer) => answer.json())"
    points = page.evaluate(script)["plan"]["tracks"][0]["boxes"]
    assert [(point["time"], point["box"]) for point in points] == [(1, [80, 60, 120, 100]), (2, [120, 60, 160, 100])]
    assert all(one["time"] < other["time"] for one, other in pairwise(points))


def test_times_of_a_track_that_cannot_be_stay_typed_and_stop_the_copy(page: Page, server: Server, clip: Path) -> None:
    open_bench(page, server, clip, [track_of(SIGHTINGS, moving(SIGHTINGS)), track_of([0], moving([0]), number=2)])
    rows(page).filter(has_text="face 1").click()
    start = page.get_by_label("From", exact=True)
    for typed in ["soon", "2.5", "0:99", "1:00:00", ""]:
        start.fill(typed)
        start.press("Tab")
        expect(start).to_have_attribute("aria-invalid", "true")
        expect(page.locator("#track-from-fault")).to_contain_text("Expected a time")
    start.fill("soon")
    rows(page).filter(has_text="face 2").click()
    expect(start).to_have_value("0:00.000")
    page.get_by_role("button", name="Make and check the copy").click()
    expect(start).to_be_focused()
    expect(start).to_have_value("soon")
    expect(page.locator("#toasts")).to_contain_text("From: Expected a time")
    expect(page.locator("#working")).to_be_hidden()
    assert not faults_in(page)
    start.fill("0:00.5")
    start.press("Tab")
    is_saved(page)
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)


def test_a_box_stays_for_as_long_as_was_said(page: Page, server: Server, clip: Path, tmp_path: Path) -> None:
    open_bench(page, server, clip, [])
    page.locator("#lasts").select_option("length")
    length = page.get_by_label("How long")
    length.fill("for ever")
    page.get_by_role("button", name="Draw a box").click()
    expect(length).to_be_focused()
    expect(length).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("button", name="Draw a box")).to_have_attribute("aria-pressed", "false")
    length.fill("0.5")
    seek(page, 1.04)
    page.get_by_role("button", name="Draw a box").click()
    drag(page, (0.1, 0.2), (0.4, 0.6))
    expect(page.locator("#chosen")).to_contain_text("drawn 1, 0:01.0 to 0:01.5, stays in place.")
    page.locator("#lasts").select_option("stay")
    page.get_by_role("button", name="Draw a box").click()
    drag(page, (0.6, 0.2), (0.9, 0.6))
    expect(page.locator("#chosen")).to_contain_text("drawn 2, 0:01.0 to 0:03.0, stays in place.")
    stands(page)
    pictures = copy_of(page, tmp_path / "copy.mp4")
    for index, picture in enumerate(pictures):
        assert is_hidden(picture, (0.1, 0.2, 0.4, 0.6)) == (12 <= index <= 18), index
        assert is_hidden(picture, (0.6, 0.2, 0.9, 0.6)) == (index >= 12), index
        assert is_bare(picture, (0, 0.65, 1, 1)), index


def test_the_focus_stays_where_it_is(page: Page, server: Server, clip: Path) -> None:
    open_bench(page, server, clip, [track_of([0], moving([0])), track_of([0], moving([0]), number=2)])
    for name in ["Hide face 1", "Hide face 2"]:
        page.get_by_label(name, exact=True).press(" ")
        expect(page.get_by_label(name, exact=True)).to_be_focused()
        expect(page.get_by_label(name, exact=True)).not_to_be_checked()
    page.get_by_role("button", name="Choose all 2 listed").press("Enter")
    hide = page.get_by_role("toolbar", name="What is chosen").get_by_role("button", name="Hide")
    hide.press("Enter")
    expect(hide).to_be_focused()
    expect(page.locator("#count")).to_have_text("2 of 2 hidden")


def parade(seconds: float) -> tuple[float, float, float, float]:
    """Where the thing is that a box is drawn around: it moves by 36 pixels a second."""
    left = 60 + 36 * seconds
    return left, 70, left + 44, 114


def thing_in_two_shots(index: int) -> Pixels:
    """A thing that moves for two seconds, and then another shot."""
    if index >= 24:
        return texture(SIZE, 9)(0)
    picture = (texture(SIZE, 3)(0) // 3 + 90).astype(np.uint8)
    x1, y1, x2, y2 = (round(side) for side in parade(index / 12))
    picture[y1:y2, x1:x2] = np.random.default_rng(4).integers(60, 255, (11, 11, 3), np.uint8).repeat(4, 0).repeat(4, 1)
    return picture


def test_a_drawn_box_follows_what_is_in_it_through_its_shot(page: Page, server: Server, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "follow.mp4", size=SIZE, frames=36, rate=12, picture=thing_in_two_shots, numbered=False)
    open_bench(page, server, clip, [])
    seek(page, 1)
    page.get_by_role("button", name="Draw a box").click()
    x1, y1, x2, y2 = shares(parade(1), grown=3)
    drag(page, (x1, y1), (x2, y2))
    expect(page.locator("#chosen")).to_contain_text("0:00.0 to 0:01.9, follows", timeout=JOB)
    expect(rows(page)).to_have_accessible_name("drawn 1, hidden, 0:00.0 to 0:01.9, follows")
    assert (
        page.get_by_role("list", name="Points in time that the box moves through").get_by_role("listitem").count() > 1
    )
    stands(page)
    assert not faults_in(page)
    pictures = copy_of(page, tmp_path / "copy.mp4")
    for index, picture in enumerate(pictures[:24]):
        assert is_hidden(picture, shares(parade(index / 12))), index
        assert is_bare(picture, (0, 0.72, 1, 1.02)), index
    assert not any(is_hidden(picture, shares(parade(2))) for picture in pictures[24:])


def test_a_box_that_cannot_be_followed_stays_and_it_is_said_so(
    page: Page, server: Server, clip: Path, tmp_path: Path
) -> None:
    open_bench(page, server, clip, [])
    page.route("**/follow", lambda route: route.abort())
    seek(page, 1)
    page.get_by_role("button", name="Draw a box").click()
    drag(page, (0.2, 0.3), (0.4, 0.6))
    expect(page.locator("#chosen")).to_contain_text("0:01.0 to 0:03.0, stays in place: it could not be followed")
    stands(page)
    pictures = copy_of(page, tmp_path / "copy.mp4")
    assert all(is_hidden(picture, (0.2, 0.3, 0.4, 0.6)) for picture in pictures[12:])
