"""The page of a video: playing, seeking, the timeline, the transcript, tags, and what a viewer sees."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from clips import make_clip
from libraries import MOMENT_TICKS, add_file, said, timeline, track
from on_pages import until
from paging import Server, a_server, faults_in, log_in
from passerby.store.store import Store


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server with accounts, whose library knows one video."""
    folder = tmp_path_factory.mktemp("known")
    clip = make_clip(folder / "square.mp4", size=(320, 180), frames=72, rate=12)
    with Store.open(folder / "library", create=True) as store:
        video = add_file(store, clip)
        store.finish_stage(video, "shots", "k", timeline(3))
        store.end_video(video, 72, 3 * MOMENT_TICKS, "done", "")
        store.finish_stage(video, "objects", "k", [track("bicycle", 1)])
        store.finish_stage(video, "speech", "k", [said("the market opens at nine", 0), said("bread and apples", 2)])
    with a_server(folder / "library", users={"ada": "admin", "vic": "viewer"}) as server:
        yield server, video


def the_page(page: Page, known: tuple[Server, str], name: str, at: str = "") -> None:
    server, video = known
    log_in(page, server, name)
    page.wait_for_url(f"{server.address}/")
    page.goto(f"{server.address}/videos/{video}{at}")
    until(page, "document.documentElement.dataset.ready")


def test_it_plays_and_seeks(page: Page, known: tuple[Server, str]) -> None:
    page.set_viewport_size({"width": 1200, "height": 900})
    the_page(page, known, "ada", "#t=1.5")
    film = page.locator("#film")
    expect(film).to_have_js_property("currentTime", 1.5)
    assert not faults_in(page)
    page.locator("h1").click()
    page.keyboard.press("ArrowRight")
    until(page, "Math.abs(document.querySelector('#film').currentTime - 1.625) < 0.01")
    page.keyboard.press("j")
    expect(page.locator("#clock")).to_have_text("0:00.00")
    page.keyboard.press(" ")
    until(page, "document.querySelector('#film').currentTime > 0.3")
    page.keyboard.press("k")
    expect(film).to_have_js_property("paused", True)
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()


def test_the_timeline_and_the_transcript_lead_to_their_times(page: Page, known: tuple[Server, str]) -> None:
    the_page(page, known, "ada")
    page.locator("#as-lists summary").click()
    page.locator("#lists").get_by_role("button", name="bicycle").first.click()
    expect(page.locator("#tags")).to_contain_text("bicycle")
    page.get_by_label("Search what is said").fill("apples")
    expect(page.locator("#within-count")).to_contain_text("1 place")
    page.get_by_label("Search what is said").press("Enter")
    expect(page.locator("#transcript .now")).to_contain_text("bread and apples")
    assert not faults_in(page)


def test_a_tag_is_corrected_in_place(page: Page, known: tuple[Server, str]) -> None:
    the_page(page, known, "ada")
    page.locator("#as-lists summary").click()
    page.locator("#lists").get_by_role("button", name="bicycle").first.click()
    page.get_by_role("button", name="bicycle is wrong here").click()
    expect(page.locator("#tags")).not_to_contain_text("bicycle")
    page.get_by_label("Add a tag to this moment").fill("street market")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.locator("#tags")).to_contain_text("street market")
    page.reload()
    until(page, "document.documentElement.dataset.ready")
    page.goto(f"{known[0].address}/search?words=street+market")
    expect(page.locator("#hits h2")).to_have_text("square.mp4")
    page.get_by_role("button", name="Play here").first.click()
    until(page, "document.querySelector('#hits video').currentTime > 0")
    assert not faults_in(page)


def test_a_viewer_gets_no_original(browser: Browser, page: Page, known: tuple[Server, str]) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    the_page(page, known, "vic")
    expect(page.locator("#told")).to_contain_text("people masked")
    expect(page.get_by_role("link", name="Make a safe copy")).to_have_count(0)
    expect(page.get_by_label("Add a tag to this moment")).to_have_count(0)
    page.goto(f"{known[0].address}/search?words=market")
    expect(page.locator("#hits h2")).to_have_text("square.mp4")
    expect(page.get_by_role("button", name="Play here")).to_have_count(0)
    assert not [url for url in asked if url.endswith("/media") or "/frame" in url]
    page.goto(f"{known[0].address}/videos/{known[1]}/share")
    expect(page.locator("#bench")).to_have_count(0)
    assert not faults_in(page)


def test_searches_lie_in_the_address(page: Page, known: tuple[Server, str]) -> None:
    the_page(page, known, "vic")
    page.locator("#find").fill("bread")
    page.locator("#find").press("Enter")
    page.wait_for_url("**/search?words=bread")
    expect(page.locator("#count")).to_have_text("1 moment")
    page.locator("#ask [name=words]").fill("zebra crossing")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#count")).to_contain_text("No moment found")
    page.go_back()
    expect(page.locator("#count")).to_have_text("1 moment")
    page.goto(f"{known[0].address}/search?words=old+woman")
    expect(page.locator("#notice")).to_contain_text("Passerby does not describe people")
