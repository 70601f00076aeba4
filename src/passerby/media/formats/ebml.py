"""The elements of a Matroska or WebM file: RFC 8794. Their contents are left to those who look for something."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

_MOST = 1 << 16  # bytes of one element that are read


@dataclass(frozen=True, slots=True)
class Element:
    """One element, of which only the head was read."""

    file: BinaryIO
    id: int  # with the bit that tells its length, as the RFC writes it
    start: int  # of what is in it
    end: int
    is_whole: bool = True  # False: the file ends before it, or what it is in

    def number(self) -> int:
        """What is in it, as an unsigned number."""
        self.file.seek(self.start)
        return int.from_bytes(self.file.read(min(self.end - self.start, 8)), "big")

    def data(self) -> bytes:
        """What is in it, as far as the file goes."""
        self.file.seek(self.start)
        return self.file.read(min(self.end - self.start, _MOST))

    def nested(self) -> Iterator["Element"]:
        """The elements in it; none where there are none."""
        return elements(self.file, self.start, self.end)

    def find(self, *path: int) -> Iterator["Element"]:
        """All elements at the end of a path of ids, each within the one before."""
        for element in self.nested():
            if element.id == path[0]:
                if len(path) == 1:
                    yield element
                else:
                    yield from element.find(*path[1:])


def whole_file(file: BinaryIO) -> Element:
    """A file as the element that holds all others."""
    return Element(file, 0, 0, file.seek(0, 2))


def elements(file: BinaryIO, start: int, end: int) -> Iterator[Element]:
    """The elements between two places of a file, up to the first that cannot be one.

    One that does not say how long it is goes on to the end of what it is in.
    """
    while start < end:
        file.seek(start)
        head = file.read(12)
        width = _width(head)
        size_width = _width(head[width:])
        if not 0 < width <= 4 or not size_width:
            return
        ids, sizes = head[:width], head[width : width + size_width]
        body = start + width + size_width
        size = int.from_bytes(sizes, "big") & ((1 << 7 * size_width) - 1)
        is_open = size == (1 << 7 * size_width) - 1
        start = end if is_open else body + size
        yield Element(file, int.from_bytes(ids, "big"), body, min(start, end), start <= end)


def _width(data: bytes) -> int:
    """How many bytes a number with its length in front takes; 0 for none."""
    return 9 - data[0].bit_length() if data and data[0] else 0
