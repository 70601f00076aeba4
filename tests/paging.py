"""A server in a process of its own and a browser without a window, for tests of the pages.

Nothing leaves the machine: the server listens on the loopback, and the browser is told to ask for nothing by itself.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from processes import PATIENCE

PASSWORD = "correct horse battery staple"  # noqa: S105
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",  # a root user has none
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    address: str
    library: Path


@contextmanager
def a_server(library: Path, *, users: dict[str, str] | None = None, roots: Path | None = None) -> Iterator[Server]:
    """Serve a library. With ``users``, names and roles, it has accounts, all of the same PASSWORD."""
    command = [sys.executable, "-m", "passerby", "--library", str(library)]
    for name, role in (users or {}).items():
        adding = [*command, "users", "add", name, "--role", role]
        subprocess.run(adding, input=f"{PASSWORD}\n", text=True, check=True, capture_output=True)
    accounts = ["--accounts"] if users else []
    environment = os.environ | {"PASSERBY_ROOTS": str(roots or ""), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(
        [*command, "serve", "--port", "0", *accounts], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said.startswith("serving at http://"), said
        yield Server(said.split()[2], library)
    finally:
        process.terminate()
        process.wait(PATIENCE)
        process.stdout.close()


@contextmanager
def a_browser() -> Iterator[Browser]:
    """Chromium of the system."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise RuntimeError(f"expected {' or '.join(_BROWSERS)} on the path, found none; `make browser` installs them")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()
