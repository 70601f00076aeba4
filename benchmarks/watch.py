"""Hiding in streams: what shows of people, how late pictures are, and what a second of 1080p costs in CPU seconds.

    .venv/bin/python -m benchmarks.watch [FOOTAGE] [--only CLIP...] [--second NAME=FILE]

Clips with people boxed by hand (``benchmarks/hide_people.py``) are played as streams, as fast as they go: their own
times are the clock, and they are looked at as often as with much time, with less and with least. A pixel of a person
shows unless it is black in the picture that the encoder gets. What was kept is read back, and another detector
looks through it. By how much boxes grow where looks are rare was chosen on person-bicycle-car-detection.gif alone. Some
ten minutes of processor time; writes ``results/watch.md``.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np

from benchmarks.hide_people import LABELS, SPANS, group
from benchmarks.labelled import CACHE, FOOTAGE, HERE, Labelled, boxes, labelled_files
from passerby.geometry import Mask, rasterize
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.scale import Scaler
from passerby.media.write.fragments import open_fragments
from passerby.models.catalog import find
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.redact.plan.kinds import Kind
from passerby.streams.budget import LATEST, SOONEST, Budget, Pace
from passerby.streams.incoming import LiveFrame
from passerby.streams.live_hiding import HiddenLiveFrame, LiveHider
from passerby.times import TimeBase

RESULT = HERE / "results" / "watch.md"
MODELS = CatalogModels(CACHE / "models", RuntimeOptions(threads=1))
CORES = 2.0
SECOND_LABELS = ("person", "face")
SECOND_SCORE = 0.5  # from which the second detector is believed
LARGE = (1920, 1080)
RATE, SECONDS = 25, 24  # of the stream whose cost is measured
INTERVALS = (SOONEST, 0.5, LATEST)  # seconds from one look to the next
OPTIONS: tuple[tuple[str, tuple[Kind, ...], float], ...] = (
    ("people, as closely as can be", ("people",), 100.0),
    ("people, 1 core", ("people",), 1.0),
    ("people, half a core", ("people",), 0.5),
    ("faces, as closely as can be", ("faces",), 100.0),
    ("faces, half a core", ("faces",), 0.5),
)


@dataclass
class Shown:
    """What is added up over the frames of clips."""

    frames: int = 0
    labelled: int = 0
    unlooked: int = 0
    people: float = 0.0  # pixels, in pictures
    showing: float = 0.0
    found_again: int = 0  # boxes by the second detector in what was kept
    late: list[float] = field(default_factory=list)  # seconds of the stream that a picture is held

    def add(self, other: "Shown") -> None:
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def live_frames(path: Path, span: tuple[float, float]) -> Iterator[LiveFrame]:
    with open_video(path) as reader:
        base = reader.info.time_base
        for frame in reader.read():
            if not isinstance(frame, Frame) or base.seconds(frame.pts) < span[0]:
                continue
            if base.seconds(frame.pts) >= span[1]:
                return
            yield LiveFrame(frame.picture, frame.pts, base, base.seconds(frame.pts), 0)


def showing(hidden: HiddenLiveFrame) -> Mask:
    """Which pixels (h, w) of a picture are not black."""
    size = hidden.orientation.size(hidden.picture.width, hidden.picture.height)
    return np.asarray((Scaler(hidden.orientation).rgb(hidden.picture, *size) > 2).any(axis=2))


class Steady(Budget):
    """Looks as often as it is told to, whatever that costs."""

    def __init__(self, interval: float) -> None:
        super().__init__(CORES)
        self.pace = Pace(interval, ())

    def note(self, seconds: float, lag: float = 0.0) -> Pace:
        return self.pace


def play(file: Labelled, interval: float, second: Any) -> Shown:
    """A clip's spans, as streams of their own."""
    found = Shown()
    rows = {row["pts"]: row for row in file.samples if "people" in row}
    for span in SPANS.get(file.name, ((0.0, float("inf")),)):
        hider = LiveHider(("people",), MODELS, Steady(interval))
        out: list[HiddenLiveFrame] = []
        for live in live_frames(file.path, span):
            given = hider.push(live)
            found.late += [live.time_base.seconds(live.pts - each.pts) for each in given]
            out += given
        out += hider.finish()
        tally(found, out, rows)
        found.found_again += again(out, second)
    return found


def tally(found: Shown, out: Sequence[HiddenLiveFrame], rows: dict[int, dict[str, Any]]) -> None:
    for hidden in out:
        found.frames += 1
        found.unlooked += not hidden.looked
        if hidden.pts not in rows:
            continue
        found.labelled += 1
        shown = showing(hidden)
        people = [rasterize(boxes(each), (shown.shape[0], shown.shape[1])) for each in rows[hidden.pts]["people"]]
        mask = np.logical_or.reduce([*people, np.zeros_like(shown)])
        found.people += float(mask.mean())
        found.showing += float((mask & shown).mean())


def again(out: Sequence[HiddenLiveFrame], second: Any) -> int:
    """How many people, or faces, the second detector finds in every fifth picture of the file that was kept."""
    if second is None or not out:
        return 0
    count = 0
    with TemporaryDirectory() as folder:
        path = Path(folder, "kept.mp4")
        with open_fragments(path, out[0].picture, out[0].time_base) as track:
            for each in out:
                track.write(each.picture, each.pts, out[-1].pts - out[-2].pts if len(out) > 1 else 1)
            track.finish()
        with open_video(path) as reader:
            kept = (frame for frame in reader.read() if isinstance(frame, Frame))
            for number, frame in enumerate(kept):
                if number % 5 == 0:
                    (seen,) = second.detect([frame.rgb(reader.info.width, reader.info.height)])
                    sure = seen.scores >= SECOND_SCORE
                    labels = [label for label, each in zip(seen.labels, sure, strict=True) if each]
                    count += sum(label in SECOND_LABELS for label in labels)
    return count


def large_stream(path: Path, folder: Path) -> Path:
    """Some seconds of a clip, enlarged to 1080p, over and over, at 25 frames a second: as H.264."""
    target, base = folder / "stream.mp4", TimeBase(Fraction(1, 1000))
    pictures = [live.picture.reformat(*LARGE, format="yuv420p") for live in live_frames(path, (5.0, 9.5))]
    with open_fragments(target, pictures[0], base) as track:
        for number in range(RATE * SECONDS):
            way = number % (2 * len(pictures) - 2)  # there and back, without a jump
            picture = pictures[min(way, 2 * len(pictures) - 2 - way)]
            track.write(picture, number * 1000 // RATE, 1000 // RATE)
        track.finish()
    return target


@dataclass(frozen=True)
class Cost:
    """CPU seconds for a second of the stream; what looks cost until the budget has settled is left out."""

    decoding: float
    hiding: float
    encoding: float
    looked: float  # share of the pictures
    interval: float
    paused: str

    @property
    def all(self) -> float:
        return self.decoding + self.hiding + self.encoding


def cost(stream: Path, folder: Path, hide: tuple[Kind, ...], cores: float) -> Cost:
    hider, spent = LiveHider(hide, MODELS, Budget(cores)), np.zeros(3)
    kept: list[bool] = []
    frames, at = live_frames(stream, (0, float("inf"))), time.process_time()
    settled, track = RATE * SECONDS // 2, None
    with TemporaryDirectory(dir=folder) as home:
        opened = None
        for number, live in enumerate(frames):
            after = time.process_time()
            out = hider.push(live)
            hidden = time.process_time()
            for each in out:
                if track is None:
                    opened = open_fragments(Path(home, "kept.mp4"), each.picture, each.time_base)
                    track = opened.__enter__()
                track.write(each.picture, each.pts, 40)
            done = time.process_time()
            if number >= settled:
                spent += (after - at, hidden - after, done - hidden)
                kept += [each.looked for each in out]
            at = time.process_time()
        if track is not None and opened is not None:
            track.finish()
            opened.__exit__(None, None, None)
    seconds = (RATE * SECONDS - settled) / RATE
    health = hider.health
    decoding, hiding, encoding = (spent / seconds).tolist()
    return Cost(decoding, hiding, encoding, float(np.mean(kept or [False])), health.interval, ", ".join(health.paused))


def row(name: str, each: Shown) -> str:
    showing_share = f"{each.showing / each.people:.2%}" if each.people else "none"
    late = f"{np.median(each.late):.2f} · {np.percentile(each.late, 95):.2f}" if each.late else "at its end"
    cells = [each.frames, each.labelled, f"{each.unlooked / max(each.frames, 1):.1%}", showing_share]
    return f"| {name} | {' | '.join(map(str, cells))} | {each.found_again} | {late} |"


def shown_table(files: Sequence[Labelled], interval: float, second: Any) -> Iterator[str]:
    yield "| clip | frames | labelled | hidden whole | of people, showing | found again | held, s: median · p95 |"
    yield "|---|---|---|---|---|---|---|"
    sums: dict[str, Shown] = {}
    for file in files:
        found = play(file, interval, second)
        yield row(f"{file.name} ({group(file.name)})", found)
        sums.setdefault(group(file.name), Shown()).add(found)
    for name, each in sums.items():
        yield row(f"**{name}**", each)


def cost_table(clip: Path) -> Iterator[str]:
    yield "| hidden | decoding | hiding | encoding | all | streams on two cores | looked at | s a look | paused |"
    yield "|---|---|---|---|---|---|---|---|---|"
    with TemporaryDirectory() as home:
        stream = large_stream(clip, Path(home))
        for name, hide, cores in OPTIONS:
            one = cost(stream, Path(home), hide, cores)
            cells = [f"{each:.2f}" for each in (one.decoding, one.hiding, one.encoding, one.all, CORES / one.all)]
            cells += [f"{one.looked:.0%}", f"{one.interval:.2f}", one.paused or "nothing"]
            yield f"| {name} | {' | '.join(cells)} |"


def opened(asked: str) -> Any:
    """The second detector, its weights being of any hash; the face detector of audits if none is named."""
    name, _, file = asked.partition("=")
    if not file:
        return MODELS.open(name or MODELS.name_for("faces"), threshold=SECOND_SCORE)
    module, _, adapter = find(name).adapter.partition(":")
    return getattr(import_module(module), adapter)(
        Path(file), find(name), RuntimeOptions(threads=1), threshold=SECOND_SCORE
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("footage", nargs="?", type=Path, default=FOOTAGE)
    parser.add_argument("--only", nargs="+", default=[], metavar="CLIP")
    parser.add_argument("--second", default="", metavar="NAME=FILE")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    files = [file for name in LABELS for file in labelled_files(HERE / "labels" / name, asked.footage) if file.is_clip]
    files = [file for file in files if not asked.only or file.name in asked.only]
    second = opened(asked.second)
    lines = [*FIRST_LINES, "", *cost_table(asked.footage / "one-by-one-person-detection.mp4")]
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    for interval in INTERVALS:
        lines += ["", f"## What shows of people, with a look every {interval:g} s", ""]
        lines += shown_table(files, interval, second)
        RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


FIRST_LINES = (
    "# Hiding in streams",
    "",
    "`python -m benchmarks.watch`. CPU seconds for a second of 1080p at 25 frames/s (a clip enlarged), by the CPU",
    "time of the process in the second half; streams on two cores is two divided by that: computed, and not run.",
    "Held is the stream's own time from a frame coming in to it leaving hidden; the CPU time of the work comes on top.",
    "Showing: pixels in the boxes by hand that are not black in what the encoder gets. Found again: people or faces",
    "that a second detector finds in every fifth picture of what was kept, surer than a half.",
)


if __name__ == "__main__":
    main()
