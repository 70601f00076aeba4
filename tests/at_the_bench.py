"""What tests do where safe copies are made: open a plan, go to a time, move a box, make the copy, look at it.

Clips come into the library as they are, without indexing, and plans without a look: other tests do these by the pages.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from libraries import add_file
from on_pages import JOB
from paging import Server
from passerby.client import Client
from passerby.media.read.frames import Frame, open_video
from passerby.records import Pixels
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.store.library import open_store

STANDS = "This is what the copy will show."
Box = tuple[float, float, float, float]  # as shares of the picture


def keep(server: Server, clip: Path) -> str:
    """Put a clip into the library of a server; its id."""
    with open_store(server.library, create=False) as store:
        return add_file(store, clip)


def keep_plan(server: Server, clip: Path) -> tuple[str, str]:
    """Put a clip into the library, and a plan of it as of a look that has found nothing; the ids of both."""
    video = keep(server, clip)
    with open_video(clip) as reader:
        info, frames = reader.info, sum(isinstance(item, Frame) for item in reader.read())
        original = Original(clip.name, video, info.width, info.height, info.time_base, frames, reader.end, "")
    with open_store(server.library, create=False) as store:
        return video, store.plans.put(video, plan_file.dump(Plan(original, Policy(effort="fast"), (), ())))


def open_bench(page: Page, server: Server, clip: Path, tracks: list[dict[str, Any]], **policy: Any) -> str:
    """Show a plan of a clip with these tracks; the id of the video."""
    video, plan = keep_plan(server, clip)
    with Client(server.address) as client:
        found = client.plan(plan)
        changed = found["plan"] | {"tracks": tracks, "policy": found["plan"]["policy"] | policy}
        client.change_plan(plan, found["version"], changed)
    page.set_viewport_size({"width": 1200, "height": 900})
    page.goto(f"{server.address}/videos/{video}/share#plan={plan}")
    stands(page)
    return video


def track_of(times: list[float], boxes: list[Any], *, kind: str = "faces", number: int = 1) -> dict[str, Any]:
    """A track of a plan, of so many sightings."""
    points = [{"time": time, "box": box} for time, box in zip(times, boxes, strict=True)]
    return {"number": number, "kind": kind, "label": "face", "hidden": True, "score": 0.9, "boxes": points}


def is_saved(page: Page) -> None:
    """Wait until what was changed is kept, which happens by itself."""
    expect(page.locator("#saved")).to_contain_text("Saved, version")


def rows(page: Page) -> Locator:
    """The tracks that are listed."""
    return page.get_by_role("listbox", name="Tracks").get_by_role("option")


def stands(page: Page) -> None:
    """Wait until the picture is the one of its time and of the plan as it is now."""
    expect(page.locator("#state")).to_have_text(STANDS)


def seek(page: Page, seconds: float) -> None:
    script = "(field, time) => { field.value = time; field.dispatchEvent(new Event('input')) }"
    page.locator("#time").evaluate(script, seconds)
    stands(page)


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag over the picture with the mouse, from one place to another, as shares of the picture."""
    page.locator("#stage").evaluate("stage => stage.scrollIntoView({ block: 'center' })")
    place = page.locator("#boxes").bounding_box()
    assert place is not None
    points = [(place["x"] + x * place["width"], place["y"] + y * place["height"]) for x, y in (start, end)]
    page.mouse.move(*points[0])
    page.mouse.down()
    page.mouse.move(*points[1], steps=4)
    page.mouse.up()


def copy_of(page: Page, target: Path) -> list[Pixels]:
    """Make the copy by the page, download it, and give its frames."""
    page.get_by_role("button", name="Make and check the copy").click()
    link = page.get_by_role("link", name="Download the copy")
    expect(link).to_be_visible(timeout=JOB)
    with page.expect_download() as downloading:
        link.click()
    downloading.value.save_as(target)
    return frames_of(target)


def frames_of(path: Path) -> list[Pixels]:
    with open_video(path) as reader:
        info = reader.info
        return [item.rgb(info.width, info.height) for item in reader.read() if isinstance(item, Frame)]


def seen(page: Page) -> Pixels:
    """What the screen shows of the picture."""
    page.locator("#stage").evaluate("stage => stage.scrollIntoView({ block: 'center' })")
    return np.asarray(Image.open(io.BytesIO(page.locator("#stage").screenshot())).convert("RGB"))


def is_hidden(picture: Pixels, box: Box) -> bool:
    """Whether a place, given as shares of the picture, is black but for what lies at its edges."""
    return bool(inside(picture, box).max() < 34)


def is_bare(picture: Pixels, box: Box) -> bool:
    """Whether nothing of a place is black."""
    return bool(inside(picture, box).max(axis=2).min() > 40)


def inside(picture: Pixels, box: Box) -> Pixels:
    height, width = picture.shape[:2]
    x1, y1, x2, y2 = (round(share * side) for share, side in zip(box, (width, height, width, height), strict=True))
    margin = round(0.015 * width)
    return picture[y1 + margin : y2 - margin, x1 + margin : x2 - margin]
