"""A server in a process of its own and a browser without a window, for tests of the pages.

Nothing leaves the machine: the server listens on the loopback, and the browser is told to ask for nothing by itself.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from serving import PASSWORD, make_users, server_process

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--no-sandbox",  # a root user has none
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
)


@dataclass(frozen=True)
class Server:
    """A server that answers."""

    address: str
    library: Path


@contextmanager
def a_server(library: Path, *, users: dict[str, str] | None = None, roots: Path | None = None) -> Iterator[Server]:
    """Serve a library. With ``users``, names and roles, it has accounts, all of the same PASSWORD."""
    make_users(library, users or {})
    with server_process(library, *(["--accounts"] if users else []), roots=str(roots or "")) as served:
        yield Server(served.address, library)


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


def log_in(page: Page, server: Server, name: str, password: str = PASSWORD) -> None:
    """Fill the form of the log-in and send it."""
    page.goto(f"{server.address}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


# What a reader of the screen would say nothing for, what is wider than the screen, and what has the id of another.
_FAULTS = """() => {
  const shown = (element) => element.checkVisibility() && !element.closest("[aria-hidden=true]");
  const named = (element) => element.getAttribute("aria-label") || element.innerText?.trim() || element.labels?.length
    || element.getAttribute("aria-labelledby") || element.querySelector("img[alt]:not([alt=''])");
  const nameless = [...document.querySelectorAll("a, button, input, select, textarea, progress, summary")]
    .filter((element) => shown(element) && !named(element)).map((element) => `without a name: ${element.outerHTML}`);
  const images = [...document.querySelectorAll("img:not([alt])")].map((image) => `without alt: ${image.outerHTML}`);
  const wide = document.documentElement.scrollWidth > innerWidth ? [`wider than ${innerWidth}`] : [];
  const headings = document.querySelectorAll("h1").length === 1 ? [] : ["expected one h1"];
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  const twice = ids.filter((id, index) => ids.indexOf(id) < index).map((id) => `twice: #${id}`);
  return [...nameless, ...images, ...wide, ...headings, ...twice, ...pale()];

  // Text whose contrast with what lies behind it is below 4.5 to 1 (WCAG 2.2, 1.4.3), disabled controls left out.
  function pale() {
    const found = [];
    for (const element of document.querySelectorAll("main *, header *, dialog[open] *")) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
      if (!own || !shown(element) || element.closest(":disabled, .picture")) continue;
      const ratio = contrast(rgba(getComputedStyle(element).color), behind(element));
      if (ratio < 4.5) found.push(`contrast ${ratio.toFixed(2)}: ${element.outerHTML.slice(0, 200)}`);
    }
    return found;
  }
  function rgba(text) { return text.match(/[\\d.]+/g).map(Number); }
  function behind(element) {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgba(getComputedStyle(at).backgroundColor);
      if (colour[3] !== 0) return colour;
    }
    return [255, 255, 255];
  }
  function contrast(one, other) {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  }
  function luminance(colour) {
    const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = colour.slice(0, 3).map((c) => linear(c / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  }
}"""


def faults_in(page: Page) -> list[str]:
    """What keeps some people from using the page as it is: names, contrast in light and dark, width, headings, ids."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += page.evaluate(_FAULTS)
    return found
