"""The last frames of a stream, by their number."""

from typing import Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Scalar = TypeVar("Scalar", bound=np.generic)


class Ring(Generic[Scalar]):
    """An array of the last ``size`` rows that were put in; a row keeps the number it was put in with."""

    def __init__(self, size: int, shape: tuple[int, ...], dtype: DTypeLike) -> None:
        self._rows: NDArray[Scalar] = np.zeros((size, *shape), dtype)
        self.count = 0  # rows put in so far; the numbers held are the last of 0..count - 1
        self._first = 0  # what was put in before is forgotten

    @property
    def oldest(self) -> int:
        """The number of the first row that is held."""
        return max(self.count - len(self._rows), self._first)

    def put(self, row: NDArray[Scalar] | float) -> None:
        self._rows[self.count % len(self._rows)] = row
        self.count += 1

    def __getitem__(self, number: int) -> NDArray[Scalar]:
        self._expect(number, number + 1)
        row: NDArray[Scalar] = self._rows[number % len(self._rows)]
        return row

    def stretch(self, start: int, stop: int) -> NDArray[Scalar]:
        """A copy of the rows ``start`` to ``stop``, exclusive."""
        self._expect(start, stop)
        first = start % len(self._rows)
        if first + stop - start <= len(self._rows):  # they lie in one piece
            return self._rows[first : first + stop - start].copy()
        return self._rows[np.arange(start, stop) % len(self._rows)]

    def replace(self, start: int, rows: NDArray[Scalar]) -> None:
        """Put ``rows`` in the place of those that are held from ``start`` on."""
        self._expect(start, start + len(rows))
        self._rows[np.arange(start, start + len(rows)) % len(self._rows)] = rows

    def forget(self, number: int) -> None:
        """Wipe the rows before ``number``: they are held no longer."""
        for each in range(self.oldest, min(number, self.count)):
            self._rows[each % len(self._rows)] = 0
        self._first = max(self._first, min(number, self.count))

    def _expect(self, start: int, stop: int) -> None:
        if not self.oldest <= start <= stop <= self.count:
            raise IndexError(f"expected rows of {self.oldest}..{self.count}, found {start}..{stop}")
