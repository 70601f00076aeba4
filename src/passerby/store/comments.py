"""What people say to each other about a video. Nothing of it is searched, and it goes with the video."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredComment:
    """What somebody says about a video, or a moment of it."""

    id: str
    video: str  # the id of what it is about
    user: str  # who says it
    start: int | None  # pts; None: of the video as a whole
    text: str
    created: float  # seconds since 1970
    changed: float  # the same, if it never was
    mentions: tuple[str, ...]  # names of users who are meant to read it


class CommentStore(Protocol):
    """The comments of a library. Methods that take the id of one raise UnknownError if there is none with it."""

    def put(self, video_id: str, user: str, text: str, start: int | None, mentions: Sequence[str]) -> str:
        """The id of a new one. Raises ForgottenError if the video is not in the library (any more)."""

    def change(self, comment: str, text: str, mentions: Sequence[str]) -> None: ...

    def remove(self, comment: str) -> None: ...

    def get(self, comment: str) -> StoredComment: ...

    def of(self, video_id: str) -> list[StoredComment]:
        """Those about a video, in the order in which they were made."""

    def mentioning(self, user: str) -> list[tuple[str, StoredComment]]:
        """Those that a user is meant to read, the latest first, each with the id of its video."""
