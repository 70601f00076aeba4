"""The list of jobs: live, in words, and with a way to stop each."""

from pathlib import Path

from playwright.sync_api import BrowserContext, Page, expect

from clips import make_clip
from paging import Server, faults_in


def test_a_job_shows_live_and_can_be_stopped(
    context: BrowserContext, page: Page, server: Server, tmp_path: Path
) -> None:
    page.goto(f"{server.address}/jobs")
    library = context.new_page()
    library.goto(server.address)
    library.locator("#files").set_input_files(make_clip(tmp_path / "long.mp4", size=(128, 72), frames=3000))

    line = page.locator("li", has_text="Adding long.mp4").first
    expect(line.get_by_role("progressbar", name="Progress: Adding long.mp4")).to_be_visible()
    expect(line).to_contain_text("looking through it, 0:")
    assert not faults_in(page)
    line.get_by_role("button", name="Stop: Adding long.mp4").click()
    expect(page.locator("#ended li", has_text="Adding long.mp4")).to_contain_text("stopped")
    expect(library.locator("#uploads li", has_text="long.mp4")).to_contain_text("stopped")


def test_a_failed_job_has_a_page_that_says_what_to_do(page: Page, server: Server, tmp_path: Path) -> None:
    (tmp_path / "broken.mp4").write_bytes(b"no video" * 100)
    page.goto(server.address)
    page.locator("#files").set_input_files(tmp_path / "broken.mp4")
    expect(page.locator("#uploads li[data-status=failed]")).to_be_visible()
    page.goto(f"{server.address}/jobs")
    line = page.locator("#ended li[data-look=bad]", has_text="Adding broken.mp4")
    line.get_by_role("link", name="Adding broken.mp4").click()
    expect(page.locator("#advice")).to_contain_text("holds no moving picture")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)  # its file is gone
