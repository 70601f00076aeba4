"""The page of a search, in a browser: its address, its hits, and playing in place."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from watching import add_clip, serving, wait_for


@pytest.fixture(scope="module")
def page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    folder: Path = tmp_path_factory.mktemp("search")
    add_clip(folder / "library", folder)
    with serving(folder / "library") as address, browser.new_context(base_url=address) as context:
        yield context.new_page()


def test_hits_have_reasons_and_play_in_place(page: Page) -> None:
    page.goto("/search")
    expect(page.locator("#state")).to_contain_text("Type what to look for")
    page.get_by_label("Words", exact=True).fill("harbour")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page).to_have_url(re.compile(r"/search\?words=harbour$"))
    hit = page.locator(".hit").first
    expect(hit).to_contain_text("0:08.0 \u2013 0:12.0")
    expect(hit).to_contain_text("harbour")
    wait_for(page, "document.querySelector('.hit img').naturalWidth > 0")
    hit.click()
    wait_for(page, "document.querySelector('.here video').currentTime > 8")
    assert page.locator(".here video").get_attribute("src").endswith("/media#t=8,12")  # type: ignore[union-attr]
    page.keyboard.press("Escape")
    expect(page.locator(".here")).to_have_count(0)


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


def test_arrows_lead_through_hits_and_what_finds_nothing_or_fails_says_so(page: Page) -> None:
    page.goto("/search?words=bicycle+dog+beach")
    expect(page.locator(".hit").nth(1)).to_be_visible()
    expect(page.locator("#notice")).not_to_be_empty()
    page.locator(".hit").first.focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".hit").nth(1)).to_be_focused()
    page.goto("/search?label=nothing+at+all")
    expect(page.locator("#state")).to_contain_text("Nothing was found")
    page.goto("/search?like=nonsense")
    expect(page.get_by_role("alert")).to_contain_text("expected the id of a video")
