"""The process of a source: what counts as late, and that a kill costs no more than what was not written yet."""

import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from av.video.frame import VideoFrame

from clips import make_clip
from passerby.store.library import open_store
from passerby.store.streams import StoredSegment
from passerby.streams.incoming import LiveFrame, StreamNotice
from passerby.streams.live_folder import original_folder, segment_folder
from passerby.streams.segment_parts import SegmentPart, ended_by_crash, parts_in
from passerby.streams.source_process import PIECE_SECONDS, lag_of
from passerby.streams.watch_source import WatchSource
from passerby.times import TimeBase
from rtsp_server import playing, rtsp_server
from watch_command import WatchCommand, watch_command

GATE = WatchSource("gate", "rtsp://camera.local/1", "rtsp")
WRITTEN = 2.0  # seconds of a segment that are on the disk before the kill


def live_frame(ago: float) -> LiveFrame:
    return LiveFrame(VideoFrame(64, 48, "yuv420p"), 0, TimeBase(Fraction(1, 1000)), time.time() - ago, 0)


def test_a_cameras_picture_is_late_when_it_waits() -> None:
    assert lag_of(GATE, live_frame(0), time.monotonic() - 3) >= 3


def test_pieces_of_a_playlist_come_late_by_themselves() -> None:
    source = replace(GATE, address="https://example.org/live.m3u8", kind="hls")
    assert lag_of(source, live_frame(-PIECE_SECONDS), 0) == 0
    assert lag_of(source, live_frame(PIECE_SECONDS + 4), 0) >= 4


def test_what_lies_in_a_file_is_never_late_and_notices_neither() -> None:
    assert lag_of(replace(GATE, address="/srv/long.ts", kind="file"), live_frame(1000), 0) == 0
    assert lag_of(GATE, StreamNotice("lost", 0), 0) == 0


@pytest.mark.parametrize(
    ("options", "folder"), [((), segment_folder), (("--keep-original",), original_folder)], ids=["hidden", "original"]
)
def test_what_was_written_before_a_kill_comes_into_the_library(
    tmp_path: Path, options: tuple[str, ...], folder: Callable[[str, str], Path]
) -> None:
    clip = make_clip(tmp_path / "clip.ts", size=(160, 90), frames=1200, rate=10, options={"g": "10", "bf": "0"})
    grows = folder(str(tmp_path / "library"), "gate")
    with rtsp_server({"/gate": playing(clip)}) as server:
        arguments = (server.url("/gate"), "--name", "gate", "--segment", "60s", *options)
        with watch_command(tmp_path, *arguments) as command:
            command.until(lambda: seconds_of(newest(grows)) >= WRITTEN)
            command.kill()
        written = newest(grows)
        assert written is not None
        with watch_command(tmp_path, *arguments) as command:
            command.until(lambda: written.segment.id in stored(command) and newest(grows) is not None)
            command.end()
    found = stored(command)
    first = found.pop(written.segment.id)
    assert first.end - first.start == pytest.approx(seconds_of(written))
    assert first.is_hidden is not bool(options)
    second = min((each for each in found.values() if each.start > first.start), key=lambda each: each.start)
    assert second.gap == pytest.approx(second.start - first.end, abs=0.001)
    assert second.why


def newest(folder: Path) -> SegmentPart | None:
    """The last segment that has pictures, as it would be taken up now; None where there is none yet."""
    return next((whole for part in reversed(list(parts_in(folder))) if (whole := ended_by_crash(part))), None)


def seconds_of(part: SegmentPart | None) -> float:
    return 0.0 if part is None else part.segment.end - part.segment.start


def stored(command: WatchCommand) -> dict[str, StoredSegment]:
    """The segments in the library, by their ids."""
    with open_store(command.library, create=False) as store:
        return {segment.id: segment for segment in store.streams.segments("gate")}
