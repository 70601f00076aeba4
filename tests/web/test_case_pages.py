"""Cases and items on their pages: the chain as a time line, checks in place, holds, and exports with what leaves."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from playwright.sync_api import Page, expect

from on_pages import JOB
from paging import Server, a_server, faults_in, log_in
from serving import USERS
from taken_items import CASE, casework, copy_of, flip, original_of, take_one


class Kept(NamedTuple):
    """A server of a library with an item, and a safe copy of it, in a case that all but vera see."""

    server: Server
    item: str
    case: str

    def enter(self, page: Page, name: str, path: str) -> None:
        log_in(page, self.server, name)
        page.wait_for_url(f"{self.server.address}/")
        page.goto(f"{self.server.address}{path}")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("kept")
    with a_server(folder / "library", users=USERS) as server:
        item, case = take_one(server.library, folder)
        copy_of(server.library, item, folder / "march.mp4")
        for name in ("kim", "rita"):
            casework(server.library).admit(case, name)
        yield Kept(server, item, case)


def test_an_item_is_verified_in_place(page: Page, kept: Kept) -> None:
    kept.enter(page, "kim", "/cases")
    page.get_by_role("link", name=CASE).click()
    page.get_by_role("link", name="march.mp4").click()
    expect(page.locator("#noted")).to_contain_text(kept.item)
    expect(page.locator("#noted")).to_contain_text("phone of the office, by cable")
    expect(page.locator("#chain li[data-act=take]")).to_contain_text("took evidence")

    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_role("status").filter(has_text="Sound: all files are")).to_be_visible(timeout=JOB)
    expect(page.locator("#last")).to_contain_text("sound")
    expect(page.locator("#chain li").last).to_contain_text("kim verified evidence: sound")
    assert not faults_in(page)

    original = original_of(kept.server.library)
    flip(original)
    try:
        page.get_by_role("button", name="Verify now").click()
        told = page.get_by_role("status").filter(has_text="Not sound:")
        expect(told).to_contain_text("its bytes are not what was taken", timeout=JOB)
    finally:
        flip(original)
    expect(page.locator("#chain li.faulty")).to_contain_text("1 fault")
    expect(page.locator("#checks li").first).to_contain_text("not sound")
    expect(page.locator("#checks .unsound")).to_have_count(1)


def test_an_export_tells_first_what_leaves_and_is_downloaded(page: Page, kept: Kept, tmp_path: Path) -> None:
    kept.enter(page, "kim", f"/cases/{kept.case}")
    page.get_by_role("button", name="Export …").click()
    dialog = page.get_by_role("dialog", name="Export as a bag")
    expect(dialog.locator("#leaving-sum")).to_contain_text("no original")
    expect(dialog.get_by_role("cell", name="march-safe.mp4")).to_be_visible()
    dialog.get_by_label("With the originals").check()
    expect(dialog.locator("#leaving-sum")).to_contain_text("1 original")
    expect(dialog.locator("tr[data-content=original]")).to_contain_text(kept.item)
    assert not faults_in(page)
    dialog.get_by_label("Sealed:").check()
    expect(dialog.locator("tr[data-content=original]")).to_have_count(0)
    dialog.get_by_role("button", name="Write the bag").click()
    link = page.get_by_role("link", name="Download (")
    expect(link).to_be_visible(timeout=JOB)
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.startswith("bag-")
    expect(page.locator("#bags")).to_contain_text(casework(kept.server.library).key_hash())


def test_a_case_is_held_let_go_and_shown_to_others(page: Page, kept: Kept) -> None:
    kept.enter(page, "kim", f"/cases/{kept.case}")
    page.get_by_label("Hold it, because").fill("a claim is being heard")
    page.get_by_role("button", name="Hold", exact=True).click()
    expect(page.locator("#holds")).to_contain_text("a claim is being heard")
    page.get_by_role("button", name="Lift: a claim is being heard").click()
    expect(page.get_by_text("Nothing holds it.")).to_be_visible()

    page.get_by_role("button", name="Let see it no more: rita").click()
    expect(page.locator("#people li")).to_have_count(1)
    page.get_by_label("Name of a user").fill("rita")
    page.get_by_role("button", name="Let in").click()
    expect(page.locator("#people li")).to_have_count(2)
    expect(page.locator("#chain li").last).to_contain_text("lifted a hold")


def test_a_reviewer_reads_a_case_and_changes_nothing(page: Page, kept: Kept) -> None:
    kept.enter(page, "rita", f"/cases/{kept.case}")
    expect(page.get_by_role("heading", name=CASE)).to_be_visible()
    expect(page.locator("#case-items tbody tr")).to_have_count(1)
    assert page.locator("main button, main form").count() == 0
    page.goto(f"{kept.server.address}/api/v1/cases/{kept.case}/report")
    expect(page.get_by_role("heading", name="What this shows, and what not")).to_be_visible()


def test_a_viewer_is_told_that_cases_are_not_theirs_to_see(page: Page, kept: Kept) -> None:
    kept.enter(page, "vera", "/cases")
    expect(page.get_by_role("heading", name="Not for you to see")).to_be_visible()
    assert page.get_by_role("link", name="Cases").count() == 0
