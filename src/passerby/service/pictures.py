"""Single pictures of originals, for those who may see them: decoded when asked for, in a process of its own, and kept
nowhere.

A file that crashes its decoder, fills the memory or hangs costs that picture only.
"""

import resource
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

import cv2
import numpy as np

from passerby.errors import MediaError, UnreadableError, UsageError
from passerby.media.frames import Frame, frame_at
from passerby.media.planes import writable
from passerby.media.probe import look
from passerby.pipeline.worker import end_with_the_supervisor
from passerby.records import Pixels
from passerby.redact import plan_file
from passerby.redact.effects import hide
from passerby.redact.hiding import Hiding
from passerby.redact.plan import Plan, box_at, whole_pixels

SECONDS = 20.0  # for one picture
MEMORY = 3 << 30  # bytes, of the process
LONG_SIDE = 1280  # pixels, of a whole frame
TRACK_SIDE = 260  # pixels, of the picture of a track
AROUND = 0.6  # what is shown around the box of a track, as a share of its sides
QUALITY = 85

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class HiddenFrame:
    """A frame as a copy shows it."""

    seconds: float  # when it begins
    jpeg: bytes


class Pictures:
    """Makes pictures, one after the other."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._lock = threading.Lock()

    def frame(self, path: Path, seconds: Fraction, long_side: int = LONG_SIDE) -> bytes:
        """The frame at a time, as a JPEG. Raises MediaError."""
        return self._make(_frame_jpeg, path, seconds, long_side)

    def hidden_frame(self, path: Path, seconds: Fraction, plan: str, long_side: int = LONG_SIDE) -> HiddenFrame:
        """The frame at a time as the copy of a plan shows it. Raises MediaError, UsageError."""
        return self._make(_hidden_frame, path, seconds, plan, long_side)

    def track(self, path: Path, plan: str, number: int) -> bytes:
        """What a track of a plan hides, from the middle of it, as a JPEG. Raises MediaError, UsageError."""
        return self._make(_track_jpeg, path, plan, number)

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _make(self, make: Callable[..., _Made], path: Path, *arguments: Any) -> _Made:
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPoolExecutor(1, get_context("spawn"), _limit)
            try:
                return self._pool.submit(make, path, *arguments).result(SECONDS)
            except (FutureTimeoutError, BrokenProcessPool, MemoryError) as error:
                self._drop()
                raise UnreadableError(
                    f"{path}: expected a picture within {SECONDS:g} s, found that its decoder failed; "
                    "play the file in another program"
                ) from error

    def _drop(self) -> None:
        """End the process, whatever it does."""
        if self._pool is not None:
            for process in list((self._pool._processes or {}).values()):
                process.kill()
            self._pool.shutdown(wait=False, cancel_futures=True)
            self._pool = None


def _limit() -> None:
    threading.Thread(target=end_with_the_supervisor, name="orphan watch", daemon=True).start()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    cv2.setNumThreads(1)


def _frame_jpeg(path: Path, seconds: Fraction, long_side: int) -> bytes:
    return _scaled(path, _frame(path, seconds), long_side)


def _hidden_frame(path: Path, seconds: Fraction, plan: str, long_side: int) -> HiddenFrame:
    frame = _frame(path, seconds)
    shown = _hidden(path, frame, plan_file.parse(plan, "the plan"))
    return HiddenFrame(look(path).info.time_base.seconds(frame.pts), _scaled(path, shown, long_side))


def _frame(path: Path, seconds: Fraction) -> Frame:
    return frame_at(path, look(path).info.time_base.ticks(seconds))


def _scaled(path: Path, frame: Frame, long_side: int) -> bytes:
    width, height = _size(path, long_side)
    return _jpeg(frame.rgb(width, height))


def _hidden(path: Path, frame: Frame, plan: Plan) -> Frame:
    layout = look(path)
    picture, planes = writable(frame.picture)
    hide(planes, Hiding(plan, layout.placement).at(frame.pts), plan.policy.style, plan.policy.shape)
    return Frame(frame.pts, frame.duration, picture, frame.scaler)


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
    margin = AROUND * (box[2:] - box[:2])
    around = whole_pixels([np.concatenate([box[:2] - margin, box[2:] + margin])], width, height)
    if not len(around):
        raise MediaError(f"track {number} lies outside of the picture")
    x1, y1, x2, y2 = around[0].tolist()
    cut: Pixels = frame.rgb(width, height)[y1:y2, x1:x2]
    factor = TRACK_SIDE / max(cut.shape[:2])
    size = max(round(cut.shape[1] * factor), 1), max(round(cut.shape[0] * factor), 1)
    return _jpeg(cv2.resize(cut, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC))


def _jpeg(rgb: Pixels) -> bytes:
    return bytes(cv2.imencode(".jpg", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])
