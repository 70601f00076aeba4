"""Reads the tensors of a PyTorch checkpoint without PyTorch, and without running anything that is in it.

Two layouts: the zip archive of PyTorch 1.6 and later, and the row of pickles before it (``torch/serialization.py``).
"""

import collections
import io
import pickle
import struct
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from scripts.weights.graph import Array

_DTYPES = {"FloatStorage": np.float32, "LongStorage": np.int64}


class _Storage(NamedTuple):
    dtype: type[np.generic]
    key: str
    length: int


class _Tensor(NamedTuple):
    storage: _Storage
    offset: int
    shape: tuple[int, ...]


class _Reader(pickle.Unpickler):
    """Knows the three names that a file of tensors needs, and refuses every other."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _rebuild
        if module == "torch" and name in _DTYPES:
            return _DTYPES[name]
        raise pickle.UnpicklingError(f"expected a file of tensors, found {module}.{name}")

    def persistent_load(self, pid: Any) -> _Storage:
        _, dtype, key, _, length = pid[:5]
        return _Storage(dtype, key, length)


def _rebuild(storage: _Storage, offset: int, shape: tuple[int, ...], stride: tuple[int, ...], *_: object) -> _Tensor:
    expected = tuple(int(np.prod(shape[axis + 1 :])) for axis in range(len(shape)))
    if tuple(stride) != expected:
        raise ValueError(f"expected a dense tensor, found strides {stride} for {shape}")
    return _Tensor(storage, offset, tuple(shape))


def read(path: Path) -> dict[str, Array]:
    """Name -> array, for each tensor in the file."""
    if zipfile.is_zipfile(path):
        return _read_zip(path)
    return _read_pickles(path)


def _read_zip(path: Path) -> dict[str, Array]:
    with zipfile.ZipFile(path) as archive:
        index = next(name for name in archive.namelist() if name.endswith("/data.pkl"))
        folder = index.removesuffix("data.pkl")
        tensors = _Reader(io.BytesIO(archive.read(index))).load()
        return _arrays(tensors, lambda storage: archive.read(f"{folder}data/{storage.key}"))


def _read_pickles(path: Path) -> dict[str, Array]:
    with path.open("rb") as file:
        for _ in range(3):  # a magic number, the version of the protocol, facts about the machine
            _Reader(file).load()
        tensors = _Reader(file).load()
        sizes = {tensor.storage.key: tensor.storage for tensor in tensors.values()}
        contents: dict[str, bytes] = {}
        for key in _Reader(file).load():
            (length,) = struct.unpack("<q", file.read(8))
            contents[key] = file.read(length * np.dtype(sizes[key].dtype).itemsize)
    return _arrays(tensors, lambda storage: contents[storage.key])


def _arrays(tensors: Mapping[str, _Tensor], content: Callable[[_Storage], bytes]) -> dict[str, Array]:
    result: dict[str, Array] = {}
    for name, tensor in tensors.items():
        flat = np.frombuffer(content(tensor.storage), tensor.storage.dtype)
        count = int(np.prod(tensor.shape))
        result[name] = flat[tensor.offset : tensor.offset + count].reshape(tensor.shape)
    return result
