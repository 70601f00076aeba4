"""The browser's own trace of the frames that it shows while something is scrolled by a wheel."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import CDPSession, Locator, Page

FRAMES = "disabled-by-default-devtools.timeline.frame"  # the events of a trace that tell of frames


@contextmanager
def traced(page: Page) -> Iterator[tuple[CDPSession, list[dict[str, Any]]]]:
    """A session with the browser, and the events of its trace, which are all there when the block has ended."""
    browser = page.context.new_cdp_session(page)
    events: list[dict[str, Any]] = []
    ended = threading.Event()
    browser.on("Tracing.dataCollected", lambda part: events.extend(part["value"]))
    browser.on("Tracing.tracingComplete", lambda part: ended.set())
    browser.send("Tracing.start", {"transferMode": "ReportEvents", "traceConfig": {"includedCategories": [FRAMES]}})
    yield browser, events
    browser.send("Tracing.end")
    while not ended.is_set():
        page.wait_for_timeout(50)


def scroll(browser: CDPSession, lanes: Locator, **gesture: int) -> None:
    """Turn the wheel over the middle of what is shown: ``xDistance`` or ``yDistance`` and ``speed``, in pixels."""
    box = lanes.bounding_box()
    if box is None:
        sys.exit("the page shows no lanes")
    place = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    browser.send("Input.synthesizeScrollGesture", place | gesture | {"gestureSourceType": "mouse"})
