"""What is watched, in a real browser: the wall, a source's day, zones that are drawn, and the hidden stream."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from paging import Server, a_server, faults_in, log_in
from passerby.store.library import open_store
from watched_sources import be_watched, describe, event, recording_of, segment, show_preview

DAY = 24 * 3600
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
DOOR = {"name": "door", "corners": [[0.1, 0.2], [0.5, 0.2], [0.5, 0.9]]}


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of a library with a source that is watched, one that is lost, and one that nobody watches."""
    library = tmp_path_factory.mktemp("watched") / "library"
    with a_server(library, users={"ada": "admin", "vic": "viewer"}) as server:
        with open_store(library, create=False) as store:
            describe(store, "gate", restream=True, zones=[DOOR])
            for name in ("dock", "roof"):
                describe(store, name)
            tell(library)
            one = time.time() // DAY * DAY + 3600  # o'clock
            store.streams.add_segment(segment("gate", one))
            store.streams.add_segment(
                segment("gate", one + 100, run="run-2", gap=40.0, why="the camera went away", unlooked=((5.0, 9.0),))
            )
        for name in ("gate", "dock"):
            show_preview(library, name)
        yield server


def tell(library: Path) -> None:
    """What a process that watches says every second."""
    with open_store(library, create=False) as store:
        be_watched(store, "gate", wall=time.time() + 3600)  # for as long as the tests may take
        be_watched(store, "dock", "lost", wall=time.time() + 3600, message="dock.local does not answer")


def violations(page: Page) -> list[str]:
    answer = Axe().run(page, options={**RULES, "resultTypes": ["violations"]}).response
    return [f"{found['id']}: {[node['html'][:200] for node in found['nodes']]}" for found in answer["violations"]]


def entering(page: Page, server: Server, name: str, path: str) -> None:
    log_in(page, server, name)
    page.wait_for_url(f"{server.address}/")
    page.goto(f"{server.address}{path}")


def test_the_wall_shows_what_is_live_and_says_what_is_not(page: Page, watched: Server) -> None:
    entering(page, watched, "vic", "/live")
    wall = page.get_by_role("list", name="Sources")
    tile = {name: wall.get_by_role("listitem").filter(has=page.get_by_role("heading", name=name)) for name in
            ("gate", "dock", "roof")}  # fmt: skip
    expect(tile["gate"].get_by_role("img", name="gate, people hidden")).to_be_visible()
    expect(tile["gate"]).to_contain_text("old")
    expect(tile["dock"]).to_contain_text("The connection is lost")
    expect(tile["dock"]).not_to_contain_text("dock.local")  # where it is, is no viewer's business
    expect(tile["roof"]).to_contain_text("Nothing watches this source now.")
    assert page.get_by_role("button", name="Add a source").count() == 0
    assert not violations(page)
    assert not faults_in(page)


def test_a_day_is_a_line_and_a_table(page: Page, watched: Server) -> None:
    entering(page, watched, "vic", "/live/gate")
    expect(page.get_by_role("img", name="1 gap. Not looked at: 4 s.")).to_be_visible()
    page.get_by_text("The same as a table").click()
    table = page.get_by_role("region", name="Stretches of the day")
    expect(table).to_contain_text("no pictures came: the camera went away")
    expect(table).to_contain_text("not looked at: hidden whole")
    expect(page.locator("#health")).to_contain_text("24.9")
    assert page.get_by_label("Corners").count() == 0
    assert not violations(page)
    assert not faults_in(page)


def test_events_are_told_by_the_clock_of_the_source(page: Page, watched: Server) -> None:
    with open_store(watched.library, create=False) as store:
        describe(store, "pier", zone="Pacific/Kiritimati")  # 14 hours before UTC
        store.streams.add_events([event("pier", time.time())])
    entering(page, watched, "vic", "/live/pier")
    expect(page.locator("#events time")).to_have_text("Mar 9, 2026, 12:15 AM")


def test_an_admin_draws_zones_by_keys_and_numbers(page: Page, watched: Server) -> None:
    entering(page, watched, "ada", "/live/gate")
    zones = page.locator("#zones")
    zones.get_by_label("Name").focus()
    corner = page.get_by_role("button", name="Corner 1 of door")
    corner.press("ArrowRight")
    corner.press("Shift+ArrowDown")
    expect(zones.get_by_label("Corners")).to_have_value("11 25, 50 20, 50 90")
    zones.get_by_role("button", name="New zone").click()
    yard = zones.get_by_role("listitem").nth(1)
    yard.get_by_label("Name").fill("yard")
    yard.get_by_label("Corners").fill("60 60, 90 60")
    yard.get_by_label("Name").focus()
    expect(yard.get_by_role("alert")).to_contain_text("Expected 3 corners or more")
    yard.get_by_label("Corners").fill("60 60, 90 60, 90 90")
    zones.get_by_role("button", name="Keep the zones").click()
    expect(page.get_by_text("The zones are kept.")).to_be_visible()
    assert not violations(page)
    with open_store(watched.library, create=False) as store:
        kept = next(json.loads(source.description) for source in store.streams.sources() if source.name == "gate")
    assert [(zone["name"], zone["corners"][0]) for zone in kept["zones"]] == [
        ("door", [0.11, 0.25]),
        ("yard", [0.6, 0.6]),
    ]


def test_an_admin_adds_a_source_and_its_password_stays_where_it_is(page: Page, watched: Server) -> None:
    entering(page, watched, "ada", "/live")
    page.get_by_role("button", name="Add a source").click()
    dialog = page.get_by_role("dialog", name="Add a source")
    dialog.get_by_label("Name").fill("lobby")
    dialog.get_by_role("textbox", name="Address").fill("rtsp://ada:secret@lobby.local/1")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    expect(dialog.get_by_role("status")).to_contain_text("expected no user and password in the address")
    expect(dialog.get_by_role("status")).not_to_contain_text("secret")
    assert not violations(page)
    dialog.get_by_role("textbox", name="Address").fill("rtsp://lobby.local/1")
    dialog.get_by_label("Login").fill("env:CAMERA_LOGIN_LOBBY")
    dialog.get_by_role("button", name="Keep", exact=True).click()
    page.wait_for_url(f"{watched.address}/live/lobby")
    page.get_by_role("button", name="Change …").click()
    expect(page.get_by_label("Login")).to_have_value("env:CAMERA_LOGIN_LOBBY")
    page.get_by_label("Kept for days").fill("7")
    expect(page.get_by_label("Kept with people")).to_be_hidden()
    page.get_by_label("Keep people in what is recorded").check()
    page.get_by_label("Kept with people").fill("2")
    assert not violations(page)
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.get_by_role("button", name="Change …").click()
    expect(page.get_by_label("Kept for days")).to_have_value("7")
    expect(page.get_by_label("Kept with people")).to_have_value("2")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Remove …").click()
    page.get_by_role("button", name="Remove it").click()
    page.wait_for_url(f"{watched.address}/live")


def test_viewers_play_the_hidden_stream_as_it_is_recorded(page: Page, watched: Server) -> None:
    entering(page, watched, "vic", "/live/gate")
    with recording_of(watched.library, "gate") as write:
        write(100)
        page.get_by_role("button", name="Play the hidden stream").click()
        video = page.locator("video")
        expect(video).to_be_visible()
        for _ in range(4):
            write(25)
        expect(page.locator("#delay")).to_contain_text("seconds ago")
        page.get_by_role("button", name="Back to pictures").click()
        expect(video).to_have_count(0)
    assert page.request.get(f"{watched.address}/api/v1/sources/dock/stream/index.m3u8").status == 404
