"""The server under use: searches alone and by many, uploads beside them, seeking, and the page of a long video.

    .venv/bin/python -m benchmarks.serve [--moments 100000] [--seconds 30] [--clients 50] [--uploads 5] [--folder DIR]

A real ``passerby serve`` in a process of its own, on the made-up library of ``search.py`` with one video of two hours
beside; clients are in this process, over loopback. ``--folder`` keeps the library for the next run. Writes
``results/serve.md``.

    .venv/bin/python -m benchmarks.serve --servers 2 [--moments 20000] [--seconds 20] [--clients 16]

How many searches a second several servers answer on one library in PostgreSQL, and one of them alone, in one run.
Writes ``results/several-servers.md``.
"""

import argparse
import asyncio
import base64
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import psutil
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from benchmarks.made_records import shots_and_moments, standing
from benchmarks.postgres import SETTINGS
from benchmarks.postgres import fill as fill_postgres
from benchmarks.scroll_traces import scroll, traced
from benchmarks.search import LABELS, MOMENTS_A_VIDEO, TICKS, Language, fill, row
from benchmarks.stills import MODELS_DIR
from passerby.models.load import CatalogModels
from passerby.models.minilm import MiniLm
from passerby.models.runtime import RuntimeOptions
from passerby.records import SpokenWord, StoredVideo, Tag, Thumbnail, Utterance
from passerby.searcher import LATELY
from passerby.store.library import open_store
from passerby.times import Span, TimeBase

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # where the server for tests is
from postgres_server import PostgresServer

RESULT = Path(__file__).parent / "results" / "serve.md"
API = "/api/v1"
LENGTH = 256  # of a vector of looks
REPEATS = 40
LONG_SECONDS, LONG_MOMENTS, LONG_WORDS = 7200, 5000, 20_000
WORDS_A_LINE = 10
LARGE_GIGABYTES = 4
PART = 1 << 20  # bytes that a player asks for
CHUNK = 1 << 20  # bytes of an upload that are sent at once
UPLOAD_CHUNKS = 32
READY_SECONDS = 15
PAGES = 5

Query = dict[str, str]

READY = "performance.getEntriesByName('ready')[0]?.startTime ?? null"  # milliseconds after the navigation began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=30.0, help="for which many search at once")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--uploads", type=int, default=5, help="files that are sent at once meanwhile")
    parser.add_argument("--folder", type=Path, help="where the library is kept; default: a temporary folder")
    parser.add_argument("--servers", type=int, default=1, help="more than 1: several on one library in PostgreSQL")
    options = parser.parse_args()
    if options.servers > 1:
        several_servers(options)
        return
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        language = Language.made_up(sentence_encoder())
        long_video = made_library(folder, options.moments, language)
        lines = head(options, folder)
        with serving(folder / "library") as (address, process):
            lines += alone(address, language, folder)
            lines += together(address, process, language, options)
            lines += seeking(address, process, long_video)
            lines += long_page(address, process, long_video)
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


def head(options: argparse.Namespace, folder: Path) -> list[str]:
    size = sum(path.stat().st_size for path in (folder / "library").rglob("*") if path.is_file()) / 1e6
    busy = os.getloadavg()[0]
    return [
        "# The server",
        "",
        f"`python -m benchmarks.serve` on {platform.system()} {platform.machine()}, {os.cpu_count()} cores, which the",
        f"clients share with the server and with what else runs (load before: {busy:.1f}).",
        f"{options.moments:,} made-up moments, {size:.0f} MB. Milliseconds, but for what says otherwise.",
    ]


def sentence_encoder() -> MiniLm:
    encoder: MiniLm = CatalogModels(MODELS_DIR, RuntimeOptions()).open("minilm")
    return encoder


# The library


def made_library(folder: Path, moments: int, language: Language) -> str:
    """Make the library in ``folder`` unless it is there; the id of its long video."""
    large = folder / "large.mp4"
    video_id = sha256(b"two hours").hexdigest()
    if (folder / "library").exists():
        return video_id
    folder.mkdir(exist_ok=True)
    with large.open("wb") as file:
        file.truncate(LARGE_GIGABYTES << 30)  # without bytes on the disk: the server is measured, not the disk
    with open_store(folder / "library", create=True) as store:
        fill(store, moments, LENGTH, language)
        base = TimeBase(Fraction(1, 1000))
        video = StoredVideo(video_id, large.name, str(large), 1, 1920, 1080, base, 0, 0, "incomplete", "")
        store.sink.begin_video(video)
        store.sink.finish_stage(video_id, "made", "key", list(long_records(language)))
        store.sink.end_video(video_id, LONG_SECONDS * 25, LONG_SECONDS * 1000, "done", "")
    return video_id


def long_records(language: Language) -> Iterator[object]:
    """Two hours: each moment with a thing, a tag and a picture; words all the time."""
    random = np.random.default_rng(4)
    picture = BytesIO()
    Image.fromarray(random.integers(0, 255, (90, 160, 3), np.uint8)).save(picture, "JPEG")
    edges = np.linspace(0, LONG_SECONDS * 1000, LONG_MOMENTS + 1).astype(int).tolist()
    spans = [Span(start, end) for start, end in pairwise(edges)]
    yield from shots_and_moments(spans)
    for number, span in enumerate(spans):
        yield standing(f"label{random.integers(1, LABELS)}", span, 333)
        yield Tag(number, f"label{random.integers(1, LABELS)}", 0.5)
        yield Thumbnail(number, span.start, picture.getvalue())
    each = LONG_SECONDS * 1000 // LONG_WORDS
    for first in range(0, LONG_WORDS, WORDS_A_LINE):
        words = [
            SpokenWord(language.words[int(random.integers(2000))], Span(place * each, place * each + each - 20))
            for place in range(first, first + WORDS_A_LINE)
        ]
        span = Span(words[0].span.start, words[-1].span.end)
        yield Utterance(" ".join(word.text for word in words), span, "en", tuple(words))


# The server


@contextmanager
def serving(library: Path | str) -> Iterator[tuple[str, psutil.Process]]:
    """A server of the library: its address, and its process."""
    command = [sys.executable, "-u", "-m", "passerby", "--library", str(library), "serve", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        line = server.stdout.readline() if server.stdout else ""
        found = re.search(r"http://\S+", line)
        if found is None:
            sys.exit(f"the server did not start: {line!r}")
        wait_for(found[0])
        yield found[0], psutil.Process(server.pid)
    finally:
        server.terminate()
        server.wait(30)


def wait_for(address: str) -> None:
    for _ in range(200):
        try:
            httpx.get(f"{address}{API}/health").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return


def megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def private_megabytes(process: psutil.Process) -> float:
    """Without what is mapped from files, which the system can drop at any time."""
    return float(process.memory_full_info().uss) / 1e6


def processor_millis(process: psutil.Process) -> float:
    """What the server has computed so far, in all threads; other work on the machine adds little to it."""
    times = process.cpu_times()
    return float(times.user + times.system) * 1000


# Searches


def queries(language: Language, random: np.random.Generator, ids: list[str]) -> dict[str, Callable[[], Query]]:
    """For each kind of search what it asks for, drawn anew every time."""

    def label(low: int, high: int) -> str:
        return f"label{random.integers(low, high)}"

    def subject(low: int, high: int) -> str:
        return language.subjects[random.integers(low, high)]

    def word() -> str:
        return language.words[random.integers(20, 2000)]

    def slipped(text: str) -> str:
        return text[:2] + text[3:]

    def moment() -> str:
        return f"{ids[random.integers(len(ids))]}@{random.integers(MOMENTS_A_VIDEO) * TICKS // 1000}"

    return {
        "a common label, as a word": lambda: {"words": label(1, 6)},
        "a rare label, as a word": lambda: {"words": label(100, 500)},
        "a common subject": lambda: {"words": subject(0, 5)},
        "a rare subject": lambda: {"words": subject(40, 79)},
        "a word of what is said": lambda: {"words": word()},
        "three words, any of them": lambda: {"words": f"{subject(5, 40)} {word()} {word()}"},
        "a word with a slip": lambda: {"words": slipped(word())},
        "two words with a slip each": lambda: {"words": f"{slipped(subject(0, 79))} {slipped(word())}"},
        "a label alone": lambda: {"label": label(1, 100)},
        "a subject, among moments with a label": lambda: {"words": subject(0, 40), "label": label(1, 20)},
        "a subject, where a word is said": lambda: {"words": subject(0, 40), "said": word()},
        "like a moment": lambda: {"like": moment()},
    }


def alone(address: str, language: Language, folder: Path) -> list[str]:
    """One client, one search after the other."""
    with open_store(folder / "library", create=False) as store:
        ids = [video.id for video in store.videos.all()][:-1]
    random = np.random.default_rng(2)
    lines = ["", "## One client", "", "| search | median | 95 % below | repeats |", "|---|---|---|---|"]
    with httpx.Client(base_url=address + API, timeout=60) as client:
        for words in ("nothing", "label1"):  # opens the model, makes the cache of meanings
            client.get("/search", params={"words": words}).raise_for_status()
        client.get("/search", params={"like": f"{ids[0]}@0"}).raise_for_status()
        for name, ask in queries(language, random, ids).items():
            millis = []
            for _ in range(REPEATS):
                params = ask()
                start = time.perf_counter()
                client.get("/search", params=params).raise_for_status()
                millis.append((time.perf_counter() - start) * 1000)
            lines.append(row(name, millis))
            print(lines[-1], flush=True)
    return lines


class Load:
    """Many clients at once: how long their searches took, and what went wrong."""

    def __init__(self, address: str, language: Language, seconds: float) -> None:
        self._address, self._language = address, language
        self._seconds = seconds
        self.millis: list[float] = []
        self.faults: list[str] = []
        self.bytes = 0

    async def run(self, clients: int, uploads: int, pause: float) -> None:
        """``pause``: seconds that a client waits after an answer, on average."""
        limits = httpx.Limits(max_connections=clients + uploads)
        async with httpx.AsyncClient(base_url=self._address, timeout=60, limits=limits) as http:
            until = time.monotonic() + self._seconds
            async with asyncio.TaskGroup() as group:
                for number in range(clients):
                    group.create_task(self._search(http, until, pause, number))
                for number in range(uploads):
                    group.create_task(self._upload(http, until, number))

    async def _search(self, http: httpx.AsyncClient, until: float, pause: float, number: int) -> None:
        random = np.random.default_rng(number)
        kinds = [ask for name, ask in queries(self._language, random, [""]).items() if name != "like a moment"]
        await asyncio.sleep(float(random.uniform(0, pause)))
        while time.monotonic() < until:
            start = time.perf_counter()
            await self._asked(http.get(f"{API}/search", params=kinds[random.integers(len(kinds))]()))
            self.millis.append((time.perf_counter() - start) * 1000)
            await asyncio.sleep(float(random.uniform(0, 2 * pause)))

    async def _upload(self, http: httpx.AsyncClient, until: float, number: int) -> None:
        """Send file after file, but for the last part of each: taking videos in is not what is measured."""
        chunk = np.random.default_rng(number).bytes(CHUNK)
        tus = {"Tus-Resumable": "1.0.0"}
        named = base64.b64encode(f"{number}.mp4".encode()).decode()
        size = str(UPLOAD_CHUNKS * CHUNK)
        while time.monotonic() < until:
            begun = await self._asked(
                http.post(
                    f"{API}/uploads",
                    headers=tus | {"Upload-Length": size, "Upload-Metadata": f"filename {named}"},
                )
            )
            if begun is None:
                continue
            place = begun.headers["Location"]
            for part in range(UPLOAD_CHUNKS - 1):
                if time.monotonic() >= until:
                    break
                headers = tus | {"Upload-Offset": str(part * CHUNK), "Content-Type": "application/offset+octet-stream"}
                if await self._asked(http.patch(place, content=chunk, headers=headers)):
                    self.bytes += CHUNK
            await self._asked(http.delete(place, headers=tus))

    async def _asked(self, request: Any) -> httpx.Response | None:
        try:
            answer: httpx.Response = (await request).raise_for_status()
        except httpx.HTTPError as error:
            self.faults.append(f"{type(error).__name__}: {error}")
            return None
        return answer


def together(address: str, process: psutil.Process, language: Language, options: argparse.Namespace) -> list[str]:
    lines = [
        "",
        f"## {options.clients} clients who search and {options.uploads} who upload, {options.seconds:g} s each",
        "",
        "Searches of all kinds but by looks. After each answer a client pauses, for up to twice the mean that is told.",
        "Memory: the server's own, without files that it maps; before, and after.",
        f"What the latest {LATELY} different words mean is kept by the server, so words drawn again cost less.",
        "Computed: by the server for each search, the uploads beside it included. Sent: by those who upload.",
        "",
        "| pause, s | searches | a second | median | 95 % below | longest | errors | computed | sent, MB/s "
        "| memory, MB |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for pause in (2.0, 1.0, 0.0, 0.0):
        before, computed = private_megabytes(process), processor_millis(process)
        load = Load(address, language, options.seconds)
        asyncio.run(load.run(options.clients, options.uploads, pause))
        median, most = np.percentile(load.millis, [50, 95])
        computed = (processor_millis(process) - computed) / len(load.millis)
        rate, sent = len(load.millis) / options.seconds, load.bytes / options.seconds / 1e6
        lines.append(
            f"| {pause:g} | {len(load.millis)} | {rate:.0f} | {median:.0f} | {most:.0f} | {max(load.millis):.0f} | "
            f"{len(load.faults)} | {computed:.0f} | {sent:.0f} | {before:.0f} → {private_megabytes(process):.0f} |"
        )
        print(lines[-1], *sorted(set(load.faults))[:3], sep="\n", flush=True)
    return lines


# Several servers


def several_servers(options: argparse.Namespace) -> None:
    """Measure one and several in turn, twice: what else runs on the machine falls on both."""
    language = Language.made_up(sentence_encoder())
    with tempfile.TemporaryDirectory(prefix="passerby-postgres-") as folder:
        database = PostgresServer(Path(folder), SETTINGS)
        database.start()
        try:
            open_store(database.address, create=True, blobs=str(Path(folder) / "files")).close()
            fill_postgres(database.address, options.moments, language)
            with open_store(database.address, create=False) as store:
                store.health.keep_up()
            rows = [loaded(database.address, count, language, options) for count in (1, options.servers) * 2]
        finally:
            database.stop()
    rates = {count: max(rate for each, rate, _ in rows if each == count) for count in (1, options.servers)}
    lines = [
        "# Several servers on one library",
        "",
        f"`python -m benchmarks.serve --servers {options.servers}` on {platform.system()} {platform.machine()}, "
        f"{os.cpu_count()} cores, which the servers, PostgreSQL 18 and the clients share (load before: "
        f"{os.getloadavg()[0]:.1f}).",
        f"{options.moments:,} made-up moments; {options.clients} clients who search without a pause for "
        f"{options.seconds:g} s.",
        "",
        "| servers | searches a second | cores that they compute on | of PostgreSQL |",
        "|---|---|---|---|",
        *(f"| {count} | {rate:.1f} | {cores} |" for count, rate, cores in rows),
        "",
        f"{options.servers} servers carry {rates[options.servers] / rates[1]:.2f} times the load of one (best of two).",
    ]
    result = RESULT.with_name("several-servers.md")
    result.write_text("\n".join(lines) + "\n", "utf-8")
    print(result.read_text("utf-8"))


def loaded(library: str, count: int, language: Language, options: argparse.Namespace) -> tuple[int, float, str]:
    """How many searches a second so many servers answer, and what they and PostgreSQL compute meanwhile."""
    with ExitStack() as running:
        servers = [running.enter_context(serving(library)) for _ in range(count)]
        loads = [Load(address, language, options.seconds) for address, _ in servers]
        for load in (Load(address, language, 2.0) for address, _ in servers):
            asyncio.run(load.run(1, 0, 0.0))  # opens the model
        before, of_database = sum(processor_millis(process) for _, process in servers), database_millis()
        asyncio.run(all_at_once(loads, options.clients // count))
        computed = sum(processor_millis(process) for _, process in servers) - before
        faults = [fault for load in loads for fault in load.faults]
        if faults:
            sys.exit(f"{len(faults)} searches failed, such as: {faults[0]}")
        millis = options.seconds * 1000
        cores = f"{computed / millis:.2f} | {(database_millis() - of_database) / millis:.2f}"
        rate = sum(len(load.millis) for load in loads) / options.seconds
    print(count, rate, cores, flush=True)
    return count, rate, cores


async def all_at_once(loads: Sequence[Load], clients: int) -> None:
    await asyncio.gather(*(load.run(clients, 0, 0.0) for load in loads))


def database_millis() -> float:
    """What the processes of PostgreSQL have computed so far, those that have ended left out."""
    named = [process for process in psutil.process_iter(["name"]) if process.info["name"] == "postgres"]
    return sum(map(processor_millis, named))


# Seeking


def seeking(address: str, process: psutil.Process, video: str) -> list[str]:
    """Ask for a part of a large file at places drawn at random, as a player does that seeks."""
    random = np.random.default_rng(6)
    millis, first, received = [], [], 0
    before = process.io_counters().read_chars
    with httpx.Client(base_url=address + API, timeout=60) as client:
        for _ in range(REPEATS):
            start = int(random.integers((LARGE_GIGABYTES << 30) - PART))
            began = time.perf_counter()
            asked = {"Range": f"bytes={start}-{start + PART - 1}"}
            with client.stream("GET", f"/videos/{video}/media", headers=asked) as answer:
                if answer.status_code != 206:
                    sys.exit(f"expected a part of the file, found {answer.status_code}")
                for number, chunk in enumerate(answer.iter_raw()):
                    if not number:
                        first.append((time.perf_counter() - began) * 1000)
                    received += len(chunk)
            millis.append((time.perf_counter() - began) * 1000)
    read = process.io_counters().read_chars - before
    return [
        "",
        f"## Seeking in a file of {LARGE_GIGABYTES} GB",
        "",
        f"Parts of {PART >> 20} MB at random places; the file has no bytes on the disk, which is not measured.",
        f"The server read {read / 1e6:.0f} MB, its database included, to send {received / 1e6:.0f} MB.",
        "",
        "| what | median | 95 % below | repeats |",
        "|---|---|---|---|",
        row("until the first byte", first),
        row("until the last byte", millis),
    ]


# The page of a long video


def long_page(address: str, process: psutil.Process, video: str) -> list[str]:
    lines = [
        "",
        f"## A video of two hours, {LONG_MOMENTS:,} moments and {LONG_WORDS:,} words",
        "",
        "| what | median | 95 % below | repeats |",
        "|---|---|---|---|",
    ]
    with httpx.Client(base_url=address + API, timeout=60) as client:
        lines += [told(client, process, video, asked) for asked in ("", "?boxes=false")]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        opened, frames = [], Frames()
        for _ in range(PAGES):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{address}/videos/{video}")
            opened.append(until_ready(page))
            frames.add(scrolled(page))
            page.close()
        browser.close()
    lines.append(row("the page, until all of it is painted and answers", opened))
    lines.append(row("from one frame to the next, while its lanes are scrolled", frames.millis))
    return [*lines, "", f"Frames by the browser's own trace: {frames.told()}."]


def told(client: httpx.Client, process: psutil.Process, video: str, asked: str) -> str:
    millis, computed = [], processor_millis(process)
    for _ in range(10):
        start = time.perf_counter()
        answer = client.get(f"/videos/{video}{asked}").raise_for_status()
        millis.append((time.perf_counter() - start) * 1000)
    computed = (processor_millis(process) - computed) / len(millis)
    size = len(answer.content) / 1e6
    return row(f"`GET {API}/videos/ID{asked}`, {size:.1f} MB, for which the server computes {computed:.0f}", millis)


def until_ready(page: Page) -> float:
    """The milliseconds from where the browser began to go to the page to where the page says that it is ready."""
    end = time.monotonic() + READY_SECONDS
    while (at := page.evaluate(READY)) is None:
        if time.monotonic() > end:
            sys.exit(f"the page was not ready in {READY_SECONDS} s")
        page.wait_for_timeout(20)
    return float(at)


@dataclass
class Frames:
    """What a browser's trace tells of frames: when they were drawn, and how many it could not draw in time."""

    millis: list[float] = field(default_factory=list)  # from one to the next
    dropped: int = 0

    def add(self, events: list[dict[str, Any]]) -> None:
        drawn = sorted(event["ts"] for event in events if event["name"] == "DrawFrame")
        self.millis += [(after - before) / 1000 for before, after in pairwise(drawn)]
        self.dropped += sum(event["name"] == "DroppedFrame" for event in events)

    def told(self) -> str:
        seconds = sum(self.millis) / 1000
        return (
            f"{len(self.millis)} in {seconds:.1f} s, {len(self.millis) / seconds:.1f} a second of the 60 that it aims "
            f"at; {self.dropped} came late"
        )


def scrolled(page: Page) -> list[dict[str, Any]]:
    """The events of a trace while the lanes, an eighth of the video wide, are scrolled to the side by a wheel."""
    lanes = page.locator("#lanes canvas")
    lanes.scroll_into_view_if_needed()
    for _ in range(3):
        page.locator("#zoom-in").click()
    with traced(page) as (browser, events):
        scroll(browser, lanes, xDistance=-4000, speed=1000)
    return events


if __name__ == "__main__":
    main()
