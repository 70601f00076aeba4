"""What is known of a segment lies beside it, whole at any time, and is enough to take it up after a crash."""

from dataclasses import replace
from pathlib import Path

import av
import pytest

from clips import make_clip
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


def test_of_times_that_cannot_be_measured_what_was_noted_last_counts(tmp_path: Path) -> None:
    known = segment("gate", 1000.0, 4.0)
    part = SegmentPart(tmp_path, known, is_ended=False)
    repeated_times(part.video)
    left = ended_by_crash(part)
    assert left is not None
    assert (left.segment.end, left.segment.size_bytes) == (1004.0, part.video.stat().st_size)
    assert ended_by_crash(replace(part, segment=replace(known, end_pts=0, end=1000.0))) is None


def repeated_times(path: Path) -> None:
    """A video in fragments, of whose packets two are shown at the same time."""
    clip = make_clip(path.with_name("clip.mp4"), frames=24, rate=24)
    fragments = {"movflags": "frag_keyframe+empty_moov+default_base_moof"}
    with av.open(clip) as read, av.open(path, "w", options=fragments) as written:
        stream = written.add_stream_from_template(read.streams.video[0])
        for number, packet in enumerate(read.demux(read.streams.video[0])):
            if packet.dts is None:
                continue
            if number < 2:
                packet.pts, packet.dts = 1, number
            packet.stream = stream
            written.mux(packet)
