"""What makes a video of a library an item of evidence: what was noted when it was taken, and who holds it.

Both go with their video. What is under a hold, of its own or of a case that it is in, cannot be forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredIntake:
    """What was noted of an item when it was taken. It never changes."""

    video: str
    sha512: str  # of the original, in hex; its SHA-256 is the id
    record: str  # JSON, to the letter as its hash is in the log
    taken: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class StoredHold:
    """Somebody wants that something stays."""

    id: str
    video: str  # "" for a whole case
    case: str  # the id of a collection; "" for one video
    reason: str
    user: str
    since: float  # seconds since 1970


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """What was found when an item was read again and compared with what was noted of it."""

    video: str
    time: float  # seconds since 1970
    clock: str  # a ClockState
    user: str
    faults: tuple[str, ...]  # a line each; none: it is what was taken


class EvidenceStore(Protocol):
    """The evidence of a library."""

    def put(self, intake: StoredIntake) -> None:
        """Keep what was noted of an item, once: a second time changes nothing.

        Raises ForgottenError if the video is not in the library (any more).
        """

    def get(self, video_id: str) -> StoredIntake | None: ...

    def all(self, case: str = "") -> list[StoredIntake]:
        """All items, in the order in which they were taken; those of one case, if it is named."""

    def hold(self, reason: str, user: str, *, video: str = "", case: str = "") -> str:
        """The id of a new hold on one of the two. Raises ForgottenError, UnknownError."""

    def lift(self, hold: str) -> StoredHold:
        """End a hold; what it was. Raises UnknownError."""

    def holds(self, video: str = "", case: str = "") -> list[StoredHold]:
        """All holds, the oldest first; those that a video is under, also by its cases; those on one case."""

    def held(self, videos: Sequence[str]) -> list[str]:
        """Which of these are under a hold, of their own or of a case that they are in."""

    def keep_check(self, check: StoredCheck) -> None:
        """Keep what came of a check. Raises ForgottenError if the item is not in the library (any more)."""

    def checks(self, video: str) -> list[StoredCheck]:
        """The checks of an item, the newest first."""

    def last_checks(self) -> dict[str, StoredCheck]:
        """The newest check of each item that was ever checked, by the id of its video."""

    def due(self, before: float) -> list[str]:
        """The items that were not checked since a time (seconds since 1970), those that wait the longest first."""
