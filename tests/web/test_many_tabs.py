"""Many pages of one browser: HTTP/1.1 gives it six connections, and none of them may take one of these for itself."""

import json
import secrets
import sqlite3
import time
from contextlib import closing

from playwright.sync_api import BrowserContext, Page, expect

from paging import Server

TABS = 12
EVENTS = "/api/v1/jobs/events"


def end_a_job(server: Server) -> None:
    """Tell all pages of a job that has ended; it is never one that waits, which the server might begin."""
    with closing(sqlite3.connect(server.library / "library.db", timeout=60)) as database, database:
        database.execute(
            "INSERT INTO jobs (id, kind, asked, video, caller, created, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                secrets.token_hex(8),
                "pull",
                json.dumps({"model": "none of this name"}),
                "",
                "",
                time.time(),
                "cancelled",
            ],
        )


def told(page: Page) -> int:
    return page.locator("#ended li", has_text="stopped").count()


def test_twelve_tabs_load_and_hear_of_jobs_by_one_stream(context: BrowserContext, server: Server) -> None:
    open_streams: set[object] = set()
    context.on("request", lambda request: open_streams.add(request) if request.url.endswith(EVENTS) else None)
    context.on("requestfailed", lambda request: open_streams.discard(request))
    pages = [context.new_page() for _ in range(TABS)]
    for page in pages:
        page.goto(f"{server.address}/jobs")
        expect(page.locator("#empty, #ended li").locator("visible=true").first).to_be_visible()
    assert len(open_streams) == 1
    before = max(map(told, pages))
    end_a_job(server)
    for page in pages:
        expect(page.locator("#ended li", has_text="stopped")).to_have_count(before + 1)
    for closed in range(TABS - 1):  # whichever of them listens: the next one does then
        pages[closed].close()
        end_a_job(server)
        expect(pages[-1].locator("#ended li", has_text="stopped")).to_have_count(before + 2 + closed)


def test_a_page_that_is_not_seen_listens_to_nothing(page: Page, server: Server) -> None:
    with page.expect_request(lambda request: request.url.endswith(EVENTS)):
        page.goto(f"{server.address}/jobs")
    with page.expect_event("requestfailed", lambda request: request.url.endswith(EVENTS)):
        page.evaluate(
            """() => {
                Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
    with page.expect_request(lambda request: request.url.endswith(EVENTS)):
        page.evaluate(
            """() => {
                delete document.visibilityState;
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
