"""The page that shares a video, in a browser, on the real server."""

import os
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from clips import make_clip
from passerby.media.frames import frame_at
from passerby.media.probe import look
from sharing import served

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")


def _picture(path: Path) -> np.ndarray:
    base = look(path).info.time_base
    return frame_at(path, base.ticks(Fraction(1, 5))).rgb(320, 180).astype(int)


@pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")
def test_a_drawn_box_is_hidden_in_the_copy_and_nothing_else(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "walk.mp4", size=(320, 180), frames=24, audio="tone")
    library = tmp_path / "library"
    add = [sys.executable, "-m", "passerby", "add", str(clip), "--stages", "shots"]
    subprocess.run(add, env=os.environ | {"PASSERBY_LIBRARY": str(library)}, check=True, capture_output=True)
    with served(library) as address, sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        video = page.evaluate("fetch('/api/v1/videos').then(a => a.json()).then(a => a.videos[0].id)")
        page.goto(f"{address}/videos/{video}/share")
        page.get_by_role("button", name="Look", exact=True).click()
        page.get_by_role("button", name="Draw a box").click(timeout=30_000)
        layer = page.locator("#boxes").bounding_box()
        assert layer is not None
        x, y, wide, high = layer["x"], layer["y"], layer["width"], layer["height"]
        page.mouse.move(x + wide * 0.25, y + high * 0.25)
        page.mouse.down()
        page.mouse.move(x + wide * 0.5, y + high * 0.5)
        page.mouse.up()
        page.get_by_text("There are unsaved changes.").wait_for()
        if folder := os.environ.get("SHARE_SHOTS"):
            for name, width, height in (("wide", 1440, 900), ("phone", 390, 844)):
                for scheme in ("light", "dark"):
                    page.set_viewport_size({"width": width, "height": height})
                    page.emulate_media(color_scheme=scheme)
                    page.screenshot(path=f"{folder}/share-{name}-{scheme}.png", full_page=True)
        page.get_by_role("button", name="Make the copy").click()
        link = page.get_by_role("link", name="Download the copy")
        link.wait_for(timeout=40_000)
        with page.expect_download() as download:
            link.click()
        download.value.save_as(tmp_path / "safe.mp4")
        page.get_by_role("button", name="Check every frame").click()
        report = page.get_by_role("link", name="Open the leak report")
        report.wait_for(timeout=40_000)
        assert page.request.get(address + report.get_attribute("href")).ok
        browser.close()
    before, after = _picture(clip), _picture(tmp_path / "safe.mp4")
    assert after[50:85, 85:155].max() < 30
    assert np.abs(before - after)[100:].mean() < 8
    assert not faults
