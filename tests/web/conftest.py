"""One server without accounts, one with, and one browser, for all tests of the pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from clips import make_clip
from paging import Server, a_browser, a_server

PATIENCE = 60_000.0  # ms, for machines that do much else


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with a_browser() as browser:
        yield browser


USERS = {"ada": "admin", "vic": "viewer"}


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short clip that can be uploaded."""
    return make_clip(tmp_path_factory.mktemp("clips") / "march.mp4", frames=24)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that asks nobody to log in."""
    with a_server(tmp_path_factory.mktemp("open") / "library") as server:
        yield server


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with an admin, ada, and a viewer, vic, whose library stays empty."""
    with a_server(tmp_path_factory.mktemp("guarded") / "library", users=USERS) as server:
        yield server
        assert not list((server.library / "originals").glob("*"))


@pytest.fixture
def guarded_alone(tmp_path: Path) -> Iterator[Server]:
    """The same for one test alone, which may add to its library."""
    with a_server(tmp_path / "library", users=USERS) as server:
        yield server


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser's profile of its own; the test fails if a page of it has an error or breaks the security policy."""
    faults: list[str] = []
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        context.set_default_timeout(PATIENCE)
        context.on("weberror", lambda error: faults.append(str(error.error)))
        context.on(
            "console",
            lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
        )
        yield context
    assert not faults


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
