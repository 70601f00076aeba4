"""What tests do on several pages."""

import time
from pathlib import Path

from playwright.sync_api import Page, expect

from paging import Server
from processes import PATIENCE

JOB = 90_000.0  # ms, in which a job surely ends


def add(page: Page, server: Server, clip: Path) -> str:
    """Upload a clip by the page of the library and wait until it is a video; its id."""
    page.goto(server.address)
    page.locator("#files").set_input_files(clip)
    link = page.get_by_role("link", name=clip.name)
    expect(link).to_be_visible(timeout=JOB)
    return str(link.get_attribute("href")).rsplit("/", 1)[-1]


def with_chosen(page: Page, act: str) -> None:
    """Do something with the videos that are chosen in the library; on a narrow screen out of a list that opens."""
    more = page.get_by_role("button", name="What to do")
    if more.is_visible() and more.get_attribute("aria-expanded") == "false":
        more.click()
    page.get_by_role("button", name=act).click()


def until(page: Page, condition: str) -> None:
    """Wait until a script says yes. (Playwright's own way to do so breaks the policy of our pages.)"""
    end = time.monotonic() + PATIENCE
    while not page.evaluate(condition):
        assert time.monotonic() < end, condition
        time.sleep(0.05)
