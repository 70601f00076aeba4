"""The workbench for safe copies with thousands of tracks: opening, correcting, keeping, scrolling, pictures.

    .venv/bin/python -m benchmarks.workbench [--tracks 2000] [--seconds 200] [--repeats 10]

A real ``passerby serve`` in a process of its own, on a made film with a made plan: tracks of 4 s with a box each
.15 s, as a look at a busy street gives them. A browser without a window works on it. Writes ``results/workbench.md``.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
from playwright.sync_api import CDPSession, Page, expect, sync_playwright

from benchmarks.scroll_traces import scroll, traced
from benchmarks.search import row
from benchmarks.serve import API, Frames, processor_millis, serving
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.store.library import open_store
from passerby.times import TimeBase

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where clips for tests are made
from clips import make_clip
from libraries import add_file

RESULT = Path(__file__).parent / "results" / "workbench.md"
SIZE = (640, 360)
RATE = 12
TICKS = 12_800  # a second
SHEET = 24  # tracks in one picture, as the page asks for them

# Milliseconds from a key, or a click, to the next frame that the browser has painted.
PAINTED = """async ([key, target]) => {
  const element = target ? document.getElementById(target) : document.body;
  await new Promise(requestAnimationFrame);
  const start = performance.now();
  if (key) element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  else element.click();
  const script = performance.now() - start;
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return [script, performance.now() - start];
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tracks", type=int, default=2000)
    parser.add_argument("--seconds", type=int, default=200, help="of the film")
    parser.add_argument("--repeats", type=int, default=10)
    options = parser.parse_args()
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as name:
        library = Path(name) / "library"
        video, plan, megabytes = made(library, options.tracks, options.seconds)
        with serving(library) as (address, process):
            lines = [
                "# The workbench",
                "",
                f"`python -m benchmarks.workbench` on {platform.system()} {platform.machine()},",
                f"{os.cpu_count()} cores,",
                "which the browser shares with the server and with what else runs "
                f"(load before: {busy:.1f}), so times are upper bounds.",
                f"{options.tracks:,} made tracks in {options.seconds} s of film, a plan of {megabytes:.1f} MB.",
                "Milliseconds.",
                "",
                "| what | median | 95 % below | repeats |",
                "|---|---|---|---|",
                *answers(address, process, plan, options.repeats),
                *in_the_browser(f"{address}/videos/{video}/share#plan={plan}", options.repeats),
            ]
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


def made(library: Path, count: int, seconds: int) -> tuple[str, str, float]:
    """Make a library of one film with one plan: the ids of both, and the size of the plan."""
    clip = make_clip(library.with_name("street.mp4"), size=SIZE, frames=seconds * RATE, rate=RATE)
    with open_store(library, create=True) as store:
        video = add_file(store, clip)
        base = TimeBase(Fraction(1, TICKS))
        original = Original(clip.name, video, *SIZE, base, seconds * RATE, seconds * TICKS, "")
        text = plan_file.dump(Plan(original, Policy(), made_tracks(count, seconds), ()))
        return video, store.plans.put(video, text), len(text) / 1e6


def made_tracks(count: int, seconds: int) -> tuple[HiddenTrack, ...]:
    random = np.random.default_rng(7)
    tracks = []
    for number in range(1, count + 1):
        start = int(random.integers((seconds - 5) * TICKS))
        times = start + np.arange(27, dtype=np.int64) * (TICKS * 15 // 100)
        corners = random.uniform((0, 0), (SIZE[0] - 90, SIZE[1] - 40)) + np.arange(27)[:, None] * (2, 0)
        side = random.uniform(12, 40)
        boxes = np.concatenate([corners, corners + side], axis=1).astype(np.float32)
        score = float(random.uniform(0.3, 1))
        tracks.append(HiddenTrack(number, "faces", "face", True, score, times, boxes))
    return tuple(tracks)


def answers(address: str, process: psutil.Process, plan: str, repeats: int) -> list[str]:
    """What the server computes for each thing that the page asks."""
    version = 1

    def change(client: httpx.Client, numbers: range, hidden: bool) -> httpx.Response:
        nonlocal version
        changes = {"tracks": [{"number": number, "hidden": hidden} for number in numbers]}
        answer = client.patch(f"/plans/{plan}", json={"version": version, "changes": changes})
        version = int(answer.raise_for_status().json()["version"])
        return answer

    draft = {"tracks": [{"number": 5, "hidden": False}]}
    sheet = ",".join(map(str, range(1, SHEET + 1)))
    asked: dict[str, Callable[[httpx.Client, int], httpx.Response]] = {
        "the plan": lambda client, turn: client.get(f"/plans/{plan}"),
        "a change of one track, kept": lambda client, turn: change(client, range(1, 2), bool(turn % 2)),
        "a change of all tracks, kept": lambda client, turn: change(client, range(1, 2001), bool(turn % 2)),
        "a frame as the copy will be, with a change": lambda client, turn: client.post(
            f"/plans/{plan}/frame", json={"time": 50 + turn, "changes": draft}
        ),
        "4 s of what is hidden, with a change": lambda client, turn: client.post(
            f"/plans/{plan}/regions", json={"start": 40, "end": 44, "changes": draft}
        ),
        f"pictures of {SHEET} tracks, in one": lambda client, turn: client.get(
            f"/plans/{plan}/pictures?tracks={sheet}"
        ),
    }
    lines = []
    with httpx.Client(base_url=address + API, timeout=120) as client:
        for what, ask in asked.items():
            ask(client, 0).raise_for_status()
            millis, computed = [], processor_millis(process)
            for turn in range(repeats):
                start = time.perf_counter()
                ask(client, turn).raise_for_status()
                millis.append((time.perf_counter() - start) * 1000)
            computed = (processor_millis(process) - computed) / repeats
            lines.append(row(f"the server: {what} (computes {computed:.0f} in its own process)", millis))
    return lines


def kept(page: Page, key: str) -> float:
    """Milliseconds from what the page sends of a change to the end of the answer."""
    with page.expect_response(lambda answer: answer.request.method == "PATCH", timeout=60_000) as answering:
        page.evaluate(PAINTED, [key, ""])
    answering.value.finished()
    return float(answering.value.request.timing["responseEnd"])


def in_the_browser(address: str, repeats: int) -> list[str]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        start = time.perf_counter()
        page.goto(address)
        expect(page.locator("#tracks [role=option]").first).to_be_visible(timeout=60_000)
        opened = (time.perf_counter() - start) * 1000
        page.locator("#tracks [role=option]").first.click()
        hidden = [page.evaluate(PAINTED, ["s" if turn % 2 == 0 else "h", ""]) for turn in range(repeats)]
        page.locator("#many-all").click()
        everything = [page.evaluate(PAINTED, ["s" if turn % 2 == 0 else "h", ""]) for turn in range(repeats)]
        undone = [page.evaluate(PAINTED, ["", "undo"]) for _ in range(repeats)]
        saved = [kept(page, "s" if turn % 2 == 0 else "h") for turn in range(repeats)]
        frames = Frames()
        events, computed = scrolled(page)
        frames.add(events)
        browser.close()
    return [
        row("the page: until its tracks are there", [opened]),
        row("the page: a track is hidden or shown, until that is painted", [total for _, total in hidden]),
        row("of that, its own script", [script for script, _ in hidden]),
        row("the page: all tracks are, until that is painted", [total for _, total in everything]),
        row("of that, its own script", [script for script, _ in everything]),
        row("the page: that is undone, until it is painted", [total for _, total in undone]),
        row("the page: what is changed is sent and kept", saved),
        row("from one frame to the next, while the lanes are scrolled", frames.millis),
        "",
        f"Frames by the browser's own trace: {frames.told()}. For each the page computes "
        f"{computed / len(frames.millis):.1f} ms, by the processor time of its thread, of the 16.7 that there are.",
    ]


def scrolled(page: Page) -> tuple[list[dict[str, Any]], float]:
    """The events of a trace while the lanes are scrolled through by a wheel, and the milliseconds computed then."""
    lanes = page.locator("#lane-canvas")
    lanes.scroll_into_view_if_needed()
    with traced(page) as (browser, events):
        browser.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = computed_millis(browser)
        scroll(browser, lanes, yDistance=-8000, speed=1600)
        computed = computed_millis(browser) - before
    return events, computed


def computed_millis(browser: CDPSession) -> float:
    """What the page's main thread has computed so far."""
    metrics = browser.send("Performance.getMetrics")["metrics"]
    return float(next(each["value"] for each in metrics if each["name"] == "TaskDuration")) * 1000


if __name__ == "__main__":
    main()
