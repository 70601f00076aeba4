"""What a moment looks like outside its people, as a vector, for "more like this"."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from passerby.records import MomentVector, Record
from passerby.stages.base import Kit, MaskedMoment, models_of
from passerby.stages.describing import Describer


@dataclass(frozen=True, slots=True)
class VectorsStage:
    """A vector of each moment: the direction of the mean of its masked frames' vectors."""

    name: ClassVar[str] = "vectors"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    takes: ClassVar[Literal["moments"]] = "moments"
    is_by_shot: ClassVar[bool] = True
    makes: ClassVar[tuple[type[Record], ...]] = (MomentVector,)

    models: tuple[str, ...] = models_of("tags", in_key=False)

    def open(self, kit: Kit) -> "VectorsSession":
        (describer,) = self.models  # that of the tags: one look serves both
        return VectorsSession(kit.open(describer))


class VectorsSession:
    """Takes moments, in order."""

    def __init__(self, describer: Describer) -> None:
        self._describer = describer
        self._vectors: list[MomentVector] = []

    def push(self, moment: MaskedMoment) -> None:
        if not moment.frames:
            return
        mean = moment.described_by(self._describer).vectors.mean(axis=0, dtype=np.float64)
        length = float(np.linalg.norm(mean))
        if length > 0:
            self._vectors.append(MomentVector(moment.number, (mean / length).astype(np.float32)))

    def finish(self, end: int) -> list[MomentVector]:
        return self._vectors
