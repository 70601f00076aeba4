"""How far long work is, told in lines where there is no terminal."""

from pathlib import Path

import pytest

from passerby.cli.progress import CountProgress, LiveProgress
from passerby.cli.progress_lines import ProgressLines
from passerby.cli.throughput import Throughput
from passerby.progress import Progress


def told(steps: list[tuple[float, Progress]], videos: int, *, each_step: bool = False) -> list[str]:
    """The lines about these steps, each with the second at which it is heard."""
    written: list[str] = []
    run = Throughput(videos, began=0.0)
    lines = ProgressLines(written.append, 0.0, each_step=each_step)
    for now, step in steps:
        run.hear(step)
        lines.update(step, run, now)
    return written


def test_the_first_line_comes_soon_and_the_next_ones_less_and_less_often() -> None:
    steps = [(float(now), Progress(Path("a.mp4"), "indexing", now, 10_000.0)) for now in range(5_000)]
    lines = told(steps, videos=1)
    assert lines[0] == "at work: a.mp4: indexing 0%"
    assert 10 < len(told(steps[:150], videos=1)) < 17
    assert 85 < len(lines) < 130
    assert lines[-1].startswith("at work: a.mp4: indexing 50%, about 1 h 2")


def test_of_many_videos_all_are_told_of_together() -> None:
    steps = [(60.0, Progress(Path("a.mp4"), "indexing", 300.0, 600.0))]
    assert told(steps, videos=5) == ["at work: 0 of 5 videos, 5.0 h of footage an hour, 10%, about 9 min left"]


def test_of_a_copy_all_steps_count() -> None:
    path = Path("a.mp4")
    run = Throughput(1, began=0.0)
    for step, share in (("looking", 0.35), ("writing", 0.8), ("auditing", 0.95)):
        run.hear(Progress(path, step, 5.0, 10.0))  # type: ignore[arg-type]
        assert run.done == pytest.approx(share)
    with_a_plan = Throughput(1, began=0.0)
    with_a_plan.hear(Progress(path, "writing", 0.0, 10.0))
    assert with_a_plan.done == 0
    assert with_a_plan.left(now=100.0) is None


def test_each_step_is_told_if_that_is_asked_for() -> None:
    path = Path("a.mp4")
    steps = [(0.1, Progress(path, "looking", 0, 9)), (0.2, Progress(path, "looking", 1, 9))]
    steps += [(0.3, Progress(path, "writing", 0, 9))]
    assert told(steps, videos=1, each_step=True) == ["at work: a.mp4: looking", "at work: a.mp4: writing"]


@pytest.mark.parametrize(("loudness", "lines"), [("quiet", 0), ("verbose", 1)])
def test_quiet_says_nothing(capsys: pytest.CaptureFixture[str], loudness: str, lines: int) -> None:
    with LiveProgress(loudness) as progress:  # type: ignore[arg-type]
        progress.expect(3)
        progress.update(Progress(Path("a.mp4"), "indexing", 1.0, 2.0))
        progress.end(Path("a.mp4"))
        assert progress.ended == "1 of 3"
    with CountProgress("rows", "rows", loudness) as counting:  # type: ignore[arg-type]
        counting.update(1, 2)
    assert capsys.readouterr().err.count("\n") == lines
