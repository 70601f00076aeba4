"""Chapters for players, read back as FFmpeg reads them, and for descriptions."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from knowns import LENGTH, TICKS, known
from passerby.export.chapter_files import chapters_text, ffmetadata
from passerby.export.known import Known
from passerby.records import Shot
from passerby.store.chapters import Chapter
from passerby.times import Span

ODD = "a = b; # c \\ d"


def read(path: Path) -> list[Any]:
    with av.open(str(path), format="ffmetadata") as file:
        return list(file.chapters())


def chapter(second: float, name: str) -> Chapter:
    return Chapter(round(second * TICKS), name, "ada")


def long(seconds: int, **changes: object) -> Known:
    made = known(**changes)
    return replace(made, video=replace(made.video, duration=seconds * TICKS))


def test_ffmpeg_reads_each_shot_as_a_chapter_at_its_exact_times(tmp_path: Path) -> None:
    path = tmp_path / "street.ffmeta"
    path.write_bytes(ffmetadata(known()))
    first, second = read(path)
    assert first["time_base"] == Fraction(1, TICKS)
    assert (first["start"], first["end"]) == (0, 200_200)
    assert (second["start"], second["end"]) == (200_200, LENGTH)
    assert [each["metadata"]["title"] for each in (first, second)] == ["Shot 1: dog, car", "Shot 2: car, beach"]


def test_ffmpeg_reads_what_people_called_them(tmp_path: Path) -> None:
    path = tmp_path / "street.ffmeta"
    path.write_bytes(ffmetadata(known(chapters=(chapter(1, ODD),))))
    [only] = read(path)
    assert only["metadata"]["title"] == ODD
    assert (only["start"], only["end"]) == (TICKS, LENGTH)


def test_a_description_begins_at_nought() -> None:
    made = long(4000, chapters=(chapter(75.9, "The harbour"), chapter(3723, "Home")))
    assert chapters_text(made).decode() == "0:00 Start\n1:15 The harbour\n1:02:03 Home\n"


def test_short_shots_are_of_the_one_before_and_chapters_never() -> None:
    edges = [0, 4, 11, 15, 30, 38]
    shots = tuple(Shot(Span(a * TICKS, b * TICKS), 0) for a, b in zip(edges, [*edges[1:], 42], strict=True))
    told = chapters_text(long(42, shots=shots, tracks=(), tags=())).decode().splitlines()
    assert told == ["0:00 Shot 1", "0:11 Shot 3", "0:30 Shot 5"]
    people = tuple(chapter(second, f"at {second}") for second in (0, 2, 4))
    assert chapters_text(long(42, chapters=people)).decode() == "0:00 at 0\n0:02 at 2\n0:04 at 4\n"


@pytest.mark.parametrize(("write", "empty"), [(ffmetadata, b";FFMETADATA1\n"), (chapters_text, b"")])
def test_without_shots_there_is_nothing(write: object, empty: bytes) -> None:
    assert write(known(shots=(), tracks=(), tags=())) == empty  # type: ignore[operator]
