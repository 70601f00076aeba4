"""What became of an input."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from passerby.documents import Document

Status = Literal["done", "damaged", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: indexed, indexed as far as it goes, in the library already, or not usable."""

    path: Path
    status: Status
    message: str = ""  # one line; empty when there is nothing to say
    video_id: str = ""
    video_seconds: float = 0.0
    wall_seconds: float = 0.0
    error: str = ""  # the name of the error's class
    lost: int = 0  # how often its worker died or was ended, if that is why it failed
    reason: str = ""  # what that worker did last
    details: str = field(default="", repr=False)  # a traceback, for --debug

    def document(self) -> Document:
        """One row of ``add --json``."""
        return {
            "path": str(self.path),
            "status": self.status,
            "id": self.video_id,
            "duration": self.video_seconds,
            "seconds": round(self.wall_seconds, 3),
            "message": self.message,
        }
