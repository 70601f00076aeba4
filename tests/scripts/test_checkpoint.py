"""The two layouts of PyTorch's checkpoints, written as PyTorch writes them, by a stand-in for its module."""

import collections
import io
import pickle
import struct
import sys
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from scripts.weights import checkpoint

WEIGHT = np.arange(6, dtype=np.float32).reshape(2, 3)


class FloatStorage:
    """What PyTorch calls the memory of a tensor."""


def _rebuild_tensor_v2(*_: object) -> None:
    """What PyTorch makes a tensor with; here only its name counts."""


class Tensor:
    def __init__(self, stride: tuple[int, int]) -> None:
        self.stride = stride

    def __reduce__(self) -> Any:
        return _rebuild_tensor_v2, (FloatStorage(), 0, (2, 3), self.stride, False, collections.OrderedDict())


class Writer(pickle.Pickler):
    def persistent_id(self, obj: Any) -> Any:
        return ("storage", FloatStorage, "7", "cpu", 6) if isinstance(obj, FloatStorage) else None


@pytest.fixture(autouse=True)
def torch(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, thing in (("torch", FloatStorage), ("torch._utils", _rebuild_tensor_v2)):
        module = ModuleType(name)
        setattr(module, thing.__name__, thing)
        monkeypatch.setitem(sys.modules, name, module)
        monkeypatch.setattr(thing, "__module__", name)


def pickled(value: object) -> bytes:
    file = io.BytesIO()
    Writer(file, 2).dump(value)
    return file.getvalue()


def tensors(stride: tuple[int, int] = (3, 1)) -> bytes:
    return pickled(collections.OrderedDict(weight=Tensor(stride)))


def zipped(path: Path, index: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", index)
        archive.writestr("archive/data/7", WEIGHT.tobytes())
    return path


def test_an_archive_is_read(tmp_path: Path) -> None:
    found = checkpoint.read(zipped(tmp_path / "new.pth", tensors()))

    assert list(found) == ["weight"]
    np.testing.assert_array_equal(found["weight"], WEIGHT)


def test_a_row_of_pickles_is_read(tmp_path: Path) -> None:
    path = tmp_path / "old.pth"
    head = [pickled(value) for value in (0x1950A86A20F9469CFC6C, 1001, {"little_endian": True})]
    path.write_bytes(b"".join([*head, tensors(), pickled(["7"]), struct.pack("<q", 6), WEIGHT.tobytes()]))

    np.testing.assert_array_equal(checkpoint.read(path)["weight"], WEIGHT)


class Evil:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.touch, (self.path,)


def test_anything_but_tensors_is_refused_and_not_run(tmp_path: Path) -> None:
    with pytest.raises(pickle.UnpicklingError, match="expected a file of tensors, found"):
        checkpoint.read(zipped(tmp_path / "evil.pth", pickle.dumps(Evil(tmp_path / "ran"))))
    assert not (tmp_path / "ran").exists()


def test_a_tensor_that_is_not_dense_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"expected a dense tensor, found strides \(1, 2\)"):
        checkpoint.read(zipped(tmp_path / "turned.pth", tensors(stride=(1, 2))))
