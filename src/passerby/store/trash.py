"""Videos that are on their way out: nothing tells of them but the trash, and they can be taken out of it again.

All that the library has of them is on the disk still, until they are forgotten (law 4).
"""

from typing import Protocol

from passerby.records import StoredVideo


class TrashStore(Protocol):
    """The trash of a library."""

    def put(self, video_id: str, user: str) -> None:
        """Move a video there. Raises ForgottenError if it is not in the library (any more)."""

    def take_out(self, video_id: str) -> None:
        """Have a video in the library as before. Raises ForgottenError if it is not in the trash (any more)."""

    def all(self) -> list[StoredVideo]:
        """The videos in the trash, the last to come there first."""
