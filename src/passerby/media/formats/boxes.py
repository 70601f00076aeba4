"""The boxes of an MP4, MOV or HEIF file: ISO/IEC 14496-12. Their contents are left to those who look for something."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MOST = 1 << 24  # bytes of one box that are read: more than any that is read here has


@dataclass(frozen=True, slots=True)
class BmffBox:
    """One box, of which only the head was read."""

    file: BinaryIO
    kind: bytes  # four of them
    start: int  # of what is in it
    end: int
    is_whole: bool = True  # False: the file ends before it, or what it is in

    def data(self) -> bytes:
        """What is in it, as far as the file goes."""
        self.file.seek(self.start)
        return self.file.read(min(self.end - self.start, _MOST))

    def nested(self, skip: int = 0) -> Iterator["BmffBox"]:
        """The boxes in it, after so many bytes; none where there are none."""
        return boxes(self.file, self.start + skip, self.end)

    def first_nested(self, kind: bytes, skip: int = 0) -> "BmffBox | None":
        """The first box of a kind in it."""
        return next((box for box in self.nested(skip) if box.kind == kind), None)

    def find(self, *path: bytes) -> Iterator["BmffBox"]:
        """All boxes at the end of a path of kinds, each within the one before."""
        for box in self.nested():
            if box.kind == path[0]:
                if len(path) == 1:
                    yield box
                else:
                    yield from box.find(*path[1:])


def whole_file(file: BinaryIO) -> BmffBox:
    """A file as the box that holds all others."""
    return BmffBox(file, b"file", 0, file.seek(0, 2))


def boxes(file: BinaryIO, start: int, end: int) -> Iterator[BmffBox]:
    """The boxes between two places of a file, up to the first that cannot be one."""
    while start + 8 <= end:
        file.seek(start)
        head = file.read(16)
        size, kind, body = int.from_bytes(head[:4], "big"), head[4:8], start + 8
        if size == 1:
            size, body = int.from_bytes(head[8:16], "big"), start + 16
        elif size == 0:
            size = end - start
        if size < body - start:
            return
        yield BmffBox(file, kind, body, min(start + size, end), start + size <= end)
        start += size
