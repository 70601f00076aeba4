"""Long videos in parts: the time of one worker against that of several parts, and what dividing a video costs.

    .venv/bin/python -m benchmarks.parts [--seconds 120] [--rounds 2] [--only-cut]

The clips are those of ``benchmarks.index``, 1920x1080, over and over: "cut" has a cut every 15 s, "one shot" none. They
are shorter than what is divided otherwise, and add the same costs for each part: the models are opened, and a video is
read twice. Time passed, on the cores of this machine, and time of its processors, which does not depend on how many
others work on it. All of a table is of one run, in turns. Writes ``results/parts.md``.
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
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.index import CACHE, encode, make, repeat, scenes
from passerby.executors.local import LocalExecutor
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.pipeline.default_stages import usual_stages
from passerby.pipeline.job import IndexJob
from passerby.pipeline.keys import plan
from passerby.pipeline.parts.borders import PartLimits
from passerby.pipeline.video_queue import VideoQueue
from passerby.processes.cores import available_cores
from passerby.processes.limits import Limits
from passerby.settings import Settings
from passerby.store.library import open_sink

RESULT = Path(__file__).parent / "results" / "parts.md"
PIECE_SECONDS, SCENE_SECONDS, RATE = 30, 15, 25
SETTINGS = Settings(threads=1)
LIMITS = Limits(memory_mb=4096, stall_seconds=600)
CASES = ((1, 1), (1, 2), (2, 2))  # workers, parts


@dataclass(frozen=True)
class Run:
    """One adding of a video."""

    seconds: float
    processor_seconds: float


def clips(seconds: int, *, with_shot: bool) -> dict[str, Path]:
    """The clips, each of so many seconds."""
    folder = CACHE / "parts"
    folder.mkdir(parents=True, exist_ok=True)
    times = seconds // PIECE_SECONDS
    cut = make(folder / "piece.mp4", PIECE_SECONDS, SCENE_SECONDS)
    found = {"cut": repeat(cut, folder / f"cut-{seconds}.mp4", times)}
    if with_shot:
        shot = folder / f"shot-{seconds}.mp4"
        found["one shot"] = shot if shot.exists() else encode(shot, scenes(seconds * RATE, seconds * RATE))
    return found


def add(clip: Path, workers: int, parts: int) -> Run:
    models = CatalogModels(Path("/nowhere"), RuntimeOptions("cpu", SETTINGS.threads), SETTINGS)
    stages = plan(usual_stages(SETTINGS, models).names, SETTINGS)
    limits = PartLimits(parts, from_seconds=0, shortest_seconds=1)
    library = Path(tempfile.mkdtemp())
    queue = VideoQueue([IndexJob(clip, partial(open_sink, library), stages, models, parts=limits)])
    before, began = _used(), time.monotonic()
    with closing(LocalExecutor(workers, LIMITS, lambda _: None).run(queue)) as results:
        outcomes = [outcome for outcome in map(queue.take, results) if outcome is not None]
    found = Run(time.monotonic() - began, _used() - before)
    shutil.rmtree(library)
    if [outcome.status for outcome in outcomes] != ["done"]:
        sys.exit(f"expected one video that is done, found {outcomes}")
    return found


def _used() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def table(seconds: int, rounds: int, *, with_shot: bool) -> list[str]:
    rows = []
    for name, clip in clips(seconds, with_shot=with_shot).items():
        runs = {case: list[Run]() for case in CASES}
        for _ in range(rounds):
            for case in CASES:
                runs[case].append(add(clip, *case))
        whole = _medians(runs[CASES[0]])
        for (workers, parts), found in runs.items():
            passed, used = _medians(found)
            rows.append(
                f"| {name} | {parts} | {workers} | {passed:.0f} s | {whole[0] / passed:.2f} | {used:.0f} s | "
                f"{used / whole[1]:.2f} |"
            )
    return rows


def _medians(runs: list[Run]) -> tuple[float, float]:
    return statistics.median(run.seconds for run in runs), statistics.median(run.processor_seconds for run in runs)


def main() -> None:
    parser = argparse.ArgumentParser(description="Time adding in parts.")
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only-cut", action="store_true", help="leave the clip of one shot out")
    options = parser.parse_args()
    rows = table(options.seconds, options.rounds, with_shot=not options.only_cut)
    RESULT.write_text(
        "\n".join(
            [
                "# Long videos in parts",
                "",
                f"`python -m benchmarks.parts`: {options.seconds} s of 1920x1080, 25 frames/s, H.264; medians of "
                f"{options.rounds} rounds;",
                f"{available_cores()} cores of {platform.processor() or platform.machine()}, which "
                f"{os.getloadavg()[0]:.0f} processes wanted on average. Gain: the time of one worker",
                "and one part against this. Work: the time of processors against that.",
                "",
                "| clip | parts | workers | time | gain | processors | work |",
                "|---|---|---|---|---|---|---|",
                *rows,
                "",
            ]
        )
    )
    print("\n".join(rows))


if __name__ == "__main__":
    main()
