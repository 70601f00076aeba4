"""The page of a search, in a browser: its address, its hits, and playing in place."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from watching import add_clip, serving, wait_for


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder: Path = tmp_path_factory.mktemp("search")
    add_clip(folder / "library", folder)
    with serving(folder / "library") as address, browser.new_context(base_url=address) as context:
        yield context.new_page()


def test_hits_come_as_one_types_and_play_in_the_place_of_their_picture(page: Page) -> None:
    page.goto("/search")
    expect(page.locator("#state")).to_contain_text("Type what to look for")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("harbour")
    expect(page).to_have_url(re.compile(r"/search\?words=harbour$"))
    hit = page.locator(".hit").first
    expect(hit).to_contain_text("0:08.0 \u2013 0:12.0")
    expect(hit.locator("mark")).to_have_text(["harbour"])
    expect(page.locator("#facets")).to_contain_text("market.mp4")
    wait_for(page, "document.querySelector('.hit img').naturalWidth > 0")
    before = hit.bounding_box()
    hit.get_by_role("button").click()
    wait_for(page, "document.querySelector('.hit video').currentTime > 8")
    assert page.locator(".hit video").get_attribute("src").endswith("/media#t=8,12")  # type: ignore[union-attr]
    assert hit.bounding_box() == before
    page.locator(".hit video").focus()
    page.keyboard.press("Escape")
    expect(page.locator(".hit video")).to_have_count(0)


def test_a_facet_narrows_and_a_chip_takes_it_away_again(page: Page) -> None:
    page.goto("/search?words=bicycle")
    page.get_by_role("region", name="Video", exact=True).get_by_role("button").click()
    expect(page.locator("#asked-for li")).to_contain_text(["in: market.mp4"])
    expect(page.get_by_role("region", name="Video", exact=True).get_by_role("button", pressed=True)).to_be_visible()
    page.get_by_role("button", name="Remove the filter in: market.mp4").click()
    expect(page).to_have_url(re.compile(r"/search\?words=bicycle$"))


def test_what_is_not_found_offers_what_is_near(page: Page) -> None:
    page.goto("/search?words=harbuor&said=bread")
    page.get_by_role("button", name="without said: bread").click()
    expect(page.locator("#notice")).to_contain_text("This was searched for: \u201charbour\u201d")
    page.goto("/search?words=bicy")
    page.get_by_role("button", name="bicycle", exact=True).click()
    expect(page.locator(".hit").first).to_be_visible()


def test_a_search_is_saved_and_asked_again(page: Page) -> None:
    page.goto("/search?words=harbour")
    page.get_by_text("Saved searches").click()
    page.locator("#search-name").fill("at sea")
    page.get_by_role("button", name="Save it").click()
    expect(page.get_by_role("link", name="at sea")).to_have_attribute("href", "/search?words=harbour")
    page.get_by_role("button", name="Remove at sea").click()
    expect(page.locator("#searches")).to_contain_text("None yet")


def test_filters_are_in_the_address_and_back_leads_to_what_was_asked_before(page: Page) -> None:
    page.goto("/search?said=soup")
    expect(page.locator(".hit")).to_have_count(1)
    expect(page.get_by_label("Words that are said")).to_have_value("soup")
    page.get_by_label("Words that are said").fill("")
    page.get_by_label("Words on screen").fill("open")
    page.keyboard.press("Enter")
    expect(page.locator(".hit")).to_contain_text(["0:04.0"])
    page.go_back()
    expect(page.locator(".hit")).to_contain_text(["0:08.0"])
    expect(page.get_by_label("Words on screen")).to_have_value("")


def test_how_many_there_are_is_told_where_not_all_are_shown(page: Page) -> None:
    def of_more(route: Route) -> None:
        told = route.fetch()
        route.fulfill(response=told, json=told.json() | {"next": "40"})

    page.route("**/api/v1/search?*", of_more)
    page.goto("/search?words=bicycle+dog+beach")
    expect(page.locator("#state")).to_have_text(re.compile(r"^\d+ moments in 1 video; the first \d+ are shown\.$"))
    page.unroute("**/api/v1/search?*")


def test_arrows_lead_through_hits_and_what_finds_nothing_or_fails_says_so(page: Page) -> None:
    page.goto("/search?words=bicycle+dog+beach")
    expect(page.locator(".hit").nth(1)).to_be_visible()
    expect(page.locator("#notice")).not_to_be_empty()
    page.locator(".hit .picture").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".hit .picture").nth(1)).to_be_focused()
    page.goto("/search?label=nothing+at+all")
    expect(page.locator("#state")).to_contain_text("Nothing was found")
    page.goto("/search?like=nonsense")
    expect(page.get_by_role("alert")).to_contain_text("expected the id of a video")
