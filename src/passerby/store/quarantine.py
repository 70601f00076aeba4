"""Work that has cost its workers as often as it may, and is not begun again before somebody says so."""

from dataclasses import dataclass
from typing import Protocol

from passerby.object_storage.address import Location


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One piece of work in quarantine: some stages of a video, which need not be in the library."""

    video: str  # id
    unit: str  # hash of the keys of the stages: with another version of one, it is other work
    path: Location  # of the file, when it was worked on
    size_bytes: int
    reason: str  # what its worker did last
    failures: int
    since: float  # seconds since 1970, UTC


class QuarantineStore(Protocol):
    """The quarantine of a library. What is in it of a video goes with the video."""

    def put(self, entry: Quarantined) -> None:
        """Keep an entry, in place of an older one of the same video and unit."""

    def all(self) -> list[Quarantined]:
        """All of it, the oldest first."""

    def release(self, video: str) -> None:
        """Let the work on a video begin again; nothing is left of what was kept here (law 4)."""
