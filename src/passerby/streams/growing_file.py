"""The fragments of an MP4 while it is being written: ISO/IEC 14496-12, 8.8; as media/write/fragments.py writes them."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from passerby.media.formats.boxes import BmffBox, boxes

# Of tfhd and trun: which of their fields are there.
_BASE, _DESCRIPTION, _TRACK_DURATION, _TRACK_SIZE, _TRACK_FLAGS = 0x1, 0x2, 0x8, 0x10, 0x20
_OFFSET, _FIRST_FLAGS, _DURATION, _SIZE, _FLAGS, _COMPOSITION = 0x1, 0x4, 0x100, 0x200, 0x400, 0x800
_IS_NO_KEY = 0x10000  # of a sample's flags


@dataclass(frozen=True, slots=True)
class LiveFragment:
    """One fragment, whole: ``moof`` and ``mdat``."""

    content: bytes
    seconds: float
    has_key: bool  # whether a picture in it stands for itself


class GrowingFile:
    """One such file, held open: it may be moved or removed meanwhile. Not for several threads at once."""

    def __init__(self, path: Path) -> None:
        """Raises OSError."""
        self._file = path.open("rb")
        self.state = os.fstat(self._file.fileno())
        self._place = 0
        self._scale = 0  # ticks a second
        self.head = b""  # ``ftyp`` and ``moov``, once they are there

    def close(self) -> None:
        self._file.close()

    def written(self) -> float:
        """When it was last written to, seconds since 1970."""
        return os.fstat(self._file.fileno()).st_mtime

    def read(self) -> Iterator[LiveFragment]:
        """The fragments that are whole by now and were not read before. Raises OSError."""
        moof: BmffBox | None = None
        for box in boxes(self._file, self._place, os.fstat(self._file.fileno()).st_size):
            if not box.is_whole:
                return
            if box.kind == b"moov":
                self.head = self._bytes(0, box.end)
                self._scale = _scale_of(box)
            elif box.kind == b"moof":
                moof = box
                continue
            elif box.kind == b"mdat" and moof is not None and self._scale:
                ticks, has_key = _measure(moof)
                yield LiveFragment(self._bytes(self._place, box.end), float(Fraction(ticks, self._scale)), has_key)
            self._place, moof = box.end, None

    def _bytes(self, start: int, end: int) -> bytes:
        self._file.seek(start)
        return self._file.read(end - start)


def _scale_of(moov: BmffBox) -> int:
    """The ticks a second of the track's clock; 0 where it has none."""
    head = next(moov.find(b"trak", b"mdia", b"mdhd"), None)
    if head is None:
        return 0
    data = head.data()
    start = 20 if data[:1] == b"\1" else 12
    return int.from_bytes(data[start : start + 4], "big")


def _measure(moof: BmffBox) -> tuple[int, bool]:
    """How many ticks the pictures of a fragment last, and whether one of them is a key frame."""
    ticks, has_key = 0, False
    for traf in moof.find(b"traf"):
        duration, flags = _defaults(traf)
        for run in traf.find(b"trun"):
            lasting, keyed = _measure_run(run.data(), duration, flags)
            ticks, has_key = ticks + lasting, has_key or keyed
    return ticks, has_key


def _defaults(traf: BmffBox) -> tuple[int, int]:
    """What lasts a sample, and what flags it has, where its run does not say it."""
    head = traf.first_nested(b"tfhd")
    data = head.data() if head is not None else b"\0" * 8
    told = int.from_bytes(data[1:4], "big")
    place = 8 + (8 if told & _BASE else 0) + (4 if told & _DESCRIPTION else 0)
    duration = int.from_bytes(data[place : place + 4], "big") if told & _TRACK_DURATION else 0
    place += (4 if told & _TRACK_DURATION else 0) + (4 if told & _TRACK_SIZE else 0)
    flags = int.from_bytes(data[place : place + 4], "big") if told & _TRACK_FLAGS else _IS_NO_KEY
    return duration, flags


def _measure_run(data: bytes, duration: int, flags: int) -> tuple[int, bool]:
    told, count = int.from_bytes(data[1:4], "big"), int.from_bytes(data[4:8], "big")
    place = 8 + (4 if told & _OFFSET else 0)
    first = int.from_bytes(data[place : place + 4], "big") if told & _FIRST_FLAGS else None
    place += 4 if told & _FIRST_FLAGS else 0
    fields = [field for field in (_DURATION, _SIZE, _FLAGS, _COMPOSITION) if told & field]
    ticks, has_key = 0, first is not None and not first & _IS_NO_KEY
    for number in range(min(count, (len(data) - place) // (4 * len(fields)) if fields else count)):
        start = place + number * 4 * len(fields)
        sample = {field: int.from_bytes(data[start + 4 * n :][:4], "big") for n, field in enumerate(fields)}
        ticks += sample.get(_DURATION, duration)
        if number or first is None:
            has_key = has_key or not sample.get(_FLAGS, flags) & _IS_NO_KEY
    return ticks, has_key
