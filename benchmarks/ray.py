"""Ray beside the local engine: the speed of adding short videos, and what one unit of no work costs its driver.

    .venv/bin/python -m benchmarks.ray [--videos 20] [--seconds 10] [--rounds 2] [--units 10000]

The videos are made here: two shots of moving texture, 640x360, all different. Two workers add them with all stages of
the core models, on the local engine and on a cluster that runs in turns, since other work on the machine changes the
times by more than what is measured. Starting up, until the first sign of the first video, is told apart. Units of
no work go through a cluster that runs; what they cost is the time that the driver's two processes have used of the
processors, less that of a run with one unit. Writes ``results/ray.md``.
"""

import argparse
import os
import platform
import resource
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
RESULT = HERE / "results" / "ray.md"
WORKERS = 2
SIZE, RATE = (640, 360), 25

sys.path.insert(0, str(HERE.parent / "tests"))
from clips import make_clip  # noqa: E402  its folder is known just now
from passerby.executors.base import open_executor  # noqa: E402
from passerby.library import Library  # noqa: E402
from passerby.progress import Progress  # noqa: E402
from passerby.settings import Settings  # noqa: E402
from pictures import cuts  # noqa: E402
from ray_clusters import SETTINGS, ray_cluster  # noqa: E402
from small_jobs import Square  # noqa: E402


@dataclass(frozen=True)
class Run:
    """One adding of all videos."""

    start_seconds: float  # until the first sign of a video
    work_seconds: float  # from then on


def make_videos(folder: Path, count: int, seconds: int) -> list[Path]:
    """Videos of two shots each, none like another."""
    shots = [seconds * RATE // 2] * 2
    return [
        make_clip(
            folder / f"{k:02}.mp4", size=SIZE, frames=sum(shots), rate=RATE, picture=cuts(SIZE, shots, seed=2 * k)
        )
        for k in range(count)
    ]


def add(videos: Sequence[Path], engine: str, library: Path) -> Run:
    began = time.monotonic()
    first: list[float] = []

    def hear(_: Progress) -> None:
        if not first:
            first.append(time.monotonic())

    outcomes = Library(Settings(library=str(library), engine=engine, workers=WORKERS)).add(*videos, on_progress=hear)
    ended = time.monotonic()
    shutil.rmtree(library)
    if failed := [outcome.message for outcome in outcomes if outcome.status != "done"]:
        sys.exit("\n".join(failed))
    return Run(first[0] - began, ended - first[0])


def driver_seconds(engine: str, units: int) -> tuple[float, float]:
    """Time of processors that the driver of so many units has used, in both of its processes, and time that passed."""
    before, began = _used(), time.monotonic()
    executor = open_executor(Settings(engine=engine, workers=WORKERS), lambda _: None)
    done = sum(1 for _ in executor.run([Square(1)] * units))
    if done != units:
        sys.exit(f"expected {units} results, found {done}")
    return _used() - before, time.monotonic() - began


def _used() -> float:
    """Of this process, and of those that it has started and that have ended."""
    found = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--videos", type=int, default=20)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--units", type=int, default=10_000)
    options = parser.parse_args()
    os.environ.update(SETTINGS)
    with tempfile.TemporaryDirectory() as name, ray_cluster(jobs=WORKERS) as cluster:
        folder = Path(name)
        one, _ = driver_seconds(cluster.engine, 1)
        many, passed = driver_seconds(cluster.engine, options.units)
        unit_ms = (many - one) / (options.units - 1) * 1000
        print(f"{unit_ms:.2f} ms a unit, {passed:.0f} s in all", flush=True)
        videos = make_videos(folder, options.videos, options.seconds)
        _, own = driver_seconds("ray", 1)
        print(f"{own:.1f} s for a cluster of its own", flush=True)
        runs: dict[str, list[Run]] = {"local": [], cluster.engine: []}
        for _ in range(options.rounds):
            for engine, found in runs.items():
                found.append(add(videos, engine, folder / "library"))
                print(engine, found[-1], flush=True)
        lines = report(runs, options, own, (unit_ms, passed))
    RESULT.write_text("\n".join(lines) + "\n")


def report(
    runs: dict[str, list[Run]], options: argparse.Namespace, own: float, units: tuple[float, float]
) -> list[str]:
    """``own`` is how long a cluster of its own takes; ``units`` are those of no work: milliseconds of each, and all."""
    footage = options.videos * options.seconds
    local = statistics.median(run.work_seconds for run in runs["local"])
    names = ("local", "a cluster that runs")
    return [
        "# Ray beside the local engine",
        "",
        f"`python -m benchmarks.ray`, {options.videos} videos of {options.seconds} s, {SIZE[0]}x{SIZE[1]}, "
        f"{WORKERS} workers, medians of {options.rounds}",
        f"rounds in turns, on {os.cpu_count()} cores ({platform.system()} {platform.machine()}, Python "
        f"{platform.python_version()}), other work beside it: {os.getloadavg()[0]:.0f} processes waited for them.",
        "",
        "| engine | starting up | adding | hours of footage an hour | speed beside local |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(
            f"| {name} | {statistics.median(run.start_seconds for run in found):.1f} s | {work:.1f} s "
            f"| {footage / work:.1f} | {local / work:.2f} |"
            for name, found in zip(names, runs.values(), strict=True)
            for work in [statistics.median(run.work_seconds for run in found)]
        ),
        "",
        f"`--engine ray` starts a cluster of its own first: {own:.0f} s with its end, for one unit of no work.",
        "",
        f"{options.units} units of no work on a cluster that runs: {units[0]:.2f} ms of the driver's processes a unit;",
        f"{units[1]:.0f} s in all, of which the jobs' processes, {WORKERS} at once, take the most.",
    ]


if __name__ == "__main__":
    main()
