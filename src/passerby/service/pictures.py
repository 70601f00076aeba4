"""Single pictures of originals, for those who may see them: decoded when asked for, and kept nowhere."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import numpy as np

from passerby.errors import MediaError, UsageError
from passerby.media.read.frames import Frame, frame_at
from passerby.media.read.probe import look
from passerby.pictures import cut_around, fitted, jpeg
from passerby.processes.decoder import Decoder
from passerby.processes.limits import Limits
from passerby.redact.make.preview import preview
from passerby.redact.plan import plan_file
from passerby.redact.plan.plan import box_at
from passerby.settings import Settings

SECONDS = 20.0  # for one picture
LONG_SIDE = 1280  # pixels, of a whole frame
TRACK_SIDE = 260  # pixels, of the picture of a track
TRACK_MARGIN = 0.6  # what is shown around the box of a track, as a share of its sides
QUALITY = 85


@dataclass(frozen=True, slots=True)
class HiddenFrame:
    """A frame as a copy shows it."""

    seconds: float  # when it begins
    jpeg: bytes


class Pictures:
    """Makes pictures, one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._decoder = Decoder(replace(Limits.of(settings), stall_seconds=SECONDS))

    def frame(self, path: Path, seconds: Fraction, long_side: int = LONG_SIDE) -> bytes:
        """The frame at a time, as a JPEG. Raises MediaError."""
        return self._decoder.do(_frame_jpeg, path, seconds, long_side)

    def hidden_frame(self, path: Path, seconds: Fraction, plan: str, long_side: int = LONG_SIDE) -> HiddenFrame:
        """The frame at a time as the copy of a plan shows it. Raises MediaError, UsageError."""
        return self._decoder.do(_hidden_frame, path, seconds, plan, long_side)

    def track(self, path: Path, plan: str, number: int) -> bytes:
        """What a track of a plan hides, from the middle of it, as a JPEG. Raises MediaError, UsageError."""
        return self._decoder.do(_track_jpeg, path, plan, number)

    def close(self) -> None:
        self._decoder.close()


def _frame_jpeg(path: Path, seconds: Fraction, long_side: int) -> bytes:
    return _scaled(path, _frame(path, seconds), long_side)


def _hidden_frame(path: Path, seconds: Fraction, plan: str, long_side: int) -> HiddenFrame:
    frame = _frame(path, seconds)
    layout = look(path)
    shown = preview(frame, layout, plan_file.parse(plan, "the plan"))
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


def _track_jpeg(path: Path, plan_text: str, number: int) -> bytes:
    plan = plan_file.parse(plan_text, "the plan")
    track = next((track for track in plan.tracks if track.number == number), None)
    if track is None:
        raise UsageError(f"expected the number of a track of the plan, found {number}")
    # Where it is largest it is told best what it is.
    at = int(np.argmax((track.boxes[:, 2] - track.boxes[:, 0]) * (track.boxes[:, 3] - track.boxes[:, 1])))
    frame = frame_at(path, int(track.times[at]))
    width, height = plan.original.width, plan.original.height
    box = box_at(track, int(track.times[at]))
    cut = cut_around(frame.rgb(width, height), box, TRACK_MARGIN * (box[2:] - box[:2]))
    if not cut.size:
        raise MediaError(f"track {number} lies outside of the picture")
    return jpeg(fitted(cut, TRACK_SIDE), QUALITY)
