"""What people say of a video: labels that fit, and labels that do not. Kept apart from what models say."""

from collections.abc import Sequence
from typing import Protocol

from passerby.records import Note


class NoteStore(Protocol):
    """What people say of videos; no stage ever changes it. Raises ForgottenError for a video that is not there."""

    def keep(self, video_id: str, said: Sequence[Note]) -> None:
        """Keep notes, all of them or none, each in the place of one on the same label and stretch.

        The last word on a label and a stretch counts.
        """

    def remove(self, video_id: str, said: Note) -> bool:
        """Take one back; whether it was there."""

    def of(self, video_id: str) -> list[Note]:
        """The notes on a video, in the order in which they were given."""
