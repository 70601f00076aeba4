"""Safe copies of many videos: begun from the library's choice, and told of when the page is loaded anew."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from on_pages import with_chosen
from paging import Server, faults_in


def test_what_waits_for_a_person_is_told_with_its_reason(page: Page, server: Server, clip: Path) -> None:
    page.goto(server.address)
    page.locator("#files").set_input_files(clip)
    expect(page.get_by_role("link", name="march.mp4")).to_be_visible()
    page.get_by_role("checkbox", name="Select march.mp4").check()
    with_chosen(page, "Make safe copies")
    dialog = page.get_by_role("dialog", name="Make safe copies")
    dialog.get_by_label("As written for").select_option(label="March")
    expect(dialog.get_by_label("Whole people")).to_be_checked()
    dialog.get_by_label("As written for").select_option("")
    dialog.get_by_label("Whole people").uncheck()
    dialog.get_by_label("Faces").check()
    assert not faults_in(page)
    dialog.get_by_role("button", name="Begin").click()
    expect(page.locator("#toasts")).to_contain_text("1 video is looked through for a safe copy")

    page.goto(f"{server.address}/batches")
    row = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="march.mp4", exact=True))
    expect(row).to_contain_text("nothing was found to hide")
    expect(page.locator(".counts").first).to_have_text("1 needs your look")
    expect(page.locator(".batch summary time").first).to_be_visible()
    expect(page.locator(".batch summary").first).to_contain_text("hides faces")
    page.reload()
    expect(row).to_contain_text("nothing was found to hide")
    assert not faults_in(page)
    assert not Axe().run(page).response["violations"]
    row.get_by_role("link", name="Look at it: march.mp4").click()
    page.wait_for_url("**/share#plan=*")
