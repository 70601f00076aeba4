"""A stage of another package that keeps all that it is shown, for tests of the wall."""

from pathlib import Path

import pytest

from packages import plant

# Its only label is a harmless one; what it saw goes into the score.
CODE = '''
import gc
import hashlib
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from passerby.records import Record, Tag


@dataclass(frozen=True)
class Magpie:
    """Tags each moment with a score that any pixel within its reach changes."""

    name: ClassVar[str] = "magpie"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    models: ClassVar[tuple[str, ...]] = ()
    takes: ClassVar[str] = "moments"
    makes: ClassVar[tuple[type[Record], ...]] = (Tag,)
    labels: ClassVar[tuple[str, ...]] = ("umbrella",)

    def open(self, kit):
        return MagpieSession(kit)


class MagpieSession:
    def __init__(self, kit):
        self._kit, self._tags = kit, []

    def push(self, moment):
        seen = hashlib.sha256()
        for array in sorted(arrays_within(moment) + arrays_within(self._kit), key=lambda array: array.tobytes()):
            seen.update(array.tobytes())
        self._tags.append(Tag(moment.number, "umbrella", int.from_bytes(seen.digest()[:6], "big") / 2**48))

    def finish(self, end):
        return self._tags


def arrays_within(root):
    """All pictures that can be got at from an object, by whatever way but modules and classes."""
    seen, waiting, found = set(), [root], []
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, type) or type(one).__name__ in ("module", "function", "builtin"):
            continue
        seen.add(id(one))
        if isinstance(one, np.ndarray) and one.ndim == 3 and one.dtype == np.uint8:
            found.append(np.array(one))
        waiting += gc.get_referents(one)
    return found
'''


def plant_magpie(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Install it for the rest of a test."""
    plant(folder, monkeypatch, "magpie_stage", CODE, {"passerby.stages": {"magpie": "magpie_stage:Magpie"}})
