"""Pictures of every state of the pages, on a phone and on a wide screen, in light and dark, for people to look at.

    .venv/bin/python -m benchmarks.screenshots [STATE...] [--screens wide ...] [--clips CLIP...] [--into FOLDER]

A real server on made clips with two real faces (the portrait that comes with matplotlib), with users, copies, a link,
something in the trash and a job that failed. With ``--clips`` those are indexed too, and of the first of them there are
pictures of its own page and of the workbench with a look for faces and people. Git ignores ``build/screenshots``.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where the states of the pages are told
from at_the_bench import stands
from on_pages import JOB, until
from page_states import STATES, Shown, State, shown_server
from paging import a_browser
from serving import logged_in

FOLDER = Path(__file__).parents[1] / "build" / "screenshots"
SCREENS: dict[str, ViewportSize] = {
    "wide": {"width": 1440, "height": 900},
    "phone": {"width": 390, "height": 844},
    "narrow": {"width": 320, "height": 640},
    "4k": {"width": 3840, "height": 2160},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@contextmanager
def _with_clips(browser: Browser, clips: Sequence[Path]) -> Iterator[tuple[Shown, dict[str, State]]]:
    """The server, and the states that it has."""
    with tempfile.TemporaryDirectory() as folder, shown_server(Path(folder), browser) as shown:
        if not clips:
            yield shown, STATES
            return
        with logged_in(shown.server.address, "ada") as ada:
            added = [ada.wait(ada.upload(clip)["id"], seconds=3600)["video"] for clip in clips]
            plan = ada.wait(ada.look(added[0], ["faces", "people"], effort="fast")["id"], seconds=3600)["result"][
                "plan"
            ]
        named = {name: state for name, state in STATES.items() if not name.startswith("library")}
        yield shown, {**_states_of(added, plan), **named}


def _states_of(added: Sequence[str], plan: str) -> dict[str, State]:
    def library(page: Page, shown: Shown) -> None:
        page.goto("/")
        expect(page.locator(".video")).to_have_count(3 + len(set(added)))
        until(page, "[...document.querySelectorAll('.video img')].every((image) => image.complete)")

    def video(page: Page, shown: Shown) -> None:
        page.goto(f"/videos/{added[0]}#t=3")
        until(page, "document.querySelector('#player video')?.readyState >= 2")
        expect(page.locator("#lanes li").first).to_be_visible()

    def bench(page: Page, shown: Shown) -> None:
        page.goto(f"/videos/{added[0]}/share#plan={plan}")
        page.locator("#tracks [role=option]").first.click()
        stands(page)
        until(page, "document.querySelector('#tracks .picture').style.backgroundImage !== ''")

    return {
        "clips-library": State("ada", library),
        "clip-video": State("ada", video),
        "clip-bench": State("ada", bench),
    }


def picture(browser: Browser, shown: Shown, name: str, state: State, screens: Sequence[str], folder: Path) -> None:
    """Pictures of one state, of the whole page."""
    for screen in screens:
        with browser.new_context(
            base_url=shown.server.address,
            storage_state=shown.logins.get(state.who),
            viewport=SCREENS[screen],
            locale=state.locale,
        ) as context:
            context.set_default_timeout(JOB)
            page = context.new_page()
            state.reach(page, shown)
            page.evaluate("scrollTo(0, 0)")  # or what sticks to the top of the screen is in the middle of the picture
            for scheme in SCHEMES:
                page.emulate_media(color_scheme=scheme)
                page.screenshot(path=folder / f"{name}-{screen}-{scheme}.png", full_page=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("states", nargs="*", help="all, if none is named")
    parser.add_argument("--screens", nargs="+", choices=SCREENS, default=["wide", "phone"])
    parser.add_argument("--clips", type=Path, nargs="+", default=[])
    parser.add_argument("--into", type=Path, default=FOLDER)
    asked = parser.parse_args()
    asked.into.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=JOB)
    with a_browser() as browser, _with_clips(browser, asked.clips) as (shown, states):
        if unknown := set(asked.states) - set(states):
            parser.error(f"expected states of {', '.join(states)}; found {', '.join(sorted(unknown))}")
        for name in asked.states or states:
            picture(browser, shown, name, states[name], asked.screens, asked.into)
            print(name, flush=True)


if __name__ == "__main__":
    main()
