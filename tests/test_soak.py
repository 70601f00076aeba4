"""Law 5: adds, forgets, searches, checks and repairs side by side, killed at random; afterwards nothing is amiss."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from adding import LIMITS
from clips import make_clip
from indexing import job
from passerby.export.document import video_document
from passerby.pipeline.claim import claim
from passerby.pipeline.plan import STAGES
from passerby.pipeline.supervisor import Supervisor
from passerby.store.store import Store
from pictures import cuts
from processes import wait_for_the_end_of

SECONDS = 45
SEED = 5
SIZE = (160, 90)
BELONGS = re.compile(
    r"library\.db(-wal|-shm)?|claims|cache|cache/vectors-64\.bin|thumbnails|thumbnails/[0-9a-f]{64}-.*"
)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("soak")
    return [
        make_clip(folder / f"{k}.mp4", size=SIZE, rate=8, frames=24 + 4 * k, picture=cuts(SIZE, [12 + k, 12 + 3 * k]))
        for k in range(6)
    ]


def run(library: Path, clips: list[Path]) -> dict[str, Any]:
    """Soak in a session of its own; what it says. No process of it is left."""
    command = [sys.executable, "-W", "ignore", str(Path(__file__).with_name("soaking.py")), str(library)]
    soaking = subprocess.Popen(
        [*command, str(SECONDS), str(SEED), *map(str, clips)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    out, err = soaking.communicate(timeout=SECONDS + 120)
    wait_for_the_end_of(soaking.pid)
    assert (soaking.returncode, err) == (0, "")
    told: dict[str, Any] = json.loads(out)
    return told


def documents(library: Path, clips: list[Path]) -> list[dict[str, Any]]:
    """What is known of all clips when what is missing has been added."""
    jobs = [job(clip, library) for clip in clips]
    assert {outcome.status for outcome in Supervisor(LIMITS, lambda _: None).run(jobs)} <= {"done", "skipped"}
    with Store.open(library, create=False) as store:
        assert store.check() == []
        return sorted((video_document(store, video) for video in store.videos()), key=lambda each: each["name"])


def assert_every_video_is_wholly_there_or_not(library: Path) -> None:
    with Store.open(library, create=False) as store:
        assert store.check() == []
        for video in store.videos():
            assert video.status == "incomplete" or store.finished(video.id).keys() == STAGES.keys()
            with claim(library, video.id, lambda: pytest.fail("a lock is left behind")):
                pass
        packs = sum(bool(store.thumbnails(video.id)) for video in store.videos())
    assert len(list((library / "thumbnails").iterdir())) == packs
    names = [os.fspath(path.relative_to(library)) for path in library.rglob("*")]
    assert [name for name in names if not BELONGS.fullmatch(name)] == []


def test_nothing_is_lost_and_nothing_left_whoever_is_killed(tmp_path: Path, clips: list[Path]) -> None:
    told = run(tmp_path / "soaked", clips)
    assert told["wrong"] == []
    assert sum(count for end, count in told["counts"].items() if "killed" in end) > 30, told
    assert {"add: done", "forget: ok", "search: some hits", "doctor: ok", "repair: ok"} <= told["counts"].keys()
    assert_every_video_is_wholly_there_or_not(tmp_path / "soaked")
    assert documents(tmp_path / "soaked", clips) == documents(tmp_path / "undisturbed", clips)
