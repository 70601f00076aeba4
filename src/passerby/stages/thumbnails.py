"""A small picture of each moment, without its people."""

from dataclasses import dataclass
from typing import ClassVar, Literal

import cv2

from passerby.people import require_masked
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
        height, width = frame.pixels.shape[:2]
        scale = min(1.0, self._stage.long_side / max(width, height))
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        small = cv2.resize(frame.pixels, size, interpolation=cv2.INTER_AREA)
        _, jpeg = cv2.imencode(
            ".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, self._stage.quality]
        )
        self._thumbnails.append(Thumbnail(moment.number, frame.pts, jpeg.tobytes()))

    def finish(self, end: int) -> list[Thumbnail]:
        return self._thumbnails
