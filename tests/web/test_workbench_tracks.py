"""The workbench with many tracks: they are found, chosen, hidden, joined and taken back, by mouse and by keys."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from at_the_bench import is_saved, open_bench, rows, seek, track_of
from clips import make_clip
from paging import Server, faults_in
from passerby.client import Client
from pictures import plain

SIZE = (320, 180)


@pytest.fixture
def clip(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Three seconds; each test has another one."""
    picture = plain(SIZE, (60 + len(request.node.name), 150, 110))
    return make_clip(tmp_path / f"{request.node.name}.mp4", size=SIZE, frames=36, rate=12, picture=picture)


def crowd(count: int) -> list[dict[str, Any]]:
    """Faces all over the picture, each for a second, every third of them unsure, every second one large."""
    tracks = []
    for number in range(1, count + 1):
        left, side = number * 7 % 250, 40 if number % 2 else 20
        box = [left, 60, left + side, 60 + side]
        start = number % 2
        track = track_of([start, start + 0.5, start + 1], [box] * 3, number=number)
        tracks.append(track | {"score": 0.4 if number % 3 == 0 else 0.95})
    return tracks


def kept(page: Page) -> Any:
    script = "fetch('/api/v1/plans/' + location.hash.slice(6)).then((answer) => answer.json())"
    return page.evaluate(script)["plan"]["tracks"]


def test_hundreds_of_tracks_are_filtered_and_decided_at_once(page: Page, server: Server, clip: Path) -> None:
    open_bench(page, server, clip, crowd(300))
    expect(page.locator("#count")).to_have_text("300 of 300 hidden")
    assert rows(page).count() < 40  # those that are seen
    assert rows(page).first.get_attribute("aria-setsize") == "300"
    page.locator("#filter-score").select_option("0.5")
    page.locator("#filter-size").select_option("0-32")
    expect(page.locator("#tracks-title")).to_have_text("50 of 300 tracks")
    page.get_by_role("button", name="Choose all 50 listed").click()
    page.keyboard.press("s")
    expect(page.locator("#count")).to_have_text("250 of 300 hidden")
    is_saved(page)
    shown = [track["number"] for track in kept(page) if not track["hidden"]]
    assert shown == list(range(6, 301, 6))
    page.keyboard.press("Control+z")
    expect(page.locator("#count")).to_have_text("300 of 300 hidden")
    page.keyboard.press("Control+Shift+Z")
    expect(page.locator("#count")).to_have_text("250 of 300 hidden")
    page.get_by_role("button", name="All tracks").click()
    expect(page.locator("#filter-kind")).to_be_focused()
    assert not faults_in(page)


def test_tracks_are_gone_through_by_keys_alone(page: Page, server: Server, clip: Path) -> None:
    open_bench(page, server, clip, crowd(6))
    seek(page, 0)
    page.locator("#filter-order").select_option("number")
    tracks = page.get_by_role("listbox", name="Tracks")
    tracks.press("ArrowDown")
    expect(rows(page).nth(0)).to_have_attribute("aria-selected", "true")
    expect(tracks).to_be_focused()
    tracks.press("Shift+ArrowDown")
    expect(page.locator("#many-count")).to_have_text("2 chosen")
    tracks.press("s")
    expect(page.locator("#count")).to_have_text("4 of 6 hidden")
    tracks.press("n")
    expect(rows(page).nth(2)).to_have_attribute("aria-selected", "true")
    expect(page.locator("#clock")).to_have_text("0:01.000")  # where it begins
    tracks.press("ArrowRight")
    expect(page.locator("#clock")).to_have_text("0:01.083")
    tracks.press("[")
    expect(page.locator("#track-from")).to_have_value("0:01.083")
    tracks.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_contain_text("Hide what is chosen")
    assert not faults_in(page)
    page.keyboard.press("Escape")
    expect(tracks).to_be_focused()


def test_a_click_in_the_lanes_chooses_and_seeks(page: Page, server: Server, clip: Path) -> None:
    open_bench(page, server, clip, crowd(4))
    page.locator("#filter-order").select_option("number")
    lanes = page.locator("#lane-canvas")
    lanes.scroll_into_view_if_needed()
    place = lanes.bounding_box()
    assert place is not None
    lanes.click(position={"x": place["width"] / 2, "y": 24 + 20})  # the first one, in the middle of the film
    expect(rows(page).first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#clock")).to_contain_text("0:01.5")
    lanes.click(position={"x": place["width"] / 2, "y": 24 + 60})  # beside the second one
    expect(page.locator("#many-count")).to_have_text("1 chosen")
    rows(page).nth(3).click(modifiers=["Control"])
    expect(page.locator("#many-count")).to_have_text("2 chosen")


def test_tracks_of_one_passer_by_become_one(page: Page, server: Server, clip: Path) -> None:
    box = [40, 60, 80, 100]
    parts = [track_of([start, start + 0.5], [box, box], number=number) for number, start in ((1, 0), (2, 1), (3, 2))]
    open_bench(page, server, clip, [*parts, track_of([0, 2], [[200, 60, 240, 100]] * 2, number=4)])
    page.get_by_role("button", name="Join all that are one by place and time").click()
    expect(page.locator("#toasts")).to_contain_text("3 tracks have become 1, by place and time alone")
    expect(rows(page)).to_have_count(2)
    is_saved(page)
    assert [(track["number"], len(track["boxes"])) for track in kept(page)] == [(1, 6), (4, 2)]
    page.get_by_role("button", name="Undo").press("Enter")
    expect(rows(page)).to_have_count(4)
    expect(page.get_by_role("button", name="Redo")).to_be_focused()  # there is nothing more to undo


def test_versions_lead_back_and_nobody_writes_over_another(page: Page, server: Server, clip: Path) -> None:
    open_bench(page, server, clip, crowd(2))
    seek(page, 1)
    page.get_by_label("Hide face 1", exact=True).uncheck()
    is_saved(page)
    plan = page.evaluate("location.hash.slice(6)")
    with Client(server.address) as client:
        version = client.plan(plan)["version"]
        client.change_tracks(plan, version, {"tracks": [{"number": 2, "reason": "she asked for it"}]})
    page.get_by_label("Hide face 1", exact=True).check()
    notice = page.locator("#draft-notice")
    expect(notice).to_contain_text(f"found version {version + 1}, which (local) made at")
    assert not faults_in(page)
    page.get_by_role("button", name="Do my changes to theirs").click()
    expect(notice).to_be_hidden()
    is_saved(page)
    assert [(track["hidden"], track["reason"]) for track in kept(page)] == [(True, ""), (True, "she asked for it")]
    page.get_by_role("button", name="Versions").click()
    page.get_by_role("button", name=f"Go back to version {version}").click()
    expect(page.locator("#count")).to_have_text("1 of 2 hidden")
    is_saved(page)
    assert [(track["hidden"], track["reason"]) for track in kept(page)] == [(False, ""), (True, "")]
