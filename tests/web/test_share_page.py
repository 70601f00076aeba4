"""The workbench for safe copies: from looking to a copy that hides what was drawn, and its report."""

import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, expect

from at_the_bench import is_saved, keep, keep_plan, rows
from clips import make_clip
from on_pages import JOB, add
from paging import Server, faults_in
from passerby.media.read.frames import Frame, open_video
from passerby.records import Pixels
from real_faces import SIZE as FACES_SIZE
from real_faces import two_faces

SIZE = (320, 180)


def picture_of(path: Path, index: int, size: tuple[int, int] = SIZE) -> Pixels:
    with open_video(path) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        return frames[index].rgb(*size)


def test_a_drawn_box_is_hidden_in_the_copy(page: Page, server: Server, tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "parade.mp4", size=SIZE, frames=36, rate=12)
    page.set_viewport_size({"width": 1200, "height": 900})
    video = add(page, server, clip)
    page.goto(f"{server.address}/videos/{video}/share")
    page.get_by_role("button", name="Look for it").click()
    expect(page.locator("#bench")).to_be_visible(timeout=JOB)
    expect(page.locator("#count")).to_contain_text("0 of 0 hidden")

    page.locator("#lasts").select_option("stay")
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
    expect(rows(page)).to_contain_text("drawn")
    expect(page.locator("#chosen")).to_contain_text("drawn 1, ")
    page.get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(0)
    page.get_by_role("button", name="Redo").click()
    expect(rows(page)).to_have_count(1)

    assert not faults_in(page)
    page.set_viewport_size({"width": 320, "height": 800})
    assert not faults_in(page)
    page.set_viewport_size({"width": 1200, "height": 900})

    page.get_by_label("Name of the next one").fill("parade-safe.mp4")
    page.get_by_role("button", name="Make and check the copy").click()
    expect(page.locator("#result")).to_contain_text("found no face that shows", timeout=JOB)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Download the copy").click()
    downloading.value.save_as(copy := tmp_path / "copy.mp4")
    before, after = picture_of(clip, 12).astype(int), picture_of(copy, 12).astype(int)
    assert after[60:120, 100:220].max() < 30  # black, inside of the box
    assert np.abs(after[:30] - before[:30]).mean() < 12  # as it was, beside it

    with page.expect_download() as downloading:
        page.get_by_role("link", name="Manifest").click()
    manifest = json.loads(downloading.value.path().read_text("utf-8"))
    assert manifest["copy"]["sha256"] == sha256(copy.read_bytes()).hexdigest()
    assert manifest["original"]["sha256"] == video
    assert downloading.value.suggested_filename.endswith(".json")

    page.get_by_role("button", name="Check it closely").click()
    report = page.get_by_role("link", name="Open the leak report")
    expect(report).to_be_visible(timeout=JOB)
    with page.context.expect_page() as opening:
        report.click()
    expect(opening.value.locator("body")).to_contain_text("Passed: none")


def test_a_look_shows_how_far_it_is_and_can_be_stopped(page: Page, server: Server, tmp_path: Path) -> None:
    video = keep(server, make_clip(tmp_path / "regatta.mp4", size=SIZE, frames=600, rate=12))
    page.goto(f"{server.address}/videos/{video}/share")
    page.get_by_label("How closely").select_option("careful")
    page.get_by_role("button", name="Look for it").click()
    work = page.locator("#working")
    expect(work).to_contain_text("Looking for faces in regatta.mp4")
    expect(work.locator("#work-state")).to_contain_text("looking for what to hide, 0:", timeout=JOB)
    bar = work.get_by_role("progressbar", name="Looking for faces in regatta.mp4")
    expect(bar).to_have_attribute("value", re.compile(r"0\."))
    assert not faults_in(page)
    work.get_by_role("button", name="Stop").click()
    expect(page.locator("#toasts")).to_contain_text("Stopped.")
    expect(work).to_be_hidden()
    expect(page.locator("#bench")).to_be_hidden()


def test_a_plan_is_gone_on_with(page: Page, server: Server, tmp_path: Path) -> None:
    video = keep(server, make_clip(tmp_path / "fair.mp4", size=SIZE, frames=24, rate=12))
    page.goto(f"{server.address}/videos/{video}/share")
    page.get_by_role("button", name="Look for it").click()
    expect(page.locator("#bench")).to_be_visible(timeout=JOB)
    page.get_by_role("button", name="Hide this place all the time").click()
    is_saved(page)
    page.goto(f"{server.address}/videos/{video}/share")
    rows(page).filter(has_text="zone 1").click()
    page.get_by_label("Why it is hidden or shown").fill("the court ordered it")
    page.get_by_label("Why it is hidden or shown").press("Tab")
    page.get_by_label("Hide zone 1").uncheck()
    expect(page.locator("#count")).to_contain_text("0 of 1 hidden")
    page.get_by_label("Hidden places").select_option("pixelate")
    is_saved(page)
    kept = page.evaluate("fetch('/api/v1/plans/' + location.hash.slice(6)).then((answer) => answer.json())")
    assert kept["plan"]["policy"]["style"] == "pixelate"
    assert [(track["reason"], track["hidden"]) for track in kept["plan"]["tracks"]] == [("the court ordered it", False)]


def test_a_box_is_drawn_and_moved_over_time_by_keys_alone(page: Page, server: Server, tmp_path: Path) -> None:
    video = keep(server, make_clip(tmp_path / "rowing.mp4", size=SIZE, frames=30, rate=12))
    page.goto(f"{server.address}/videos/{video}/share")
    page.get_by_role("button", name="Look for it").press("Enter")
    expect(page.locator("#bench")).to_be_visible(timeout=JOB)

    page.locator("#lasts").select_option("length")
    page.get_by_label("How long").fill("2")
    page.get_by_role("button", name="Draw a box").press("Enter")
    stage = page.locator("#boxes")
    expect(stage).to_be_focused()
    for key in ["ArrowLeft", "ArrowLeft", "ArrowUp", "Shift+ArrowRight", "Shift+ArrowDown"]:
        page.keyboard.press(key)
    place = (
        "125 from the left, 69 from the top, 67 wide, 39 high"  # the first arrow shows it; each moves it by 3 pixels
    )
    expect(page.locator("#where")).to_have_text(f"The new box: {place}")
    page.keyboard.press("Enter")
    expect(page.locator("#chosen")).to_contain_text("drawn 1, ")
    points = page.get_by_role("list", name="Points in time that the box moves through").get_by_role("listitem")
    expect(points).to_have_text(["0:00.000", "0:02.000"])
    assert not faults_in(page)

    page.locator("#time").evaluate("field => { field.value = 1; field.dispatchEvent(new Event('input')) }")
    page.get_by_role("button", name="Add a point in time here").press("Enter")
    expect(points).to_have_text(["0:00.000", "0:01.000\u00d7", "0:02.000"])
    expect(page.get_by_role("button", name="Add a point in time here")).to_be_disabled()
    stage.press("ArrowDown")
    expect(page.locator("#where")).to_contain_text("72 from the top")
    is_saved(page)
    boxes = kept_tracks(page)[0]["boxes"]
    assert [(point["time"], point["box"]) for point in boxes] == [
        (0, [125, 69, 192, 108]),
        (1, [125, 72, 192, 111]),
        (2, [125, 69, 192, 108]),
    ]
    page.get_by_role("button", name="Remove the point at 0:01.000").press("Enter")
    expect(points).to_have_count(2)
    stage.press("Delete")
    expect(rows(page)).to_have_count(0)
    page.get_by_role("button", name="Draw a box").press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Draw a box")).to_have_attribute("aria-pressed", "false")
    expect(rows(page)).to_have_count(0)


def test_fingers_reach_the_corners_of_a_box(browser: Browser, page: Page, server: Server, tmp_path: Path) -> None:
    video = keep(server, make_clip(tmp_path / "skating.mp4", size=SIZE, frames=26, rate=12))
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True) as context:
        phone = context.new_page()
        phone.goto(f"{server.address}/videos/{video}/share")
        phone.get_by_role("button", name="Look for it").tap()
        expect(phone.locator("#bench")).to_be_visible(timeout=JOB)
        phone.get_by_role("button", name="Hide this place all the time").tap()
        drag(phone, (0.65, 0.65), (16, 14), (60, 40))  # from where a mouse would be beside the corner
        is_saved(phone)
        (x1, y1, x2, y2) = kept_tracks(phone)[0]["boxes"][0]["box"]
        assert (x1, y1) == (112, 63)
        assert x2 > 240
        assert y2 > 130
        drag(phone, (0.5, 0.5), (0, 0), (-50, 0), end="pointercancel")
        is_saved(phone)  # nothing has changed since


def drag(
    page: Page, at: tuple[float, float], beside: tuple[int, int], by: tuple[int, int], *, end: str = "pointerup"
) -> None:
    """Drag with a finger over the stage: from so many pixels beside a place, given as shares of the stage.

    A browser that takes the finger for something else ends it with "pointercancel".
    """
    page.locator("#boxes").evaluate(
        """(canvas, [at, beside, by, end]) => {
          const area = canvas.getBoundingClientRect();
          const [x, y] = [area.left + at[0] * area.width + beside[0], area.top + at[1] * area.height + beside[1]];
          canvas.setPointerCapture = () => {};  // there is no such finger
          const say = (name, x, y) =>
            canvas.dispatchEvent(new PointerEvent(name, { pointerType: "touch", clientX: x, clientY: y }));
          say("pointerdown", x, y);
          say("pointermove", x + by[0], y + by[1]);
          say(end, x + by[0], y + by[1]);
          say("pointerup", x + by[0], y + by[1]);
        }""",
        [at, beside, by, end],
    )


def kept_tracks(page: Page) -> Any:
    """The tracks of the plan as the server has them."""
    script = "fetch('/api/v1/plans/' + location.hash.slice(6)).then((answer) => answer.json())"
    return page.evaluate(script)["plan"]["tracks"]


def test_one_face_is_shown_and_the_other_hidden(page: Page, server: Server, tmp_path: Path) -> None:
    clip = two_faces(tmp_path / "two-people.mp4")
    page.set_viewport_size({"width": 1200, "height": 900})
    video = keep(server, clip)
    page.goto(f"{server.address}/videos/{video}/share")
    page.get_by_role("button", name="Look for it").click()
    expect(page.locator("#count")).to_contain_text(" hidden", timeout=JOB)
    tracks = kept_tracks(page)
    # The badge on the cap may pass for a small face.
    left, right = sorted(sorted(tracks, key=width)[-2:], key=lambda track: float(track["boxes"][0]["box"][0]))
    page.get_by_label(f"Hide face {left['number']}", exact=True).uncheck()
    rows(page).filter(has_text=f"face {left['number']}").click()
    page.get_by_label("Why it is hidden or shown").fill("she agreed")
    expect(page.locator("#count")).to_contain_text(f"{len(tracks) - 1} of {len(tracks)} hidden")
    page.get_by_role("button", name="Make and check the copy").click()
    with page.expect_download(timeout=JOB) as downloading:
        page.get_by_role("link", name="Download the copy").click(timeout=JOB)
    expect(page.locator("#result")).to_contain_text("no face that shows but those that you chose to show")
    expect(page.locator("#result .notice").first).to_contain_text("shows 1 face on purpose, 0:00.000-")
    downloading.value.save_as(copy := tmp_path / "copy.mp4")
    before, after = (picture_of(path, 12, FACES_SIZE).astype(int) for path in (clip, copy))
    assert np.abs(cut(after, left) - cut(before, left)).mean() < 6
    assert cut(after, right).max() < 30


def width(track: Any) -> float:
    left, _, right, _ = track["boxes"][0]["box"]
    return float(right - left)


def cut(picture: NDArray[Any], track: Any) -> NDArray[Any]:
    """What a picture shows in the middle of where a track is."""
    x1, y1, x2, y2 = map(round, track["boxes"][0]["box"])
    margin_x, margin_y = (x2 - x1) // 5, (y2 - y1) // 5
    return picture[y1 + margin_y : y2 - margin_y, x1 + margin_x : x2 - margin_x]


def test_what_the_audit_finds_leads_to_its_picture(page: Page, server: Server, tmp_path: Path) -> None:
    video, plan = keep_plan(server, two_faces(tmp_path / "unseen.mp4", frames=26))
    page.goto(f"{server.address}/videos/{video}/share#plan={plan}")
    page.get_by_role("button", name="Make and check the copy").click()
    expect(page.locator("#result")).to_contain_text("The audit found faces that show.", timeout=JOB)
    assert not faults_in(page)
    page.locator("#time").evaluate("field => { field.value = 1; field.dispatchEvent(new Event('input')) }")
    page.get_by_role("button", name="Look at it").click()
    expect(page.locator("#clock")).to_have_text("0:00.000")
