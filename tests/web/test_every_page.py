"""Every state of every page, from 320 pixels to 2560, in light and dark: axe-core finds nothing wrong.

``python -m benchmarks.screenshots`` takes pictures of the same states, for people to look at.
"""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from on_pages import JOB, until
from page_states import STATES, Shown, shown_server
from paging import faults_in

WIDE = 1440
# Each layout, the narrow one and the wide one, is seen in both; so is each colour.
SCREENS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (WIDE, "light"),
    (2560, "dark"),
    (320, "light"),
    (390, "dark"),
)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Shown]:
    with shown_server(tmp_path_factory.mktemp("shown"), browser) as shown:
        yield shown


@pytest.fixture
def visitor(browser: Browser, shown: Shown, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of somebody's browser."""
    who, locale = request.param
    login = shown.logins.get(who)
    with browser.new_context(base_url=shown.server.address, storage_state=login, locale=locale) as context:
        context.set_default_timeout(JOB)
        yield context.new_page()


@pytest.mark.parametrize(
    ("name", "visitor"), [(name, (who, locale)) for name, (who, _, locale) in STATES.items()], indirect=["visitor"]
)
def test_axe_finds_nothing_wrong(name: str, visitor: Page, shown: Shown) -> None:
    visitor.set_viewport_size({"width": WIDE, "height": 900})
    STATES[name].reach(visitor, shown)
    found = {}
    for width, scheme in SCREENS:
        visitor.emulate_media(color_scheme=scheme)
        visitor.set_viewport_size({"width": width, "height": 900})
        found[width] = violations(visitor)
        until(visitor, "document.documentElement.scrollWidth <= innerWidth")
    assert found == {width: [] for width, _ in SCREENS}


@pytest.mark.parametrize("visitor", [("nobody", "en-US")], indirect=True)
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
