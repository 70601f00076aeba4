"""Every state of the pages that people see: who sees it, and how to get there. For axe-core, and for pictures.

A state is reached on a wide screen and stays when the screen becomes narrow.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import cv2
from playwright.sync_api import Browser, Page, expect

from at_the_bench import is_saved, keep_plan, stands
from clips import make_clip
from on_pages import JOB, until
from paging import Server, a_server, log_in
from passerby.client import Client
from real_faces import portrait, two_faces
from serving import logged_in
from taken_items import note_item
from watching import add_clip

USERS = {"ada": "admin", "vic": "viewer"}
LINK_PASSWORD = "a bridge at dawn"
LONG = "long.mp4"  # takes the server longer than anybody looks
WAITING = 9  # jobs behind it


@dataclass(frozen=True)
class Shown:
    """A server with something on each page."""

    server: Server
    folder: Path  # for files that a state uploads
    market: str  # a video with something of all that is found
    faces: str  # a video with a plan and a copy that passed
    plan: str
    copy: str
    leaky: str  # a video whose copy shows faces that should be hidden
    leaky_copy: str
    link: str  # the path of a link to the copy
    logins: dict[str, Any] = field(default_factory=dict)  # cookies, by the name of who is logged in


@contextmanager
def shown_server(folder: Path, browser: Browser) -> Iterator[Shown]:
    """A server whose pages have something of all that they can show."""
    market = add_clip(folder / "library", folder)
    (folder / "broken.mp4").write_bytes(b"no video" * 100)
    with a_server(folder / "library", users=USERS) as server, logged_in(server.address, "ada") as ada:
        faces = ada.wait(ada.upload(two_faces(folder / "two-people.mp4"))["id"])["video"]
        ada.wait(ada.upload(folder / "broken.mp4")["id"])
        plan = ada.wait(ada.look(faces, ["faces"], effort="fast")["id"])["result"]["plan"]
        copy = ada.wait(ada.make_copy(plan)["id"])["result"]["copy"]
        leaky, bare = keep_plan(server, two_faces(folder / "unhidden.mp4", frames=12))
        leaky_copy = ada.wait(ada.make_copy(bare)["id"])["result"]["copy"]
        ada.ask("POST", "/batches", json={"videos": [market, faces], "hide": ["faces"], "effort": "fast"})
        while begun := ada.jobs(active=True):
            ada.wait(begun[-1]["id"])
        _put_away(ada, server, folder, market, faces)
        link = ada.share([copy], label="For the press", password=LINK_PASSWORD)["path"]
        logins = {name: _login(browser, server, name) for name in USERS}
        yield Shown(server, folder, market, faces, plan, copy, leaky, leaky_copy, link, logins)


def _put_away(ada: Client, server: Server, folder: Path, *videos: str) -> None:
    """Something in the trash, a collection, and a case with an item of evidence that is held."""
    old, _ = keep_plan(server, make_clip(folder / "test-card.mp4", frames=12))
    ada.ask("POST", "/trash", json={"videos": [old]})
    for name, is_case, content in (("Market day", False, list(videos)), ("Complaint 12", True, list(videos[:1]))):
        made = ada.ask("POST", "/collections", json={"name": name, "case": is_case, "description": "What was filmed."})
        ada.ask("POST", f"/collections/{made.json()['id']}/videos", json={"add": content})
    note_item(server.library, videos[0], folder / "market.mp4")
    ada.ask("POST", f"/items/{videos[0]}/holds", json={"reason": "a claim is being heard"})


def _login(browser: Browser, server: Server, name: str) -> Any:
    with browser.new_context() as context:
        page = context.new_page()
        log_in(page, server, name)
        page.wait_for_url(f"{server.address}/")
        return context.storage_state()


def library(page: Page, shown: Shown) -> None:
    page.goto("/")
    expect(page.locator(".video")).to_have_count(3)
    until(page, "[...document.querySelectorAll('.video img')].every((image) => image.complete)")


def choosing(page: Page, shown: Shown) -> None:
    library(page, shown)
    page.locator(".video", has_text="market.mp4").get_by_role("checkbox").check()
    page.locator("#narrow").evaluate("details => { details.open = true }")
    page.locator("#acts-open").evaluate("button => { button.click() }")  # seen on narrow screens only
    expect(page.locator("#trash")).to_be_visible()


def describing(page: Page, shown: Shown) -> None:
    choosing(page, shown)
    page.get_by_role("button", name="Name and description").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def exporting_many(page: Page, shown: Shown) -> None:
    choosing(page, shown)
    page.get_by_role("button", name="Export").click()


def hiding_in_many(page: Page, shown: Shown) -> None:
    choosing(page, shown)
    page.get_by_role("button", name="Make safe copies").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def batches(page: Page, shown: Shown) -> None:
    page.goto("/batches")
    expect(page.locator(".batch .work li")).to_have_count(2)


def forgetting(page: Page, shown: Shown) -> None:
    choosing(page, shown)
    page.get_by_role("button", name="Forget for good").click()


def collections(page: Page, shown: Shown) -> None:
    page.goto("/collections")
    expect(page.locator("#collections li")).to_have_count(2)


def new_collection(page: Page, shown: Shown) -> None:
    collections(page, shown)
    page.get_by_role("button", name="New collection").click()


def cases(page: Page, shown: Shown) -> None:
    page.goto("/cases")
    expect(page.locator("#cases li")).to_have_count(1)


def new_case(page: Page, shown: Shown) -> None:
    cases(page, shown)
    page.get_by_role("button", name="New case").click()
    expect(page.get_by_role("dialog", name="New case")).to_be_visible()


def case(page: Page, shown: Shown) -> None:
    cases(page, shown)
    page.get_by_role("link", name="Complaint 12").click()
    expect(page.locator("#case-items tbody tr")).to_have_count(1)


def leaving(page: Page, shown: Shown) -> None:
    case(page, shown)
    page.get_by_role("button", name="Export …").click()
    page.get_by_label("With the originals").check()
    expect(page.locator("tr[data-content=original]")).to_have_count(1)


def item(page: Page, shown: Shown) -> None:
    page.goto(f"/items/{shown.market}")
    expect(page.locator("#checks li")).to_have_count(2)
    expect(page.locator("#holds li")).to_have_count(1)


def trash(page: Page, shown: Shown) -> None:
    page.goto("/trash")
    expect(page.locator("#gone tbody tr")).to_have_count(1)


def video(page: Page, shown: Shown) -> None:
    page.goto(f"/videos/{shown.market}#t=5")
    expect(page.locator("#labels li").first).to_be_visible()
    expect(page.locator("#transcript")).to_contain_text("bread")


def exports(page: Page, shown: Shown) -> None:
    video(page, shown)
    page.get_by_text("Export", exact=True).click()


def keys_of_the_player(page: Page, shown: Shown) -> None:
    video(page, shown)
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def copies(page: Page, shown: Shown) -> None:
    page.goto(f"/videos/{shown.leaky}")
    page.get_by_role("button", name="What the audit found").click()
    expect(page.get_by_role("list", name="When faces show")).to_be_visible()


def nothing_asked(page: Page, shown: Shown) -> None:
    page.goto("/search")
    expect(page.locator("#state")).to_contain_text("Type what to look for")
    page.locator("details", has=page.get_by_text("Filters", exact=True)).evaluate("details => { details.open = true }")


def hits(page: Page, shown: Shown) -> None:
    page.goto("/search?words=bicycle+beach+harbour")
    page.locator(".hit button").first.click()
    expect(page.locator(".hit video")).to_be_visible()


def nothing_found(page: Page, shown: Shown) -> None:
    page.goto("/search?words=zebra")
    expect(page.locator("#state")).to_contain_text("Nothing was found")


def look(page: Page, shown: Shown) -> None:
    page.goto(f"/videos/{shown.faces}/share")
    expect(page.locator("#bench")).to_be_visible()
    page.get_by_text("What to look for", exact=True).click()
    expect(page.get_by_role("button", name="Look for it")).to_be_visible()


def bench(page: Page, shown: Shown) -> None:
    page.goto(f"/videos/{shown.faces}/share#plan={shown.plan}")
    stands(page)


def mistyped(page: Page, shown: Shown) -> None:
    bench(page, shown)
    page.locator("#tracks [role=option]").first.click()
    stands(page)
    page.locator("#audio").select_option("mute")
    page.locator("#span-text").fill("1:00-0:30")
    page.get_by_label("From", exact=True).fill("soon")
    page.locator("#lasts").select_option("length")
    page.locator("#audio").focus()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    until(page, "document.querySelector('#tracks .picture').style.backgroundImage !== ''")


def keys_of_the_bench(page: Page, shown: Shown) -> None:
    bench(page, shown)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def versions(page: Page, shown: Shown) -> None:
    bench(page, shown)
    page.locator("#tracks .eye").first.click()
    is_saved(page)
    page.get_by_role("button", name="Versions").click()
    expect(page.get_by_role("dialog", name="Versions")).to_be_visible()


def copy_desk(page: Page, shown: Shown) -> None:
    page.goto(f"/videos/{shown.faces}/share?copy={shown.copy}")
    expect(page.locator("#result .films")).to_be_visible()
    until(page, "document.querySelector('.films video').readyState >= 2")


def leak_queue(page: Page, shown: Shown) -> None:
    page.goto(f"/videos/{shown.leaky}/share?copy={shown.leaky_copy}")
    expect(page.get_by_role("region", name="What shows")).to_be_visible()
    page.get_by_role("button", name="Look at it").click()


def photos(page: Page, shown: Shown) -> None:
    photo = shown.folder / "portrait.png"
    cv2.imwrite(str(photo), portrait()[..., ::-1])
    page.goto("/stills")
    page.locator("#still-files").set_input_files(photo)
    expect(page.get_by_role("link", name="Download")).to_be_visible(timeout=JOB)
    until(page, "document.querySelector('#stills img').naturalWidth > 0")


def link(page: Page, shown: Shown) -> None:
    page.goto(shown.link)
    expect(page.get_by_label("Password")).to_be_visible()


def opened_link(page: Page, shown: Shown) -> None:
    link(page, shown)
    page.get_by_label("Password").fill(LINK_PASSWORD)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("link", name="Download")).to_be_visible()


def new_source(page: Page, shown: Shown) -> None:
    page.goto("/live")
    expect(page.locator("#none")).to_be_visible()
    page.get_by_role("button", name="Add a source").click()


def jobs(page: Page, shown: Shown) -> None:
    page.goto("/jobs")
    expect(page.locator("#ended li").first).to_be_visible()


def failed_job(page: Page, shown: Shown) -> None:
    jobs(page, shown)
    page.locator("#ended li[data-look=bad] a.title", has_text="broken.mp4").click()
    expect(page.locator("#advice")).to_be_visible()


def running_job(page: Page, shown: Shown) -> None:
    """One that takes longer than anybody looks at it. It goes on to the server's end: the last states are of it."""
    page.goto(f"/jobs/{_much_to_do(shown)}")
    expect(page.get_by_role("progressbar", name=LONG)).to_be_visible()


def many_jobs(page: Page, shown: Shown) -> None:
    """One at work, and more that wait than stand on a screen beside those that have ended."""
    _much_to_do(shown)
    page.goto("/jobs")
    expect(page.get_by_role("progressbar", name=LONG)).to_be_visible()
    expect(page.locator("#active li")).to_have_count(1 + WAITING)


def _much_to_do(shown: Shown) -> str:
    """Have the server at work until its end; the id of the job that is first."""
    with logged_in(shown.server.address, "ada") as ada:
        if not (begun := ada.jobs(active=True)):
            begun = [ada.upload(make_clip(shown.folder / LONG, size=(640, 360), frames=3000, rate=4))]
            for number in range(WAITING):
                ada.upload(make_clip(shown.folder / f"waits-{number}.mp4", frames=12 + number))
        return str(min(begun, key=lambda job: job["created"])["id"])


def settings(page: Page, shown: Shown) -> None:
    page.goto("/settings")
    expect(page.locator("#users tbody tr").first).to_be_visible()
    expect(page.locator("#log tbody tr").first).to_be_visible()


def own_settings(page: Page, shown: Shown) -> None:
    page.goto("/settings")
    expect(page.locator("#needs li").first).to_be_visible()
    page.get_by_label("Letters and signs do something").uncheck()


def another_password(page: Page, shown: Shown) -> None:
    settings(page, shown)
    page.get_by_role("button", name="Another password for vic").click()


def the_log_in(page: Page, shown: Shown) -> None:
    page.goto("/login")
    page.get_by_label("Name").fill("nobody")
    page.get_by_label("Password").fill("a guess")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def missing(page: Page, shown: Shown) -> None:
    page.goto(f"/videos/{'0' * 64}")


def forbidden(page: Page, shown: Shown) -> None:
    page.goto("/jobs")
    expect(page.get_by_role("heading", name="Not for you to see")).to_be_visible()


class State(NamedTuple):
    """Who sees a state of a page, how to get to it, and the language of the browser."""

    who: str
    reach: Callable[[Page, Shown], None]
    locale: str = "en-US"


STATES: dict[str, State] = {
    "library": State("ada", library),
    "library-choosing": State("ada", choosing),
    "library-describe": State("ada", describing),
    "library-export": State("ada", exporting_many),
    "library-hide": State("ada", hiding_in_many),
    "library-choosing-in-german": State("ada", choosing, "de-DE"),
    "library-forget": State("ada", forgetting),
    "batches": State("ada", batches),
    "library-of-a-viewer": State("vic", library),
    "collections": State("ada", collections),
    "collections-new": State("ada", new_collection),
    "cases": State("ada", cases),
    "cases-new": State("ada", new_case),
    "case": State("ada", case),
    "case-export": State("ada", leaving),
    "item": State("ada", item),
    "trash": State("ada", trash),
    "video": State("ada", video),
    "video-export": State("ada", exports),
    "video-keys": State("ada", keys_of_the_player),
    "video-copies": State("ada", copies),
    "video-of-a-viewer": State("vic", video),
    "search": State("ada", nothing_asked),
    "search-hits": State("ada", hits),
    "search-nothing": State("vic", nothing_found),
    "share": State("ada", look),
    "share-bench": State("ada", bench),
    "share-mistyped": State("ada", mistyped),
    "share-keys": State("ada", keys_of_the_bench),
    "share-versions": State("ada", versions),
    "share-copy": State("ada", copy_desk),
    "share-leaks": State("ada", leak_queue),
    "photos": State("ada", photos),
    "link": State("nobody", link),
    "link-opened": State("nobody", opened_link),
    "live-new": State("ada", new_source),
    "jobs": State("ada", jobs),
    "job-failed": State("ada", failed_job),
    "settings": State("ada", settings),
    "settings-password": State("ada", another_password),
    "settings-of-a-viewer": State("vic", own_settings),
    "login": State("nobody", the_log_in),
    "missing": State("vic", missing),
    "forbidden": State("vic", forbidden),
    "job-running": State("ada", running_job),
    "jobs-many": State("ada", many_jobs),
    "jobs-many-in-german": State("ada", many_jobs, "de-DE"),
}
