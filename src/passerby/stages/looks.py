"""What a moment shows outside its people, as a vector that texts can be compared with.

A model for images and texts has learned of people too, as the web tells of them. It is shown masked frames only, so of
nobody does its vector tell anything (law 1).
"""

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from passerby.records import MomentLook, Record
from passerby.settings import Settings
from passerby.stages.base import Kit, MaskedMoment, models_of, models_set
from passerby.stages.describing import ImageEncoder


@dataclass(frozen=True, slots=True)
class LooksStage:
    """A vector of each moment that texts compare with: the direction of the mean of its masked frames' vectors."""

    name: ClassVar[str] = "looks"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    takes: ClassVar[Literal["moments"]] = "moments"
    is_by_shot: ClassVar[bool] = True
    makes: ClassVar[tuple[type[Record], ...]] = (MomentLook,)

    models: tuple[str, ...] = models_of("image-text")

    @classmethod
    def from_settings(cls, settings: Settings) -> "LooksStage":
        return cls(models_set("image-text", settings=settings))

    def open(self, kit: Kit) -> "LooksSession":
        (name,) = self.models
        return LooksSession(kit.open(name).images(), kit.weights_hash(name))


class LooksSession:
    """Takes moments, in order."""

    def __init__(self, encoder: ImageEncoder, weights: str) -> None:
        """``weights`` is the hash of the encoder's."""
        self._encoder, self._weights = encoder, weights
        self._looks: list[MomentLook] = []

    def push(self, moment: MaskedMoment) -> None:
        if not moment.frames:
            return
        mean = moment.embedded_by(self._encoder).mean(axis=0, dtype=np.float64)
        length = float(np.linalg.norm(mean))
        if length > 0:
            self._looks.append(MomentLook(moment.number, (mean / length).astype(np.float32), self._weights))

    def finish(self, end: int) -> list[MomentLook]:
        return self._looks
