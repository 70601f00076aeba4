"""What goes on at the workbench: work that is taken up, sessions that end, and the copy beside its original."""

from pathlib import Path

from playwright.sync_api import Page, expect

from at_the_bench import is_saved, keep, keep_plan, stands
from clips import make_clip
from on_pages import JOB, until
from paging import Server, faults_in, log_in
from passerby.client import Client
from serving import PASSWORD

SIZE = (320, 180)


def test_work_is_taken_up_after_the_page_is_loaded_anew(page: Page, server: Server, tmp_path: Path) -> None:
    video = keep(server, make_clip(tmp_path / "sailing.mp4", size=SIZE, frames=612, rate=12))
    page.goto(f"{server.address}/videos/{video}/share")
    page.get_by_label("How closely").select_option("careful")
    page.get_by_role("button", name="Look for it").dblclick()
    expect(page.locator("#working")).to_contain_text("Looking for faces in sailing.mp4")
    page.reload()
    expect(page.locator("#working")).to_contain_text("Looking for faces in sailing.mp4", timeout=JOB)
    expect(page.get_by_role("button", name="Look for it")).to_be_disabled()
    with Client(server.address) as client:
        jobs = [job for job in client.jobs() if job["video"] == video]
    assert len(jobs) == 1
    page.locator("#working").get_by_role("button", name="Stop").click()
    expect(page.locator("#working")).to_be_hidden()
    expect(page.get_by_role("button", name="Look for it")).to_be_enabled()


def test_a_session_that_ends_loses_nothing(page: Page, guarded_alone: Server, tmp_path: Path) -> None:
    video, plan = keep_plan(guarded_alone, make_clip(tmp_path / "picnic.mp4", size=SIZE, frames=24, rate=12))
    log_in(page, guarded_alone, "ada")
    expect(page.get_by_role("link", name="picnic.mp4")).to_be_visible()
    page.goto(f"{guarded_alone.address}/videos/{video}/share#plan={plan}")
    stands(page)
    page.context.clear_cookies()
    page.get_by_role("button", name="Hide this place all the time").click()
    again = page.get_by_role("dialog", name="Log in again")
    expect(again).to_contain_text("What you have changed is still here")
    assert not faults_in(page)
    again.get_by_label("Name").fill("ada")
    again.get_by_label("Password").fill(PASSWORD)
    again.get_by_role("button", name="Log in", exact=True).click()
    expect(again).to_have_count(0)
    is_saved(page)
    stands(page)
    page.reload()
    expect(page.locator("#count")).to_have_text("1 of 1 hidden")


def test_a_copy_plays_in_step_with_its_original(page: Page, server: Server, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1200, "height": 900})
    video, plan = keep_plan(server, make_clip(tmp_path / "dance.mp4", size=SIZE, frames=46, rate=12))
    page.goto(f"{server.address}/videos/{video}/share#plan={plan}")
    page.get_by_role("button", name="Make and check the copy").click()
    films = page.locator(".films")
    expect(films).to_be_visible(timeout=JOB)
    expect(page.get_by_role("heading", name="The copies")).to_be_focused()
    films.get_by_role("button", name="Beside the original").click()
    expect(films.locator("video")).to_have_count(2)
    films.get_by_role("slider").fill("1.5")
    both = "[...document.querySelectorAll('.films video')].map((film) => film.currentTime)"
    until(page, f"{both}.length === 2 && {both}.every((time) => Math.abs(time - 1.5) < .07)")
    assert not faults_in(page)
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Delete the copy").click()
    expect(page.locator("#no-copies")).to_be_visible()
    expect(films).to_have_count(0)
