"""Arrays as column values: little-endian blobs, so that a library can move between machines."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from passerby.errors import StoreError


def pack(array: NDArray[Any], kind: str) -> bytes:
    """The elements in row order as ``kind``: "<i8", "<i4", "<f4" or "<f2"."""
    return np.ascontiguousarray(array, np.dtype(kind)).tobytes()


def unpack(blob: bytes, kind: str, dtype: DTypeLike, columns: int | None = None) -> NDArray[Any]:
    """The array that ``pack`` made ``blob`` from; (n, columns) if ``columns`` is given.

    Raises StoreError for a blob of an impossible length.
    """
    try:
        flat = np.frombuffer(blob, np.dtype(kind)).astype(dtype)
        return flat if columns is None else flat.reshape(-1, columns)
    except ValueError as error:
        raise StoreError(f"an array of the library is damaged ({error}); run `passerby doctor`") from error
