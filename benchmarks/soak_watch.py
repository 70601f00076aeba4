"""Law 5 for cameras: four made-up ones in simulated time, with something that goes wrong in every minute of each.

    .venv/bin/python -m benchmarks.soak_watch [--minutes 14] [--seed 1]

Frames are made and seconds of the cameras pass as fast as they are done; detectors are fakes that find plain colours.
All else is what `passerby watch` does: a process for each source, hiding, recording, taking in, retention. Processes of
one source die (SIGKILL) in the middle of a picture. Afterwards all that was kept is read back: which frames are not
there, and whether a pixel of a person is. Writes ``results/soak-watch.md``.
"""

import argparse
import json
import os
import platform
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image

from benchmarks import soaked_source
from passerby.library import Library
from passerby.media.read.frames import Frame, open_video
from passerby.service.watch import source_watches
from passerby.service.watch.source_watches import SourceWatches
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.store.streams import SourceState, StoredSegment
from passerby.streams.events import StreamEvent
from passerby.streams.presence import PresentCount
from passerby.streams.source_document import parse_source, source_document

RESULT = Path(__file__).parent / "results" / "soak-watch.md"
LIMITED, LIMIT = "hall", 2_000_000  # bytes that are kept of this source
SOURCES: dict[str, dict[str, Any]] = {"gate": {}, "yard": {}, "dock-deadly": {}, LIMITED: {"max_bytes": LIMIT}}
PICTURE = 1 / soaked_source.RATE  # seconds


@dataclass
class Told:
    """Counts what outlets would be told."""

    types: Counter[str] = field(default_factory=Counter)

    def tell(self, events: Sequence[StreamEvent]) -> None:
        self.types.update(event.type for event in events)

    def state(self, state: SourceState) -> None:
        pass

    def present(self, counts: Sequence[PresentCount]) -> None:
        pass


@dataclass
class Soaked:
    """What is added up."""

    told: Told = field(default_factory=Told)
    own: list[tuple[float, int]] = field(default_factory=list)  # of this process: MB, handles
    seconds: float = 0.0  # on the wall
    cores: float = 0.0  # CPU seconds of all processes for each of those


def soak(library: Path, minutes: float, seed: int) -> Soaked:
    os.environ["SOAK_SEED"] = str(seed)
    (library / "soak").mkdir(parents=True)
    with open_store(library, create=True) as store:
        for name, more in SOURCES.items():
            described = parse_source({"name": name, "address": f"rtsp://{name}.local/1", **more}, name)
            store.streams.put_source(name, json.dumps(source_document(described)))
    setattr(source_watches, "watch_source", soaked_source.watch_source)  # noqa: B010  it is no name of that module
    # A process that dies is begun at once, and everything is looked after as often as in a hundredth of the time.
    source_watches.FIRST_DELAY = source_watches.STEADY_SECONDS = 0.0
    source_watches.SHELVE_SECONDS = source_watches.RETAIN_SECONDS = 0.5
    source_watches.ENDING_SECONDS = 600.0
    soaked, stop, began, spent = Soaked(), threading.Event(), time.monotonic(), _cpu_seconds()
    watches = SourceWatches(Library(Settings(library=str(library))), soaked.told, lambda line: None)
    thread = threading.Thread(target=watches.run, args=(stop,))
    thread.start()
    process = psutil.Process()
    while time.monotonic() - began < minutes * 60 and thread.is_alive():
        time.sleep(2)
        soaked.own.append((process.memory_info().rss / 2**20, process.num_fds()))
    stop.set()
    thread.join()
    soaked.seconds = time.monotonic() - began
    soaked.cores = (_cpu_seconds() - spent) / soaked.seconds
    return soaked


def _cpu_seconds() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def notes_of(library: Path, source: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (library / "soak" / f"{source}.jsonl").read_text().splitlines()]


def missing(notes: Sequence[dict[str, Any]], segments: Sequence[StoredSegment]) -> Iterator[tuple[str, float]]:
    """How many seconds of each stretch that was shown are in no segment, and how the stretch ended."""
    for note in notes:
        at, lost = note["begin"], 0.0
        for segment in segments:
            if segment.end > at and segment.start < note["wall"]:
                lost += max(segment.start - at, 0.0)
                at = max(at, min(segment.end, note["wall"]))
        lost += max(note["wall"] - at, 0.0)
        yield note["kind"], lost if lost > PICTURE / 2 else 0.0


@dataclass
class Kept:
    """What is in files."""

    frames: int = 0
    people: int = 0  # frames with a pixel of a person
    hidden: int = 0  # frames with a place that is black


def look_through(paths: Sequence[Path]) -> Kept:
    kept = Kept()
    for path in paths:
        with open_video(path) as reader:
            for frame in reader.read():
                if isinstance(frame, Frame):
                    kept.frames += 1
                    pixels = frame.rgb(reader.info.width, reader.info.height)
                    kept.people += soaked_source.shows_people(pixels)
                    kept.hidden += bool((pixels < 16).all(axis=2).mean() > 0.01)
    return kept


def pictures_with_people(library: Path) -> int:
    """How many of the previews show one."""
    found = [np.asarray(Image.open(path).convert("RGB")) for path in (library / "live").glob("*.jpg")]
    return sum(map(soaked_source.shows_people, found))


def source_row(library: Path, source: str) -> Iterator[str]:
    with open_store(library, create=False) as store:
        segments = store.streams.segments(source)
        owned = {each.name for each in store.files.all("original")}
    notes = notes_of(library, source)
    kept = look_through(sorted((library / "originals").glob(f"{source}_*/*.mp4")))
    assert {each.id for each in segments} <= owned
    shown = sum(note["frames"] for note in notes)
    lost = list(missing(notes, segments)) if source != LIMITED else []
    by_death = [seconds for kind, seconds in lost if kind == "killed"]
    others = sum(seconds for kind, seconds in lost if kind != "killed")
    most = f"{len(by_death)}: median {np.median(by_death):.1f}, most {max(by_death):.1f}" if by_death else "none"
    cells = [
        f"{shown * PICTURE / 3600:.2f}", len(segments), shown, kept.frames,
        "by retention" if source == LIMITED else f"{others:.1f}", most, kept.hidden, kept.people,
    ]  # fmt: skip
    yield f"| {source} | {' | '.join(map(str, cells))} |"


def memory_rows(library: Path, own: Sequence[tuple[float, int]]) -> Iterator[str]:
    yield _memory_row("what watches them", own)
    for source in SOURCES:
        notes = notes_of(library, source)
        last = [(note["mb"], note["handles"]) for note in notes if note["pid"] == notes[-1]["pid"]]
        yield _memory_row(f"{source}, its last process", last)


def _memory_row(name: str, told: Sequence[tuple[float, int]]) -> str:
    quarter = max(len(told) // 4, 1)
    early, late = (np.median(np.array(part), axis=0) for part in (told[quarter : 2 * quarter] or told, told[-quarter:]))
    return f"| {name} | {len(told)} | {early[0]:.0f} | {late[0]:.0f} | {early[1]:.0f} | {late[1]:.0f} |"


def report(library: Path, soaked: Soaked, seed: int) -> str:
    kinds = Counter(note["kind"] for name in SOURCES for note in notes_of(library, name))
    del kinds["none"]
    with open_store(library, create=False) as store:
        size = sum(each.size_bytes for each in store.streams.segments(LIMITED))
    left = len(list((library / "live").rglob("*.mp4")))
    lines = [
        "# Soak of cameras",
        "",
        f"`python -m benchmarks.soak_watch`, seed {seed}, {soaked.seconds / 60:.1f} minutes on the wall,",
        f"{soaked.cores:.2f} of {os.cpu_count()} cores ({platform.system()} {platform.machine()}, Python",
        f"{platform.python_version()}), other work beside it.",
        *HOW,
        "",
        f"What went wrong: {_counted(kinds)}. Events: {_counted(soaked.told.types)}.",
        "",
        "| source | hours | segments | frames shown | kept | s lost | deaths: s lost | hidden | people |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
        *(row for source in SOURCES for row in source_row(library, source)),
        "",
        *WHAT,
        "",
        f"{LIMITED} may keep {LIMIT / 1e6:.1f} MB, and has {size / 1e6:.2f}. Files that recorders left behind: {left};",
        f"previews with a person: {pictures_with_people(library)}.",
        "",
        "| process | samples | MB, early | MB, at the end | handles, early | handles, at the end |",
        "|---|---:|---:|---:|---:|---:|",
        *memory_rows(library, soaked.own),
        "",
        *WHEN,
    ]
    return "\n".join(lines) + "\n"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{kind} {count}" for kind, count in sorted(counts.items()))


HOW = (
    "Four made-up cameras of 5 frames/s in simulated time, detectors that find plain colours: what is real is all",
    "between them and the library. What real detectors find is in [watch](watch.md). No real hour was run.",
)
WHAT = (
    "S lost: seconds that were shown and are in no segment, without those of deaths: what a process holds when it is",
    "killed, two seconds of look-ahead in memory and up to half of one in a fragment. Hidden: kept frames with a black",
    "place; people: kept frames with a pixel of a person.",
)
WHEN = (
    "Medians of the second and of the last quarter of the samples: of a camera one for each stretch, of what watches",
    "them one every two seconds.",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--minutes", type=float, default=14.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder, "library")
        soaked = soak(library, asked.minutes, asked.seed)
        text = report(library, soaked, asked.seed)
    RESULT.write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
