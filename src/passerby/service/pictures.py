"""Single pictures of originals, for those who may see them: decoded when asked for, and kept nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from passerby.errors import MediaError
from passerby.media.read.frames import Frame, frame_at, open_video
from passerby.media.read.probe import look
from passerby.pictures import cut_around, fitted, jpeg
from passerby.processes.decoder import Decoder
from passerby.processes.limits import Limits
from passerby.records import Pixels, VideoInfo
from passerby.redact.make.preview import preview
from passerby.redact.plan.plan import Plan
from passerby.settings import Settings

SECONDS = 20.0  # for one picture
SHEET_SECONDS = 60.0  # for one of many tracks
RUN_SECONDS = 5  # between two tracks of a sheet, within which all frames are decoded instead of seeking
LONG_SIDE = 1280  # pixels, of a whole frame
TRACK_SIDE = 260  # pixels, of the picture of a track
TRACK_MARGIN = 0.6  # what is shown around the box of a track, as a share of its sides
QUALITY = 85


@dataclass(frozen=True, slots=True)
class HiddenFrame:
    """A frame as a copy shows it."""

    seconds: float  # when it begins
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class TrackPlace:
    """Where a track is, when a picture of it is made."""

    number: int
    seconds: Fraction
    box: tuple[float, float, float, float]  # in pixels of the upright frame


class Pictures:
    """Makes pictures, one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._decoder = Decoder(replace(Limits.of(settings), stall_seconds=SECONDS))
        # Beside it, so that nobody waits for pictures of tracks who wants to see the frame that was changed.
        self._sheets = Decoder(replace(Limits.of(settings), stall_seconds=SHEET_SECONDS))

    def frame(self, path: Path, seconds: Fraction, long_side: int = LONG_SIDE) -> bytes:
        """The frame at a time, as a JPEG. Raises MediaError."""
        return self._decoder.do(_frame_jpeg, path, seconds, long_side)

    def hidden_frame(self, path: Path, seconds: Fraction, plan: Plan, long_side: int = LONG_SIDE) -> HiddenFrame:
        """The frame at a time as the copy of a plan shows it. Raises MediaError, UsageError."""
        return self._decoder.do(_hidden_frame, path, seconds, plan, long_side)

    def track(self, path: Path, place: TrackPlace) -> bytes:
        """What a track hides, as a JPEG. Raises MediaError."""
        return self._decoder.do(_track_jpeg, path, place)

    def tracks(self, path: Path, places: Sequence[TrackPlace | None], side: int) -> bytes:
        """What tracks hide, as one JPEG of squares side by side; empty ones for None. Raises MediaError."""
        return self._sheets.do(_sheet_jpeg, path, tuple(places), side)

    def close(self) -> None:
        self._decoder.close()
        self._sheets.close()


def _frame_jpeg(path: Path, seconds: Fraction, long_side: int) -> bytes:
    return _scaled(path, _frame(path, seconds), long_side)


def _hidden_frame(path: Path, seconds: Fraction, plan: Plan, long_side: int) -> HiddenFrame:
    frame = _frame(path, seconds)
    layout = look(path)
    shown = preview(frame, layout, plan)
    return HiddenFrame(layout.info.time_base.seconds(frame.pts), _scaled(path, shown, long_side))


def _frame(path: Path, seconds: Fraction) -> Frame:
    return frame_at(path, look(path).info.time_base.ticks(seconds))


def _scaled(path: Path, frame: Frame, long_side: int) -> bytes:
    width, height = _size(path, long_side)
    return jpeg(frame.rgb(width, height), QUALITY)


def _size(path: Path, long_side: int) -> tuple[int, int]:
    info = look(path).info
    scale = min(1.0, long_side / max(info.width, info.height))
    return max(round(info.width * scale), 1), max(round(info.height * scale), 1)


def _track_jpeg(path: Path, place: TrackPlace) -> bytes:
    info = look(path).info
    cut = _cut_out(frame_at(path, _pts(info, place)), info, place)
    if not cut.size:
        raise MediaError(f"track {place.number} lies outside of the picture")
    return jpeg(fitted(cut, TRACK_SIDE), QUALITY)


def _pts(info: VideoInfo, place: TrackPlace) -> int:
    return round(place.seconds / info.time_base.tick)


def _cut_out(frame: Frame, info: VideoInfo, place: TrackPlace) -> Pixels:
    box = np.array(place.box, np.float32)
    return cut_around(frame.rgb(info.width, info.height), box, TRACK_MARGIN * (box[2:] - box[:2]))


def _sheet_jpeg(path: Path, places: Sequence[TrackPlace | None], side: int) -> bytes:
    info = look(path).info
    sheet = np.zeros((side, side * max(len(places), 1), 3), np.uint8)
    wanted = sorted((_pts(info, place), index) for index, place in enumerate(places) if place)
    for index, frame in _frames_at(path, wanted, info.time_base.ticks(RUN_SECONDS)):
        place = places[index]
        cut = None if place is None else _cut_out(frame, info, place)
        if cut is not None and cut.size:
            picture = fitted(cut, side)
            height, width = picture.shape[:2]
            top, left = (side - height) // 2, index * side + (side - width) // 2
            sheet[top : top + height, left : left + width] = picture[:side, :side]
    return jpeg(sheet, QUALITY)


def _frames_at(path: Path, wanted: Sequence[tuple[int, int]], run: int) -> Iterator[tuple[int, Frame]]:
    """The frames that are shown at times (pts, rising), each with what is wanted of it.

    Times that lie less than ``run`` ticks apart are reached by decoding on, others by seeking. Raises MediaError.
    """
    left = list(wanted)
    while left:
        first = left[0][0]
        yield left.pop(0)[1], (last := frame_at(path, first))
        if not left or left[0][0] - first > run:
            continue
        with open_video(path) as reader:
            if not reader.seek(first):
                continue
            for frame in (item for item in reader.read() if isinstance(item, Frame)):
                while left and left[0][0] < frame.pts and reader.is_settled:
                    yield left.pop(0)[1], last
                if not left or left[0][0] - frame.pts > run:
                    break
                last = frame if frame.pts >= first else last
