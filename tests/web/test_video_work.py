"""What people write into a video on its page: corrected lines, comments, chapters, the state of its review."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from libraries import add, people, said, track
from passerby.accounts import Accounts
from passerby.settings import Settings
from passerby.store.library import open_store
from serving import PASSWORD
from watching import serving


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A server, and the id of a video in which two lines are said."""
    library = tmp_path_factory.mktemp("work") / "library"
    with open_store(library, create=True) as store:
        lines = [said("the whether is fine", 0), said("good night", 1)]
        video = add(store, "news.mp4", speech=lines, people=[people(0)], objects=[track("kite", 1)])
    for name, role in (("bea", "reviewer"), ("vera", "viewer")):
        Accounts(Settings(library=str(library))).add_user(name, PASSWORD, role)
    with serving(library) as at:
        yield at, video


@pytest.fixture
def page(browser: Browser, address: tuple[str, str]) -> Iterator[Page]:
    context = browser.new_context(base_url=address[0], viewport={"width": 1440, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.goto(f"/videos/{address[1]}")
    expect(opened.locator("#transcript .edit")).to_have_count(2)
    yield opened
    context.close()
    assert errors == []


def test_a_line_is_put_right_where_it_stands_and_the_focus_stays(page: Page) -> None:
    edit = page.locator("#transcript .edit").first
    edit.click()
    page.keyboard.type("never mind")
    page.keyboard.press("Escape")
    expect(edit).to_be_focused()
    expect(page.locator("#transcript p").first).to_contain_text("the whether is fine")
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="What is said").fill("the weather is fine")
    page.keyboard.press("Enter")
    expect(page.locator("#transcript p").first).to_contain_text("corrected by (local)")
    expect(edit).to_be_focused()
    expect(page.locator("#transcript p").first).to_contain_text("the weather is fine")
    page.get_by_role("button", name="As it was heard: the whether is fine").click()
    expect(page.locator("#transcript p").first).to_contain_text("the whether is fine")
    expect(page.locator(".corrected")).to_have_count(0)


def test_a_comment_names_a_user_and_goes_again(page: Page) -> None:
    field = page.locator("#comment")
    field.fill("")
    field.press_sequentially("is that a kite, @b")
    expect(page.get_by_role("option", name="bea")).to_be_visible()
    expect(page.locator("#mention-list li")).to_have_count(1)  # a viewer reads no comments
    page.keyboard.press("Enter")
    expect(field).to_have_value("is that a kite, @bea ")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#comments mark")).to_have_text("@bea")
    expect(field).to_be_focused()
    page.get_by_role("button", name="Change: ").click()
    page.locator("#comments textarea").fill("it is")
    page.keyboard.press("Enter")
    expect(page.locator("#comments .said")).to_have_text("it is")
    page.get_by_role("button", name="Delete: it is").click()
    expect(page.locator("#comments .said")).to_have_count(0)


def test_chapters_the_review_and_a_wrong_object_are_kept(page: Page) -> None:
    page.locator("#chapter").fill("Harbour")
    page.keyboard.press("Enter")
    expect(page.locator("#chapters li")).to_contain_text("Harbour")
    page.get_by_role("button", name="Remove the chapter Harbour").click()
    expect(page.locator("#chapters li")).to_have_count(0)
    page.get_by_role("button", name="Undo").last.click()
    page.get_by_label("Review").select_option("checked")
    expect(page.get_by_text("Review: checked.")).to_be_visible()
    page.get_by_role("button", name="Reject kite, 0:04.1").click()
    expect(page.get_by_text("Objects (1)")).to_have_count(0)
    page.reload()
    expect(page.get_by_label("Review")).to_have_value("checked")
    expect(page.locator("#chapters li")).to_contain_text("Harbour")
