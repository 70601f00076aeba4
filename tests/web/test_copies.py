"""The safe copies on the page of a video: their states, who sees them, and the way from a leak to its answer."""

import re
from pathlib import Path

from playwright.sync_api import Browser, Dialog, Page, expect

from at_the_bench import keep, keep_plan
from clips import make_clip
from on_pages import JOB
from paging import Server, faults_in, log_in
from passerby.client import Client
from real_faces import two_faces
from serving import logged_in

SIZE = (320, 180)


def test_a_viewer_sees_a_copy_that_shows_faces_on_purpose_once_it_is_released(
    page: Page, browser: Browser, guarded_alone: Server, tmp_path: Path
) -> None:
    with logged_in(guarded_alone.address, "ada") as ada:
        clip = make_clip(tmp_path / "fair.mp4", size=SIZE, frames=24, rate=12)
        video = keep(guarded_alone, clip)
        plan = ada.wait(ada.look(video, ["screens"], effort="fast")["id"])["result"]["plan"]
        job = ada.wait(ada.make_copy(plan)["id"])
    assert job["message"].startswith("passed, but shows faces on purpose: ")
    log_in(page, guarded_alone, "ada")
    expect(page.get_by_role("link", name="fair.mp4")).to_be_visible()
    with browser.new_context() as context:
        viewer = context.new_page()
        log_in(viewer, guarded_alone, "vic")
        expect(viewer.get_by_role("link", name="fair.mp4")).to_be_visible()
        viewer.goto(f"{guarded_alone.address}/videos/{video}")
        expect(viewer.locator("#copies")).to_have_text("None has been made.")

        page.goto(f"{guarded_alone.address}/jobs")
        expect(page.locator("li[data-look=warm]")).to_contain_text("done, but no face was to be hidden")
        page.goto(f"{guarded_alone.address}/videos/{video}")
        copy = page.locator("#copies li")
        expect(copy).to_contain_text("passed, but shows faces on purpose: ")
        expect(copy).to_contain_text("no face was to be hidden")
        assert not faults_in(page)
        told: list[str] = []

        def give_up(dialog: Dialog) -> None:
            told.append(dialog.message)
            dialog.dismiss()

        page.once("dialog", give_up)
        copy.get_by_role("button", name="Release to viewers").click()
        assert "no face was to be hidden" in told[0]
        expect(copy).not_to_contain_text("released to viewers")
        page.once("dialog", lambda dialog: dialog.accept())
        copy.get_by_role("button", name="Release to viewers").click()
        expect(copy).to_contain_text("released to viewers by ada")

        viewer.reload()
        seen = viewer.locator("#copies li")
        expect(seen).to_contain_text("fair-safe.mp4")
        expect(seen.get_by_role("button")).to_have_count(0)
        seen.get_by_text("Play", exact=True).click()
        expect(seen.locator("video")).to_have_js_property("videoWidth", SIZE[0])

        copy.get_by_role("button", name="Take it back from viewers").click()
        expect(copy).not_to_contain_text("released to viewers")
        viewer.reload()
        expect(viewer.locator("#copies")).to_have_text("None has been made.")
    page.once("dialog", lambda dialog: dialog.accept())
    copy.get_by_role("button", name="Delete").click()
    expect(page.locator("#copies")).to_have_text("None has been made.")


def test_a_leak_leads_back_to_the_bench_and_is_hidden_or_answered(page: Page, server: Server, tmp_path: Path) -> None:
    page.set_viewport_size({"width": 1200, "height": 900})
    with Client(server.address) as client:
        video, plan = keep_plan(server, two_faces(tmp_path / "unhidden.mp4", frames=28))
        copy = client.wait(client.make_copy(plan)["id"])["result"]["copy"]
        leaky = [track for track in client.copy_audit(copy)["tracks"] if track["leaks"]]
    assert len(leaky) >= 2
    page.goto(f"{server.address}/videos/{video}")
    copies = page.locator("#copies")
    expect(copies).to_contain_text(re.compile(r"failed: \d+ of \d+ faces show"))
    copies.get_by_role("button", name="What the audit found").click()
    faces = copies.get_by_role("list", name="When faces show").locator("li")
    expect(faces).to_have_count(len(leaky))
    assert not faults_in(page)

    copies.get_by_role("link", name="Correct it").click()
    queue = page.get_by_role("region", name="What shows")
    expect(queue).to_contain_text(f"1 of {len(leaky)} that show {len(leaky)} left", timeout=JOB)
    expect(page.locator("#count")).to_contain_text("0 of 0 hidden")
    for left in reversed(range(len(leaky))):
        queue.get_by_role("button", name="Hide it").click()
        expect(queue).to_contain_text(f"{left} left" if left else "all worked off")
    expect(page.locator("#count")).to_contain_text(f"{len(leaky)} of {len(leaky)} hidden")
    queue.get_by_role("button", name="Make and check the copy again").click()
    expect(page.locator("#result")).to_contain_text("found no face that shows", timeout=JOB)
    expect(queue).to_have_count(0)

    page.reload()  # of the copy that the address names
    expect(queue).to_contain_text(f"{len(leaky)} left", timeout=JOB)
    for left in reversed(range(len(leaky))):
        queue.get_by_label("What is seen there").fill(f"poster {left}")
        queue.get_by_role("button", name="Not a face").click()
        expect(queue).to_contain_text(f"{left} left" if left else "all worked off")
    expect(queue).to_contain_text("no face, says (local): poster")
    expect(page.locator("#result .notice.good")).to_contain_text("answered as nobody by (local): poster")
    assert not faults_in(page)
    queue.get_by_role("button", name="Take that back").click()
    expect(page.locator("#result .notice.bad")).to_contain_text("The audit found faces that show.")
