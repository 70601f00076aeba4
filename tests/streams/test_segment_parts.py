"""What is known of a segment lies beside it, whole at any time, and is enough to take it up after a crash."""

from pathlib import Path

import pytest

from hidden_frames import hidden_frames
from passerby.streams.segment_parts import KNOWN, VIDEO, SegmentPart, ended_by_crash, parts_in
from passerby.streams.segment_recorder import SegmentRecorder
from watched_sources import segment


@pytest.fixture
def part(tmp_path: Path) -> SegmentPart:
    part = SegmentPart(tmp_path, segment("gate", 1000.0, unlooked=((1.0, 2.5),), why="lost"), is_ended=True)
    part.write()
    return part


def test_what_is_read_is_what_was_written(part: SegmentPart) -> None:
    assert list(parts_in(part.folder)) == [part]


def test_the_oldest_comes_first_and_no_folder_has_none(part: SegmentPart) -> None:
    other = SegmentPart(part.folder, segment("gate", 2000.0), is_ended=False)
    other.write()
    assert list(parts_in(part.folder)) == [part, other]
    assert list(parts_in(part.folder / "none")) == []


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"id": "x", "time_base": [1], "unlooked": []}'])
def test_what_was_never_whole_is_passed_over(part: SegmentPart, text: str) -> None:
    (part.folder / f"broken{KNOWN}").write_text(text, "utf-8")
    (part.folder / f"half{KNOWN}.part").write_text("{", "utf-8")
    assert list(parts_in(part.folder)) == [part]


def test_nothing_is_left_of_what_is_removed(part: SegmentPart) -> None:
    part.video.write_bytes(b"pictures")
    part.remove()
    part.remove()
    assert list(part.folder.iterdir()) == []


def test_a_crash_ends_a_segment_with_its_last_whole_fragment(tmp_path: Path) -> None:
    recorder = SegmentRecorder(tmp_path, "gate", 60.0)
    for frame in hidden_frames(0, 31):
        recorder.push(frame)
    [growing] = parts_in(tmp_path)
    for cut in (0, 300, growing.video.stat().st_size - 40):
        crashed = tmp_path / f"crashed-{cut}"
        crashed.mkdir()
        (crashed / growing.video.name).write_bytes(growing.video.read_bytes()[:cut])
        left = ended_by_crash(SegmentPart(crashed, growing.segment, is_ended=False))
        if cut <= 300:
            assert left is None
        else:
            assert left is not None
            assert left.is_ended
            assert 2.0 <= left.segment.end - left.segment.start < 3.1
            assert left.segment.end_pts - left.segment.start_pts == pytest.approx(
                1000 * (left.segment.end - left.segment.start), abs=1
            )


def test_a_segment_without_its_file_is_nothing(part: SegmentPart) -> None:
    assert not part.video.exists()
    assert ended_by_crash(part) is None
    part.video.write_bytes(b"no video")
    assert part.video.suffix == VIDEO
    assert ended_by_crash(part) is None
