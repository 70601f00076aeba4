"""The page of a video, in a browser: players, keys, lanes, transcript and labels."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from passerby.accounts import Accounts
from passerby.library import Library
from passerby.settings import Settings
from serving import PASSWORD
from watching import add_clip, add_long, serving, wait_for


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """A library, its clip and its long video, with a viewer among its users."""
    folder = tmp_path_factory.mktemp("watch")
    path = folder / "library"
    made = path, add_clip(path, folder), add_long(path, folder, 5000, 20_000)
    Accounts(Settings(library=str(path))).add_user("vera", PASSWORD, "viewer")
    return made


@pytest.fixture(scope="module")
def address(library: tuple[Path, str, str]) -> Iterator[str]:
    with serving(library[0]) as at:
        yield at


@pytest.fixture
def page(browser: Browser, address: str, library: tuple[Path, str, str]) -> Iterator[Page]:
    context = browser.new_context(base_url=address, viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(f"/videos/{library[1]}")
    expect(opened.locator("#labels li").first).to_be_visible()
    yield opened
    context.close()
    assert errors == []


def current(page: Page) -> float:
    at: float = page.evaluate("document.querySelector('#player video').currentTime")
    return at


def test_the_original_plays_and_the_keyboard_steps_by_frames(page: Page) -> None:
    wait_for(page, "document.querySelector('#player video').readyState >= 2")
    page.keyboard.press(" ")
    wait_for(page, "document.querySelector('#player video').currentTime > 0.3")
    page.keyboard.press("k")
    assert page.evaluate("document.querySelector('#player video').paused")
    page.evaluate("location.hash = '#t=4.05'")
    wait_for(page, "document.querySelector('#player video').currentTime === 4.05")
    page.keyboard.press("ArrowRight")
    assert current(page) == pytest.approx(4.15)  # the middle of the next of ten frames a second
    page.keyboard.press("l")
    assert current(page) == pytest.approx(12)
    page.keyboard.press("j")
    assert current(page) == pytest.approx(2)


def test_a_tag_in_the_lists_and_a_click_on_a_lane_lead_to_their_times(page: Page) -> None:
    page.locator("li", has_text="harbour").get_by_role("button", name=re.compile("^0:08")).click()
    assert current(page) == pytest.approx(8)
    expect(page.locator("#labels")).to_contain_text("harbour")
    canvas = page.locator("#lanes canvas")
    box = canvas.bounding_box()
    assert box is not None
    canvas.click(position={"x": box["width"] / 2, "y": 40})
    assert current(page) == pytest.approx(6, abs=0.1)


def test_words_are_found_in_the_transcript_and_lead_to_when_they_are_said(page: Page) -> None:
    page.get_by_label("Search the transcript").fill("warm so")
    expect(page.locator("#found")).to_have_text("1 found")
    page.keyboard.press("Enter")
    assert current(page) == pytest.approx(8.5)
    page.locator("#transcript .w", has_text="bread").click()
    assert current(page) == pytest.approx(0.5)
    expect(page.locator("#transcript .at")).to_have_text("bread")


def test_a_label_is_added_and_one_rejected_and_both_stay(page: Page) -> None:
    page.get_by_label("Label for").fill("street market")
    page.get_by_role("button", name="Add").click()
    expect(page.locator("#labels")).to_contain_text("street market")
    page.get_by_role("button", name="Reject beach", exact=True).click()
    expect(page.locator("#labels")).not_to_contain_text("beach")
    page.reload()
    expect(page.locator("#labels")).to_contain_text("street market")
    expect(page.locator("#labels")).not_to_contain_text("beach")
    page.get_by_role("button", name="Reject street market").click()
    expect(page.locator("#labels")).not_to_contain_text("street market")


def test_a_video_of_5000_moments_and_20000_words_shows(page: Page, library: tuple[Path, str, str]) -> None:
    page.add_init_script(
        """new PerformanceObserver(() => {
          window.wordsWhenReady ??= document.querySelectorAll("#transcript .w").length;
        }).observe({ type: "mark", buffered: true })"""
    )
    page.goto(f"/videos/{library[2]}")
    expect(page.locator("#labels")).to_contain_text("place 0", timeout=60_000)
    words = page.locator("#transcript .w")
    expect(words.first).to_be_visible()
    # The others get elements when nothing else is to be done.
    assert 0 < page.evaluate("wordsWhenReady") < 10_000
    wait_for(page, "document.querySelectorAll('#transcript .w').length === 20_000", 60)
    assert page.locator("#transcript p").count() == 20_000 // 8
    page.locator("#transcript p").last.scroll_into_view_if_needed()
    page.locator("#transcript p").last.locator(".w").last.click()
    expect(page.locator("#transcript .at")).to_have_text("eight")
    wait_for(page, "performance.getEntriesByName('ready').length === 1")


def test_a_page_asks_for_what_it_needs_once_and_before_its_scripts_run(
    page: Page, library: tuple[Path, str, str]
) -> None:
    page.goto(f"/videos/{library[1]}")
    wait_for(page, "performance.getEntriesByName('ready').length === 1")
    asked = page.evaluate(
        """performance.getEntriesByType("resource").filter((each) => each.name.includes("/api/v1/videos/"))
          .map((each) => [each.name, each.initiatorType])"""
    )
    assert [kind for name, kind in asked if name.endswith("?boxes=false")] == ["link"]


def test_the_server_tells_what_the_library_tells_and_boxes_only_if_they_are_wanted(
    address: str, library: tuple[Path, str, str]
) -> None:
    told = Library(Settings(library=str(library[0]))).show(library[2]).document()
    answer = httpx.get(f"{address}/api/v1/videos/{library[2]}")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == told
    assert told["objects"][0]["boxes"]
    short = told | {"objects": [{name: each[name] for name in each if name != "boxes"} for each in told["objects"]]}
    assert httpx.get(f"{address}/api/v1/videos/{library[2]}?boxes=false").json() == short


def test_a_viewer_sees_masked_pictures_and_never_asks_for_the_original(
    browser: Browser, library: tuple[Path, str, str]
) -> None:
    with serving(library[0], "--accounts") as at:
        context = browser.new_context(base_url=at)
        answer = context.request.post("/api/v1/session", data={"name": "vera", "password": PASSWORD})
        assert answer.ok, answer.text()
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"/videos/{library[1]}#t=8.5")
        expect(page.locator("#player")).to_contain_text("no safe copy")
        expect(page.get_by_alt_text("Picture at 0:08.5")).to_be_visible()
        page.get_by_role("button", name="Play").click()
        page.goto("/search?words=harbour")
        page.locator(".hit .name").first.click()
        expect(page).to_have_url(re.compile("#t=8"))
        expect(page.locator("#labels")).to_contain_text("harbour")
        assert any("/thumbnail" in url for url in asked)
        assert not [url for url in asked if "/media" in url or "/frame" in url]
        assert page.locator("#give, #share").count() == 0
        context.close()
