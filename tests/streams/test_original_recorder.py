"""What a source sends is kept as it was sent, in segments that can be played alone."""

import shutil
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from clips import make_clip
from live_things import Pauses, file_source, frames_of, next_notice
from passerby.media.read.frames import Frame, open_video
from passerby.streams.incoming import StreamNotice
from passerby.streams.original_recorder import RETRY_SECONDS, OriginalRecorder
from passerby.streams.segment_parts import ended_by_crash, parts_in
from passerby.streams.sent_packets import SentPacket
from passerby.streams.stream_reader import ReaderClock, read_stream
from passerby.streams.watch_source import WatchSource
from pictures import number_of
from rtsp_server import playing, rtsp_server


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def frames_in(path: Path) -> list[tuple[int, float]]:
    """The numbers of the pictures, and their times in seconds."""
    with open_video(path) as reader:
        base = reader.info.time_base
        return [
            (number_of(item.rgb(160, 90)), base.seconds(item.pts)) for item in reader.read() if isinstance(item, Frame)
        ]


@pytest.mark.parametrize("b_frames", [0, 2])
def test_segments_begin_with_key_frames_and_hold_every_picture(
    tmp_path: Path, stop: threading.Event, b_frames: int
) -> None:
    options = {"g": "12", "keyint_min": "12", "sc_threshold": "0", "preset": "ultrafast"}
    clip = make_clip(tmp_path / "clip.ts", frames=96, rate=24, b_frames=b_frames, options=options)
    recorder = OriginalRecorder(tmp_path, "gate", 1.0, clock=lambda: "unknown")
    frames, _ = frames_of(read_stream(file_source(clip), stop, recorder.take, clock=Pauses().clock), 90)
    recorder.finish()
    parts = recorder.ended()
    assert len(parts) == 4
    assert recorder.ended() == []
    found = [frames_in(part.video) for part in parts]
    assert [len(each) for each in found[:3]] == [24, 24, 24]
    numbers = [number for each in found for number, _ in each]
    assert numbers == list(range(len(numbers)))
    assert len(numbers) >= 88
    for each in found:
        assert each[0][1] == 0
        assert all(abs(after[1] - before[1] - 1 / 24) < 0.001 for before, after in pairwise(each))
    for part, following in pairwise(parts):
        segment = part.segment
        assert not segment.is_hidden
        assert segment.end_pts == pytest.approx(following.segment.start_pts, abs=2)
        assert segment.size_bytes == part.video.stat().st_size
    assert parts[0].segment.start == pytest.approx(frames[0].wall, abs=1e-3)


def test_packets_are_as_they_were_sent(tmp_path: Path, stop: threading.Event) -> None:
    clip = make_clip(tmp_path / "clip.ts", frames=30, b_frames=2)
    sent: list[SentPacket] = []
    frames, _ = frames_of(read_stream(file_source(clip), stop, sent.append, clock=Pauses().clock), 20)
    assert [each.dts for each in sent] == sorted({each.dts for each in sent})
    assert all(each.dts <= each.pts for each in sent)
    assert {frame.pts for frame in frames} <= {each.pts for each in sent}
    walls = {each.pts: each.wall for each in sent}
    assert all(walls[frame.pts] == pytest.approx(frame.wall, abs=0.2) for frame in frames)


def test_another_run_is_another_segment(tmp_path: Path, stop: threading.Event) -> None:
    path = make_clip(tmp_path / "growing.ts", frames=30, options={"g": "6", "preset": "ultrafast"})
    recorder = OriginalRecorder(tmp_path, "gate", 60.0, clock=lambda: "unknown")
    items = read_stream(file_source(path), stop, recorder.take, clock=Pauses().clock)
    frames_of(items, 25)
    make_clip(tmp_path / "next.ts", frames=30, size=(640, 360)).replace(path)
    next_notice(items, "ended")
    frames_of(items, 10)
    recorder.finish()
    first, second = recorder.ended()
    assert first.segment.run != second.segment.run
    assert frames_in(second.video)[0][0] == 0


def test_a_folder_that_is_gone_ends_no_reading(tmp_path: Path, stop: threading.Event) -> None:
    clip = make_clip(tmp_path / "clip.ts", frames=96, options={"g": "12", "preset": "ultrafast"})
    folder, seconds = tmp_path / "later", [0.0]
    recorder = OriginalRecorder(folder, "gate", 60.0, clock=lambda: "unknown", steady=lambda: seconds[0])
    items = read_stream(file_source(clip), stop, recorder.take, clock=Pauses().clock)
    frames_of(items, 30)
    assert "cannot be written" in recorder.problem
    folder.mkdir()
    frames_of(items, 12)  # it is not tried again at once
    seconds[0] = RETRY_SECONDS
    frames_of(items, 40)
    assert recorder.problem == ""
    recorder.hear(StreamNotice("lost", 0.0, "the camera is gone"))
    [part] = recorder.ended()
    assert "cannot be written" in part.segment.why
    assert frames_in(part.video)[0][0] == 48


def test_whenever_all_ends_half_a_second_is_lost(tmp_path: Path, stop: threading.Event) -> None:
    clip = make_clip(tmp_path / "clip.ts", frames=96, rate=24, options={"g": "12", "preset": "ultrafast"})
    folder, sent = tmp_path / "originals", list[SentPacket]()
    folder.mkdir()
    recorder = OriginalRecorder(folder, "gate", 60.0, clock=lambda: "unknown")

    def take(packet: SentPacket) -> None:
        sent.append(packet)
        recorder.take(packet)

    items = read_stream(file_source(clip), stop, take, clock=Pauses().clock)
    for round_ in range(9):
        frames_of(items, 10)
        copy = Path(shutil.copytree(folder, tmp_path / f"copy-{round_}"))
        [part] = parts_in(copy)
        left = ended_by_crash(part)
        came = len(sent) / 24
        kept = 0.0 if left is None else left.segment.end - left.segment.start
        assert came - kept <= 0.5 + 3 / 24


def test_what_a_camera_sends_can_be_taken_up_while_it_grows(tmp_path: Path, stop: threading.Event) -> None:
    """Its first packets have no times yet."""
    clip = make_clip(tmp_path / "clip.ts", frames=200, rate=20, options={"g": "10", "bf": "0"})
    recorder = OriginalRecorder(tmp_path, "gate", 60.0, clock=lambda: "unknown")
    with rtsp_server({"/gate": playing(clip)}) as server:
        source = WatchSource("gate", server.url("/gate"), "rtsp")
        frames, _ = frames_of(read_stream(source, stop, recorder.take), 40)
    [part] = parts_in(tmp_path)
    left = ended_by_crash(part)
    assert left is not None
    came = frames[-1].wall - part.segment.start
    assert came - (left.segment.end - left.segment.start) <= 0.5 + 3 / 20
    assert len({pts for _, pts in frames_in(part.video)}) == len(frames_in(part.video)) >= 25


def test_a_clock_that_is_set_back_begins_a_segment_that_says_so(tmp_path: Path, stop: threading.Event) -> None:
    clip = make_clip(tmp_path / "clip.ts", frames=96, rate=24, options={"g": "12", "preset": "ultrafast", "bf": "0"})
    was_set = threading.Event()
    clock = ReaderClock(wall=lambda: time.monotonic() + 1e9 - 3600 * was_set.is_set())
    recorder = OriginalRecorder(tmp_path, "gate", 60.0, clock=lambda: "synchronised")
    frames = 0
    for item in read_stream(file_source(clip), stop, recorder.take, clock=clock):
        if isinstance(item, StreamNotice):
            recorder.hear(item)
            continue
        frames += 1
        if frames == 30:
            was_set.set()
        if frames == 80:
            break
    recorder.finish()
    first, second = (part.segment for part in recorder.ended())
    assert first.run != second.run
    assert "the clock of this machine was set by -3600.0 s" in second.why
    assert first.start - 3600 < second.start < first.end
