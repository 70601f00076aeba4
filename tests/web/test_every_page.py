"""Every page, on a phone and on a wide screen, in light and dark: axe-core finds nothing wrong, and a picture is kept.

The pictures are for people to look at: ``build/screenshots``.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, ViewportSize, expect

from on_pages import JOB, until
from paging import Server, a_server, faults_in, log_in
from real_faces import two_faces
from serving import logged_in
from watching import add_clip

PICTURES = Path(__file__).parents[2] / "build" / "screenshots"
USERS = {"ada": "admin", "vic": "viewer"}
SCREENS: dict[str, ViewportSize] = {"phone": {"width": 390, "height": 844}, "wide": {"width": 1440, "height": 900}}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass(frozen=True)
class Shown:
    """A server with something on each page."""

    server: Server
    market: str  # a video with something of all that is found
    faces: str  # a video with a plan and a copy
    plan: str
    logins: dict[str, Any]  # cookies, by the name of who is logged in


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("shown")
    market = add_clip(folder / "library", folder)
    (folder / "broken.mp4").write_bytes(b"no video" * 100)
    with a_server(folder / "library", users=USERS) as server, logged_in(server.address, "ada") as ada:
        faces = ada.wait(ada.upload(two_faces(folder / "two-people.mp4"))["id"])["video"]
        ada.wait(ada.upload(folder / "broken.mp4")["id"])
        plan = ada.wait(ada.look(faces, ["faces"], effort="fast")["id"])["result"]["plan"]
        ada.wait(ada.make_copy(plan)["id"])
        logins = {name: login(browser, server, name) for name in USERS}
        yield Shown(server, market, faces, plan, logins)


def login(browser: Browser, server: Server, name: str) -> Any:
    with browser.new_context() as context:
        page = context.new_page()
        log_in(page, server, name)
        page.wait_for_url(f"{server.address}/")
        return context.storage_state()


@pytest.fixture
def visitor(browser: Browser, shown: Shown, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of somebody's browser."""
    state = shown.logins.get(request.param)
    with browser.new_context(base_url=shown.server.address, storage_state=state) as context:
        context.set_default_timeout(JOB)
        yield context.new_page()


def library(page: Page, shown: Shown) -> None:
    page.goto("/")
    expect(page.locator(".video")).to_have_count(2)
    until(page, "[...document.querySelectorAll('.video img')].every((image) => image.complete)")


def choosing(page: Page, shown: Shown) -> None:
    library(page, shown)
    page.get_by_role("checkbox", name="Select market.mp4").check()
    page.locator("#narrow").evaluate("details => { details.open = true }")
    expect(page.get_by_role("button", name="Move to the trash")).to_be_visible()


def forgetting(page: Page, shown: Shown) -> None:
    choosing(page, shown)
    page.get_by_role("button", name="Forget for good").click()


def collections(page: Page, shown: Shown) -> None:
    page.goto("/collections")
    expect(page.locator("#none")).to_be_visible()
    page.get_by_role("button", name="New collection").click()


def trash(page: Page, shown: Shown) -> None:
    page.goto("/trash")
    expect(page.locator("#none")).to_be_visible()


def video(page: Page, shown: Shown) -> None:
    page.goto(f"/videos/{shown.market}#t=5")
    expect(page.locator("#labels li").first).to_be_visible()
    expect(page.locator("#transcript")).to_contain_text("bread")
    page.get_by_text("Tags (2)").click()


def menus(page: Page, shown: Shown) -> None:
    video(page, shown)
    page.get_by_text("Export", exact=True).click()


def nothing_asked(page: Page, shown: Shown) -> None:
    page.goto("/search")
    page.get_by_text("Filters", exact=True).click()


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
    page.locator("#tracks [role=option]").first.click()
    expect(page.locator("#state")).to_have_text("This is what the copy will show.")
    page.locator("#audio").select_option("mute")
    page.locator("#span-text").fill("1:00-0:30")
    page.get_by_label("From", exact=True).fill("soon")
    page.locator("#lasts").select_option("length")
    page.locator("#audio").focus()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    until(page, "document.querySelector('#tracks .picture').style.backgroundImage !== ''")


def jobs(page: Page, shown: Shown) -> None:
    page.goto("/jobs")
    expect(page.locator("#ended li").first).to_be_visible()


def failed_job(page: Page, shown: Shown) -> None:
    jobs(page, shown)
    page.locator("#ended li[data-look=bad] a.title").first.click()
    expect(page.locator("#advice")).to_be_visible()


def settings(page: Page, shown: Shown) -> None:
    page.goto("/settings")
    expect(page.locator("#users tbody tr").first).to_be_visible()
    expect(page.locator("#log tbody tr").first).to_be_visible()


def own_settings(page: Page, shown: Shown) -> None:
    page.goto("/settings")
    expect(page.locator("#needs li").first).to_be_visible()


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


# By whom each page is seen, and how to get to what it shows.
PAGES: dict[str, tuple[str, Callable[[Page, Shown], None]]] = {
    "library": ("ada", library),
    "library-choosing": ("ada", choosing),
    "library-forget": ("ada", forgetting),
    "collections": ("ada", collections),
    "trash": ("ada", trash),
    "library-of-a-viewer": ("vic", library),
    "video": ("ada", video),
    "video-export": ("ada", menus),
    "video-of-a-viewer": ("vic", video),
    "search": ("ada", nothing_asked),
    "search-hits": ("ada", hits),
    "search-nothing": ("vic", nothing_found),
    "share": ("ada", look),
    "share-bench": ("ada", bench),
    "jobs": ("ada", jobs),
    "job-failed": ("ada", failed_job),
    "settings": ("ada", settings),
    "settings-password": ("ada", another_password),
    "settings-of-a-viewer": ("vic", own_settings),
    "login": ("nobody", the_log_in),
    "missing": ("vic", missing),
    "forbidden": ("vic", forbidden),
}


@pytest.mark.parametrize(("name", "visitor"), [(name, who) for name, (who, _) in PAGES.items()], indirect=["visitor"])
@pytest.mark.parametrize("width", SCREENS)
def test_axe_finds_nothing_wrong(name: str, width: str, visitor: Page, shown: Shown) -> None:
    visitor.set_viewport_size(SCREENS[width])
    PAGES[name][1](visitor, shown)
    visitor.evaluate("scrollTo(0, 0)")  # or what sticks to the top of the screen is in the middle of the picture
    for scheme in SCHEMES:
        visitor.emulate_media(color_scheme=scheme)
        visitor.screenshot(path=PICTURES / f"{name}-{width}-{scheme}.png", full_page=True)
        assert not violations(visitor)
    assert visitor.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("visitor", ["nobody"], indirect=True)
def test_faults_are_found(visitor: Page) -> None:
    visitor.goto("/login")
    assert not violations(visitor)
    visitor.evaluate(
        """() => {
          document.querySelector(".gate .quiet").style.color = "#bbb";
          document.querySelector(".gate").insertAdjacentHTML("beforeend", "<img src='/static/icon.svg'><input name=x>");
        }"""
    )
    assert {line.split(":")[0] for line in violations(visitor)} == {"color-contrast", "image-alt", "label"}
    assert faults_in(visitor)


def violations(page: Page) -> list[str]:
    """What axe-core says against the page as it is: each rule with the elements that break it."""
    answer = Axe().run(page, options={**RULES, "resultTypes": ["violations"]}).response
    return [f"{found['id']}: {[node['html'][:200] for node in found['nodes']]}" for found in answer["violations"]]
