"""How far a worker is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from passerby.object_storage.address import Location


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a worker is: bytes while it reads the file for its hash, seconds of video after that."""

    path: Location
    step: Literal["reading", "waiting", "indexing", "looking", "writing", "auditing"]
    done: float
    total: float | None
    part: str = ""  # which part of the work on the video, where several workers have one each
    share: float = 1.0  # of the video that they have, in the order of its seconds; 0 for what is done beside that


OnProgress = Callable[[Progress], None]
# How many seconds of a video are done, and of how many in all if that is known.
OnSeconds = Callable[[float, float | None], None]
