"""The workbench for safe copies: from looking to a copy that hides what was drawn, and its report."""

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, expect

from clips import make_clip
from on_pages import JOB, add
from paging import Server, faults_in
from passerby.media.frames import Frame, open_video
from passerby.records import Pixels

SIZE = (320, 180)


def picture_of(path: Path, index: int) -> Pixels:
    with open_video(path) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        return frames[index].rgb(*SIZE)


def test_a_drawn_box_is_hidden_in_the_copy(page: Page, server: Server, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "parade.mp4", size=SIZE, frames=36, rate=12)
    page.set_viewport_size({"width": 1200, "height": 900})
    video = add(page, server, clip)
    page.goto(f"{server.address}/videos/{video}/share")
    page.get_by_role("button", name="Look for it").click()
    expect(page.locator("#bench")).to_be_visible(timeout=JOB)
    expect(page.locator("#count")).to_contain_text("0 of 0 hidden")

    page.get_by_role("button", name="Draw a box").click()
    stage = page.locator("#boxes")
    stage.scroll_into_view_if_needed()
    place = stage.bounding_box()
    assert place is not None
    at = [(place["x"] + share * place["width"], place["y"] + share * place["height"]) for share in (0.25, 0.75)]
    page.mouse.move(*at[0])
    page.mouse.down()
    page.mouse.move(*at[1], steps=4)
    page.mouse.up()
    expect(page.locator("#tracks li")).to_contain_text("drawn")
    expect(page.locator("#chosen")).to_contain_text("Chosen: drawn 1")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#tracks li")).to_have_count(0)
    page.get_by_role("button", name="Redo").click()
    expect(page.locator("#tracks li")).to_have_count(1)

    page.get_by_role("button", name="Show this frame as the copy will").click()
    expect(page.locator("#after img")).to_have_js_property("naturalWidth", SIZE[0])
    assert not faults_in(page)

    page.get_by_label("Name", exact=True).fill("parade-safe.mp4")
    page.get_by_role("button", name="Make the copy").click()
    expect(page.locator("#result")).to_contain_text("found no face that shows", timeout=JOB)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the copy").click()
    downloading.value.save_as(copy := tmp_path / "copy.mp4")
    before, after = picture_of(clip, 12).astype(int), picture_of(copy, 12).astype(int)
    assert after[60:120, 100:220].max() < 30  # black, inside of the box
    assert np.abs(after[:30] - before[:30]).mean() < 12  # as it was, beside it

    page.get_by_role("button", name="Check every frame").click()
    report = page.get_by_role("link", name="Open the leak report")
    expect(report).to_be_visible(timeout=JOB)
    with page.context.expect_page() as opening:
        report.click()
    expect(opening.value.locator("body")).to_contain_text("Passed: none")


def test_a_look_shows_how_far_it_is_and_can_be_stopped(page: Page, server: Server, tmp_path: Path) -> None:
    video = add(page, server, make_clip(tmp_path / "regatta.mp4", size=SIZE, frames=600, rate=12))
    page.goto(f"{server.address}/videos/{video}/share")
    page.get_by_label("How closely").select_option("careful")
    page.get_by_role("button", name="Look for it").click()
    work = page.locator("#working")
    expect(work).to_contain_text("Looking for what to hide")
    expect(work.locator("#work-state")).to_contain_text("looking for what to hide, 0:", timeout=JOB)
    bar = work.get_by_role("progressbar", name="Looking for what to hide")
    expect(bar).to_have_attribute("value", re.compile(r"0\."))
    assert not faults_in(page)
    work.get_by_role("button", name="Stop").click()
    expect(page.locator("#toasts")).to_contain_text("Stopped.")
    expect(work).to_be_hidden()
    expect(page.locator("#bench")).to_be_hidden()


def test_a_plan_is_gone_on_with(page: Page, server: Server, tmp_path: Path) -> None:
    video = add(page, server, make_clip(tmp_path / "fair.mp4", size=SIZE, frames=24, rate=12))
    page.goto(f"{server.address}/videos/{video}/share")
    page.get_by_role("button", name="Look for it").click()
    expect(page.locator("#bench")).to_be_visible(timeout=JOB)
    page.get_by_role("button", name="Hide this place all the time").click()
    page.get_by_role("button", name="Save the plan").click()
    expect(page.locator("#saved")).to_have_text("Saved")
    page.goto(f"{server.address}/videos/{video}/share")
    page.get_by_role("button", name="Go on with the last plan").click()
    expect(page.locator("#tracks li")).to_contain_text("zone 1")
    page.get_by_label("Why zone 1 is hidden or shown").fill("the court ordered it")
    page.get_by_label("Why zone 1 is hidden or shown").press("Tab")
    page.locator("#tracks li").get_by_role("checkbox").uncheck()
    expect(page.locator("#count")).to_contain_text("0 of 1 hidden")
    page.get_by_label("Hidden places").select_option("pixelate")
    page.get_by_role("button", name="Save the plan").click()
    expect(page.locator("#saved")).to_have_text("Saved")
    kept = page.evaluate("fetch('/api/v1/plans/' + location.hash.slice(6)).then((answer) => answer.json())")
    assert kept["plan"]["policy"]["style"] == "pixelate"
    assert [(track["reason"], track["hidden"]) for track in kept["plan"]["tracks"]] == [("the court ordered it", False)]
