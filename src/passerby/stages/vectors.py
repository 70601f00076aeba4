"""What a moment looks like outside its people, as a vector, for "more like this"."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from passerby.records import MomentVector
from passerby.stages.describing import DESCRIBER, Look, MaskedMoment


@dataclass(frozen=True, slots=True)
class VectorsStage:
    """A vector of each moment: the direction of the mean of its masked frames' vectors."""

    name: ClassVar[str] = "vectors"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    models: ClassVar[tuple[str, ...]] = (DESCRIBER,)

    def open(self) -> "VectorsSession":
        return VectorsSession()


class VectorsSession:
    """Takes moments, in order."""

    def __init__(self) -> None:
        self._vectors: list[MomentVector] = []

    def push(self, moment: MaskedMoment, look: Look) -> None:
        mean = look.vectors.mean(axis=0, dtype=np.float64)
        length = float(np.linalg.norm(mean))
        if length > 0:
            self._vectors.append(MomentVector(moment.number, (mean / length).astype(np.float32)))

    def finish(self) -> list[MomentVector]:
        return self._vectors
