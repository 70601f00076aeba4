"""A video that kills its workers is not worked on for ever, and the others go on."""

import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from clips import make_clip
from fake_models import FakeModels
from passerby.cli.main import main
from passerby.errors import QuarantinedError
from passerby.executors.local import LocalExecutor
from passerby.files.discover import FoundFile
from passerby.library import Library
from passerby.pipeline.held_back import Quarantine
from passerby.pipeline.job import IndexJob
from passerby.pipeline.keys import plan
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.video_queue import VideoQueue
from passerby.processes.limits import Limits
from passerby.settings import Settings
from passerby.stages.base import Stage
from passerby.store.library import open_sink, open_store

STAGES = plan(["people"], Settings())
LIMITS = Limits(memory_mb=4096, stall_seconds=60, tries=3)


@dataclass(frozen=True)
class Poison(FakeModels):
    """Kills each process that opens it, and counts them in a folder."""

    marks: Path = field(default_factory=Path)

    def open(self, name: str, **parameters: Any) -> Any:
        (self.marks / str(os.getpid())).touch()
        os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("clips")
    return [make_clip(folder / f"{k}.mp4", size=(160, 90), frames=12 + k, rate=12) for k in range(2)]


@pytest.fixture
def library(tmp_path: Path) -> Path:
    open_store(tmp_path / "library", create=True).close()
    return tmp_path / "library"


def add(
    library: Path, clips: Iterable[Path], marks: Path, *, retry: bool = False, stages: tuple[Stage, ...] = STAGES
) -> dict[str, Outcome]:
    """Add clips, of which the first is poison while there are ``marks``."""
    quarantine = Quarantine(library, stages, FakeModels().weights_hash, retry=retry)
    models = {"0.mp4": Poison(marks=marks), "copy.mp4": Poison(marks=marks)} if marks.exists() else {}
    jobs = (
        IndexJob(file.location, partial(open_sink, library), stages, models.get(file.location.name, FakeModels()))
        for file in quarantine.admitted(map(FoundFile, clips))
    )
    queue = VideoQueue(jobs)
    results = map(queue.take, LocalExecutor(1, LIMITS, lambda _: None).run(queue))
    outcomes = [quarantine.noted(outcome) for outcome in results if outcome is not None]
    return {outcome.path.name: outcome for outcome in [*outcomes, *quarantine.held_back()]}


def test_what_has_killed_three_workers_is_held_back_until_it_is_tried_again(
    clips: list[Path], library: Path, tmp_path: Path
) -> None:
    (marks := tmp_path / "marks").mkdir()
    first = add(library, clips, marks)
    assert (first["0.mp4"].status, first["1.mp4"].status) == ("failed", "done")
    assert "its worker was killed by signal 9, 3 times" in first["0.mp4"].message
    assert "it is in quarantine: `passerby add --retry`" in first["0.mp4"].message

    copy = tmp_path / "copy.mp4"
    copy.write_bytes(clips[0].read_bytes())
    again = add(library, [*clips, copy], marks)
    assert again["1.mp4"].status == "skipped"
    for name in ("0.mp4", "copy.mp4"):  # the same content is the same work
        assert (again[name].status, again[name].error) == ("failed", QuarantinedError.__name__)
        assert "its worker was killed by signal 9, 3 times" in again[name].message
    assert len(list(marks.iterdir())) == 3
    (entry,) = Library(Settings(library=str(library))).quarantined()
    assert (entry.path, entry.failures, entry.reason) == (clips[0], 3, "was killed by signal 9")

    added = add(library, clips, tmp_path / "no marks", retry=True)
    assert added["0.mp4"].status == "done"
    with open_store(library, create=False) as store:
        assert store.quarantine.all() == []
        assert store.health.check() == []


def test_other_stages_are_other_work(clips: list[Path], library: Path, tmp_path: Path) -> None:
    (marks := tmp_path / "marks").mkdir()
    add(library, clips[:1], marks)
    others = plan(["shots"], Settings())
    assert add(library, clips[:1], tmp_path / "no marks", stages=others)["0.mp4"].status == "done"


def test_the_command_line_tells_of_it_and_how_to_go_on(
    clips: list[Path], library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def told(*arguments: str) -> str:
        with pytest.raises(SystemExit):
            main(["--library", str(library), *arguments])
        return "".join(capsys.readouterr())

    stages = plan(["shots"], Settings())
    models = Library(Settings(library=str(library))).models.open()
    for clip in clips:
        lost = Outcome(clip, "failed", "lost", lost=3, reason="was killed by signal 11")
        Quarantine(library, stages, models.weights_hash, retry=False).noted(lost)
    assert "0.mp4: is in quarantine since" in told("add", str(clips[0]), "--stages", "shots")
    listed = told("list")
    assert f"in quarantine: {clips[1]}: its worker was killed by signal 11, 3 times" in listed
    assert '"failures": 3' in told("list", "--json")
    assert "forgotten: 1.mp4 (it was in quarantine)" in told("forget", "1.mp4")
    assert "1 done" in told("add", str(clips[0]), "--stages", "shots", "--retry")
    assert "quarantine" not in told("list", "--json")
