"""A small picture of each moment, without its people."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from passerby.people import require_masked
from passerby.pictures import fitted_within, jpeg
from passerby.records import Record, Thumbnail
from passerby.stages.base import Kit, MaskedMoment


@dataclass(frozen=True, slots=True)
class ThumbnailsStage:
    """One JPEG a moment, of the masked frame that people cover least."""

    name: ClassVar[str] = "thumbnails"
    version: ClassVar[int] = 1
    needs: ClassVar[tuple[str, ...]] = ("shots", "people")
    models: ClassVar[tuple[str, ...]] = ()
    takes: ClassVar[Literal["moments"]] = "moments"
    is_by_shot: ClassVar[bool] = True
    makes: ClassVar[tuple[type[Record], ...]] = (Thumbnail,)

    long_side: int = 320
    quality: int = 82  # of JPEG, 0 to 100

    def open(self, kit: Kit) -> "ThumbnailsSession":
        return ThumbnailsSession(self)


class ThumbnailsSession:
    """Takes moments, in order."""

    def __init__(self, stage: ThumbnailsStage) -> None:
        self._stage = stage
        self._thumbnails: list[Thumbnail] = []

    def push(self, moment: MaskedMoment) -> None:
        (frame,) = require_masked([moment.picture])
        file = jpeg(fitted_within(frame.pixels, self._stage.long_side), self._stage.quality)
        self._thumbnails.append(Thumbnail(moment.number, frame.pts, file))

    def finish(self, end: int) -> list[Thumbnail]:
        return self._thumbnails
