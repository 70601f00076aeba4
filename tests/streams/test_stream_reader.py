"""A stream is read for ever, whatever it does."""

import threading
import time
import wave
from itertools import pairwise
from pathlib import Path

import pytest

from clips import corrupted, make_clip
from live_things import Pauses, file_source, frames_of, next_notice, number_in
from odd_clips import later_clock
from passerby.errors import UsageError
from passerby.streams.stream_reader import ReaderClock, read_stream
from passerby.streams.watch_source import WatchSource


@pytest.fixture
def stop() -> threading.Event:
    return threading.Event()


def test_a_file_is_read_while_it_grows(tmp_path: Path, stop: threading.Event) -> None:
    clip = make_clip(tmp_path / "whole.ts", frames=72).read_bytes()
    path = tmp_path / "growing.ts"
    path.write_bytes(clip[: len(clip) // 2])
    items = read_stream(file_source(path), stop, clock=Pauses().clock)
    first, notices = frames_of(items, 20)
    with path.open("ab") as file:
        file.write(clip[len(clip) // 2 :])
    rest, more = frames_of(items, 40)
    assert [number_in(frame) for frame in first + rest] == list(range(60))
    assert [notice.kind for notice in notices + more] == ["connected"]
    assert {frame.run for frame in first + rest} == {0}
    walls = [frame.wall for frame in first + rest]
    assert walls == sorted(set(walls))


def test_a_file_that_is_replaced_begins_a_run(tmp_path: Path, stop: threading.Event) -> None:
    path = make_clip(tmp_path / "growing.ts", frames=30)
    items = read_stream(file_source(path), stop, clock=Pauses().clock)
    frames_of(items, 25)
    make_clip(tmp_path / "next.ts", frames=30).replace(path)
    assert next_notice(items, "ended").retry_seconds > 0
    again, _ = frames_of(items, 10)
    assert {frame.run for frame in again} == {1}
    assert number_in(again[0]) == 0


def test_reading_ends_when_it_is_stopped(tmp_path: Path, stop: threading.Event) -> None:
    items = read_stream(file_source(make_clip(tmp_path / "growing.ts", frames=30)), stop)
    frames_of(items, 20)
    stop.set()
    assert all(not hasattr(item, "retry_seconds") for item in items)


def test_sound_alone_is_refused(tmp_path: Path, stop: threading.Event) -> None:
    path = tmp_path / "growing.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(400_000))
    items = read_stream(file_source(path), stop, clock=Pauses().clock)
    refused = next_notice(items, "refused")
    assert refused.message == "expected a stream with video, found only sound; name another stream of the camera"


def test_what_is_not_there_is_tried_later_and_later(tmp_path: Path, stop: threading.Event) -> None:
    pauses = Pauses()
    items = read_stream(file_source(tmp_path / "nothing.ts"), stop, clock=pauses.clock)
    told = [next_notice(items, "lost") for _ in range(9)]
    assert [notice.retry_seconds for notice in told] == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert "No such file" in told[0].message


def test_a_file_that_does_not_grow_is_told_as_silent_and_waited_for(tmp_path: Path, stop: threading.Event) -> None:
    path = make_clip(tmp_path / "growing.ts", frames=30)
    items = read_stream(file_source(path), stop, silence=0.3)
    assert next_notice(items, "silent").message == "nothing came for 0.3 s"
    assert not stop.is_set()


def test_the_clock_of_mpeg_starts_again_within_a_run(tmp_path: Path, stop: threading.Event) -> None:
    clip = make_clip(tmp_path / "clip.ts", frames=72)
    start = (1 << 33) - 90_000 - 90_000 // 2  # a second and a half before it does
    path = later_clock(clip, tmp_path / "growing.ts", start)
    frames, notices = frames_of(read_stream(file_source(path), stop, clock=Pauses().clock), 60)
    assert {frame.run for frame in frames} == {0}
    assert [notice.kind for notice in notices] == ["connected"]
    assert {after.pts - before.pts for before, after in pairwise(frames)} == {3750}


@pytest.mark.parametrize(("step", "runs"), [(-3600.0, {0, 1}), (3.0, {0})])
def test_a_clock_that_is_set_begins_a_run_if_it_was_far_off(
    tmp_path: Path, stop: threading.Event, step: float, runs: set[int]
) -> None:
    path = make_clip(tmp_path / "growing.ts", frames=72)
    was_set = threading.Event()
    clock = ReaderClock(wall=lambda: time.monotonic() + 1e9 + (step if was_set.is_set() else 0.0))
    items = read_stream(file_source(path), stop, clock=clock)
    before, _ = frames_of(items, 20)
    was_set.set()
    after, notices = frames_of(items, 20)
    assert {frame.run for frame in before + after} == runs
    assert [notice.message for notice in notices] == ["the clock of this machine was set by -3600.0 s"] * (
        len(runs) - 1
    )
    expected = step if len(runs) > 1 else 0.0
    assert after[-1].wall - before[-1].wall == pytest.approx(expected, abs=2)


def test_damage_is_told_at_most_once_in_ten_seconds(tmp_path: Path, stop: threading.Event) -> None:
    whole = make_clip(tmp_path / "clip.ts", frames=120, options={"g": "6", "preset": "ultrafast"})
    path = corrupted(whole, tmp_path / "growing.ts")
    told = iter(range(10**9))
    clock = ReaderClock(steady=lambda: next(told) * 0.01)  # seconds go by as it is asked
    items = read_stream(file_source(path), stop, clock=clock, silence=1e9)
    _, notices = frames_of(items, 100)
    kinds = [notice.kind for notice in notices]
    assert kinds[0] == "connected"
    assert kinds.count("damaged") == 1


def test_a_folder_is_no_stream(stop: threading.Event) -> None:
    with pytest.raises(UsageError, match="found a folder"):
        next(read_stream(WatchSource("drop", "/srv/drop", "folder"), stop))
