"""What became of an input."""

import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, TypeVar

from passerby.documents import Document
from passerby.errors import PasserbyError, WorkerError
from passerby.object_storage.address import Location
from passerby.records import StoredVideo

R = TypeVar("R")

Status = Literal["done", "damaged", "skipped", "failed"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one input: indexed, indexed as far as it goes, in the library already, or not usable."""

    path: Location
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


def guarded(path: Location, work: Callable[[], R]) -> "R | Outcome":
    """What ``work`` on an input gives, or else why there is nothing: the outer door of a job, which raises nothing."""
    try:
        return work()
    except PasserbyError as error:
        return _failed(path, str(error), error)
    except Exception as error:  # a fault in one video must not cost the others
        message = f"{path}: a fault in Passerby itself: {type(error).__name__}: {error}"
        return _failed(path, message, error, traceback.format_exc())


def lost(path: Location, message: str, reason: str, tries: int) -> Outcome:
    """The outcome when a worker has died or was ended as often as it was begun; ``reason``: what it did last."""
    return Outcome(path, "failed", message, error=WorkerError.__name__, lost=tries, reason=reason)


def _failed(path: Location, message: str, error: Exception, details: str = "") -> Outcome:
    return Outcome(path, "failed", message, error=type(error).__name__, details=details)


def known_already(location: Location, known: StoredVideo) -> Outcome:
    """That of an input with which nothing is to be done."""
    message = "" if location.name == known.name else f"the same content as {known.name}"
    status: Status = "skipped"
    if known.status == "damaged":
        status, message = "damaged", known.note
    return Outcome(location, status, message, known.id, known.time_base.seconds(known.duration))
