"""Hidden pictures become segments that follow one another, and that are whole up to half a second whenever all ends."""

import shutil
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hidden_frames import RATE, WALL, hidden_frame, hidden_frames
from passerby.errors import MediaError, OutputError
from passerby.media.read.frames import Frame, open_video
from passerby.streams.live_hiding import HiddenLiveFrame
from passerby.streams.segment_parts import SegmentPart, ended_by_crash, parts_in
from passerby.streams.segment_recorder import SegmentRecorder

LOST = 0.5 * RATE + 2  # pictures of a fragment, one that is being encoded, and one whose length is not known yet


def recorded(recorder: SegmentRecorder, frames: Iterable[HiddenLiveFrame]) -> list[SegmentPart]:
    """The segments of these pictures, the last one ended too."""
    ended = [recorder.push(frame) for frame in frames] + [recorder.finish()]
    return [part for part in ended if part is not None]


def seconds_in(path: Path) -> list[float]:
    """When the pictures of a file are shown."""
    try:
        with open_video(path) as reader:
            base = reader.info.time_base
            return [base.seconds(item.pts) for item in reader.read() if isinstance(item, Frame)]
    except MediaError:
        return []


@pytest.fixture
def recorder(tmp_path: Path) -> SegmentRecorder:
    return SegmentRecorder(tmp_path, "gate", 2.0, clock=lambda: "synchronised")


def test_segments_follow_one_another(recorder: SegmentRecorder, tmp_path: Path) -> None:
    parts = recorded(recorder, hidden_frames(0, 50))
    assert [len(seconds_in(part.video)) for part in parts] == [20, 20, 10]
    segments = [part.segment for part in parts]
    assert [(each.start_pts, each.end_pts) for each in segments] == [(0, 2000), (2000, 4000), (4000, 5000)]
    assert [(each.start, each.end) for each in segments] == [
        (WALL, WALL + 2), (WALL + 2, WALL + 4), (WALL + 4, WALL + 5),
    ]  # fmt: skip
    assert len({each.run for each in segments}) == 1
    assert {(each.is_hidden, each.clock, each.time_base) for each in segments} == {(True, "synchronised", (1, 1000))}
    assert [each.size_bytes for each in segments] == [part.video.stat().st_size for part in parts]
    assert list(parts_in(tmp_path)) == parts


@pytest.mark.parametrize("other", [{"run": 1}, {"size": (640, 360)}], ids=["another run", "another size"])
def test_what_is_no_going_on_is_another_segment(recorder: SegmentRecorder, other: dict[str, object]) -> None:
    first = list(hidden_frames(0, 8))
    parts = recorded(recorder, [*first, *hidden_frames(8, 6, **other)])
    assert [len(seconds_in(part.video)) for part in parts] == [8, 6]
    assert (parts[0].segment.run == parts[1].segment.run) is ("run" not in other)


def test_processes_have_runs_of_their_own(tmp_path: Path) -> None:
    parts = [recorded(SegmentRecorder(tmp_path, "gate", 2.0), hidden_frames(0, 5))[0] for _ in range(2)]
    assert parts[0].segment.run != parts[1].segment.run


def test_what_nobody_looked_at_is_noted(recorder: SegmentRecorder) -> None:
    looked = [index not in (3, 4, 5, 12) for index in range(20)]
    [part] = recorded(recorder, (hidden_frame(index, looked=each) for index, each in enumerate(looked)))
    assert part.segment.unlooked == ((0.3, 0.6), (1.2, 1.3))


def test_a_gap_has_the_reason_that_was_told(recorder: SegmentRecorder) -> None:
    recorder.interrupted("the camera is gone")
    parts = recorded(recorder, hidden_frames(0, 25))
    assert [part.segment.why for part in parts] == ["the camera is gone", ""]


def test_whenever_all_ends_half_a_second_is_lost(recorder: SegmentRecorder, tmp_path: Path) -> None:
    copies = tmp_path / "copies"
    for index, frame in enumerate(hidden_frames(0, 19)):
        recorder.push(frame)
        shutil.rmtree(copies, ignore_errors=True)
        shutil.copytree(tmp_path, copies, ignore=shutil.ignore_patterns("copies"))
        [part] = parts_in(copies)
        assert not part.is_ended
        shown = seconds_in(part.video)
        assert shown == [number / RATE for number in range(len(shown))]
        assert index + 1 - len(shown) <= LOST
        left = ended_by_crash(part)
        assert (left is None) is (not shown)
        if left is not None:
            assert left.segment.end - left.segment.start == pytest.approx(len(shown) / RATE)
            assert left.segment.size_bytes == part.video.stat().st_size


def test_a_folder_that_is_gone_costs_one_segment(recorder: SegmentRecorder, tmp_path: Path) -> None:
    frames = hidden_frames(0, 40)
    recorder.push(next(frames))
    aside = tmp_path.with_name("aside")
    tmp_path.rename(aside)
    with pytest.raises(OutputError, match="cannot be written"):
        recorded(recorder, frames)
    aside.rename(tmp_path)
    recorder.interrupted("the folder was gone")
    [part] = recorded(recorder, hidden_frames(40, 5))
    assert (part.segment.start, part.segment.why) == (WALL + 4, "the folder was gone")


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_berlin")
def test_the_hour_that_comes_twice_in_autumn_is_two_hours(recorder: SegmentRecorder) -> None:
    change = datetime(2026, 10, 25, 1, 0, tzinfo=UTC).timestamp()  # 3:00 there, which is 2:00 again
    parts = recorded(recorder, hidden_frames(0, 40, wall=change - 2))
    assert [part.segment.start - change for part in parts] == [-2, 0]
    assert ["T00-59-58Z" in parts[0].segment.id, "T01-00-00Z" in parts[1].segment.id] == [True, True]
