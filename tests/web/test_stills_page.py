"""Photos that are redacted in the browser: looked at as they come back, with boxes drawn over them, and downloaded."""

from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Page, expect

from on_pages import JOB, until
from paging import Server, faults_in

SIZE = (320, 180)


def test_a_photo_comes_back_hidden_and_without_metadata(page: Page, server: Server, tmp_path: Path) -> None:
    photo = tmp_path / "fair.png"
    picture = Image.new("RGB", SIZE, (90, 160, 120))
    picture.save(photo)
    page.goto(f"{server.address}/stills")
    page.locator("#still-files").set_input_files(photo)
    still = page.locator("#stills li")
    expect(still.get_by_role("link", name="Download")).to_be_visible(timeout=JOB)
    assert not faults_in(page)
    until(page, "document.querySelector('#stills img').naturalWidth > 0")
    still.locator("img").scroll_into_view_if_needed()
    place = still.locator("img").bounding_box()
    assert place is not None
    page.mouse.move(place["x"] + place["width"] * 0.25, place["y"] + place["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(place["x"] + place["width"] * 0.75, place["y"] + place["height"] * 0.75, steps=3)
    page.mouse.up()
    expect(still.get_by_role("button", name="Take the last box away")).to_be_visible(timeout=JOB)
    with page.expect_download() as downloading:
        still.get_by_role("link", name="Download").click()
    assert downloading.value.suggested_filename == "fair-safe.png"
    copy = np.asarray(Image.open(downloading.value.path()).convert("RGB"))
    assert copy[60:120, 100:220].max() == 0
    assert copy[:30].min() > 80


def test_what_is_no_picture_is_told_in_its_place(page: Page, server: Server, tmp_path: Path) -> None:
    photo = tmp_path / "notes.jpg"
    photo.write_text("no picture at all")
    page.goto(f"{server.address}/stills")
    page.locator("#still-files").set_input_files(photo)
    expect(page.locator("#stills li .fault")).to_contain_text("notes.jpg", timeout=JOB)
    expect(page.locator("#stills").get_by_role("link", name="Download")).to_be_hidden()
