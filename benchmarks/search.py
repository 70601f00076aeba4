"""Search and forget on a library of made-up moments: how long each takes.

    .venv/bin/python -m benchmarks.search [--moments 100000] [--length 256] [--repeats 40] [--folder DIR]

Labels are drawn as in footage, few often and many seldom (Zipf); vectors lie in clusters. Writes
``results/search-N.md`` for N moments.
"""

import argparse
import os
import platform
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import numpy as np

from passerby.records import Moment, MomentVector, Shot, Tag, Thumbnail, Track, Video
from passerby.search.find import search
from passerby.store.store import Narrow, Record, Store
from passerby.times import Span, TimeBase

RESULTS = Path(__file__).parent / "results"
MOMENTS_A_VIDEO = 100
LABELS = 600
CLUSTERS = 500
TICKS = 8000  # length of a moment


def made_up(number: int, length: int, random: np.random.Generator) -> tuple[Video, list[Record]]:
    """A video of MOMENTS_A_VIDEO moments, each with two tracks, three tags, a vector and a thumbnail of 8 kB."""
    video_id = sha256(str(number).encode()).hexdigest()
    name = f"clip-{number:05d}.mp4"
    video = Video(video_id, name, f"/made/{name}", 1, 640, 360, TimeBase(Fraction(1, 1000)), 0, 0, "incomplete", "")
    labels = np.minimum(random.zipf(1.3, (MOMENTS_A_VIDEO, 5)), LABELS)
    centres = np.random.default_rng(0).normal(size=(CLUSTERS, length))
    vectors = centres[random.integers(0, CLUSTERS, MOMENTS_A_VIDEO)] + random.normal(size=(MOMENTS_A_VIDEO, length))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    records: list[Record] = []
    for n, chosen in enumerate(labels.tolist()):
        span = Span(n * TICKS, (n + 1) * TICKS)
        times = np.arange(span.start, span.end, 500, dtype=np.int64)
        boxes, scores = np.ones((len(times), 4), np.float32), np.full(len(times), 0.5, np.float32)
        records += [Shot(span, n), Moment(span, n)]
        records += [Track(f"label{label}", times, boxes, scores) for label in chosen[:2]]
        records += [Tag(n, f"label{label}", 0.5) for label in set(chosen[2:])]
        records.append(MomentVector(n, vectors[n].astype(np.float32)))
        records.append(Thumbnail(n, span.start, random.bytes(8000)))
    return video, records


def fill(store: Store, moments: int, length: int) -> None:
    random = np.random.default_rng(1)
    for number in range(moments // MOMENTS_A_VIDEO):
        video, records = made_up(number, length, random)
        store.begin_video(video)
        store.finish_stage(video.id, "made", "key", records)
        store.end_video(video.id, 1, MOMENTS_A_VIDEO * TICKS, "done", "")


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def row(name: str, millis: list[float]) -> str:
    return f"| {name} | {np.median(millis):.1f} | {np.percentile(millis, 95):.1f} | {len(millis)} |"


def searches(store: Store, random: np.random.Generator) -> Iterator[tuple[str, Callable[[], object]]]:
    """Name and action of each kind of search; the action draws what it asks for anew every time."""
    ids = [video.id for video in store.videos()]

    def label(low: int, high: int) -> str:
        return f"label{random.integers(low, high)}"

    def like() -> tuple[str, int]:
        return ids[random.integers(len(ids))], int(random.integers(MOMENTS_A_VIDEO)) * TICKS

    yield "a common word", lambda: search(store, label(1, 6))
    yield "a rare word", lambda: search(store, label(100, 500))
    yield "two common words", lambda: search(store, f"{label(1, 6)} {label(6, 12)}")
    yield "three words, any of them", lambda: search(store, f"{label(1, 6)} {label(50, 500)} {label(50, 500)}")
    yield "a label", lambda: search(store, narrow=Narrow(label=label(1, 100)))
    yield "a common label", lambda: search(store, narrow=Narrow(label=label(1, 6)))
    yield "like a moment", lambda: search(store, like=like())
    yield (
        "like a moment, among those with a label",
        lambda: search(store, narrow=Narrow(label=label(6, 100)), like=like()),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--moments", type=int, default=100_000)
    parser.add_argument("--length", type=int, default=256, help="of a vector")
    parser.add_argument("--repeats", type=int, default=40)
    parser.add_argument("--folder", type=Path, help="where to make the library; default: a temporary folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder, Store.open(Path(folder), create=True) as store:
        seconds = timed(lambda: fill(store, options.moments, options.length)) / 1000
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6
        lines = [
            f"# Search in {options.moments:,} moments",
            "",
            f"`python -m benchmarks.search --moments {options.moments}` on {platform.system()} {platform.machine()}, "
            f"{os.cpu_count()} cores: made-up moments",
            f"of {len(store.videos())} videos, {size:.0f} MB, filled in {seconds:.0f} s. Milliseconds.",
            "",
            "| what | median | 95 % below | repeats |",
            "|---|---|---|---|",
        ]
        random = np.random.default_rng(2)
        first = store.vectors(store.videos()[0].id)[0].vector
        lines.append(row("making the cache of vectors, once after a change", [timed(lambda: store.nearest(first, 1))]))
        for name, action in searches(store, random):
            lines.append(row(name, [timed(action) for _ in range(options.repeats)]))
        forgets = [timed(lambda: store.forget(store.videos()[0].id)) for _ in range(3)]
        lines.append(row("forget a video", forgets))
    result = RESULTS / f"search-{options.moments}.md"
    result.write_text("\n".join(lines) + "\n", "utf-8")
    print(result.read_text("utf-8"))


if __name__ == "__main__":
    main()
