"""A soak and what must hold of a library after it; for the test, and for the long form in benchmarks/soak.py."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from adding import LIMITS, WORKERS, outcomes
from clips import make_clip
from indexing import job
from passerby.executors.local import LocalExecutor
from passerby.export.insights import Insights
from passerby.records import Thumbnail
from passerby.stages import STAGES
from passerby.store.library import locks_of, open_store
from pictures import cuts
from processes import wait_for_the_end_of

SIZE = (160, 90)
BELONGS = re.compile(
    r"library\.db(-wal|-shm)?|claims|cache|cache/vectors-64\.bin|thumbnails|thumbnails/[0-9a-f]{64}-.*"
)


def make_clips(folder: Path) -> list[Path]:
    """Six clips of two shots and 3 to 6 seconds."""
    return [
        make_clip(folder / f"{k}.mp4", size=SIZE, rate=8, frames=24 + 4 * k, picture=cuts(SIZE, [12 + k, 12 + 3 * k]))
        for k in range(6)
    ]


def soak(library: Path, clips: list[Path], seconds: float, seed: int, kills: int = 0) -> dict[str, Any]:
    """Soak in a session of its own; its counts, and what was wrong. No process of it is left.

    With ``kills`` it ends before the time is over, once so many were killed and each operation has done its work.
    """
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("soaking.py")), str(library)]
    soaking = subprocess.Popen(
        [*command, str(seconds), str(kills), str(seed), *map(str, clips)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    out, err = soaking.communicate(timeout=seconds + 120)
    wait_for_the_end_of(soaking.pid)
    if soaking.returncode or err:
        raise AssertionError(f"exit code {soaking.returncode}: {err}")
    told: dict[str, Any] = json.loads(out)
    return told


def documents(library: Path, clips: list[Path]) -> list[dict[str, Any]]:
    """What is known of all clips when what is missing has been added."""
    jobs = [job(clip, library) for clip in clips]
    done = outcomes(LocalExecutor(WORKERS, LIMITS, lambda _: None).run(jobs))
    assert {outcome.status for outcome in done} <= {"done", "skipped"}
    with open_store(library, create=False) as store:
        assert store.health.check() == []
        return sorted(
            (Insights.of(store, video).document() for video in store.videos.all()), key=lambda each: each["name"]
        )


def _lock_left() -> None:
    raise AssertionError("a lock is left behind")


def assert_wholly_there_or_not(library: Path) -> None:
    """Every video is; nothing is wrong with the library, no lock held, no file too many."""
    with open_store(library, create=False) as store:
        assert store.health.check() == []
        for video in store.videos.all():
            assert video.status == "incomplete" or store.records.finished(video.id).keys() == STAGES.keys()
            with locks_of(library).video(video.id, _lock_left):
                pass
        packs = sum(bool(store.records.of(video.id, Thumbnail)) for video in store.videos.all())
    assert len(list((library / "thumbnails").iterdir())) == packs
    names = [os.fspath(path.relative_to(library)) for path in library.rglob("*")]
    assert [name for name in names if not BELONGS.fullmatch(name)] == []
