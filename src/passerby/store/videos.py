"""The videos of a library, and what a user means by a name."""

from collections.abc import Iterable
from typing import Literal, Protocol

from passerby.records import StoredVideo, VideoNotes

Among = Literal["library", "trash", "both"]  # where a video is looked for


class VideoStore(Protocol):
    """The videos of a library. Methods that take the id of a video raise ForgottenError if it is not there (any more),
    unless they say otherwise. What is in the trash is not there for those that do not name it: store/trash.py."""

    def all(self) -> list[StoredVideo]:
        """All videos, in the order in which they were first added."""

    def with_ids(self, video_ids: Iterable[str]) -> list[StoredVideo]:
        """Those of the videos with these ids that are here."""

    def get(self, video_id: str) -> StoredVideo | None:
        """The video with this id, None if it is not here."""

    def resolve(self, text: str, among: Among = "library") -> StoredVideo:
        """The one video that a user means by a path, a name, or the start (4 digits or more) of an id.

        Raises UnknownVideoError, which lists what could be meant, if there is none or more than one.
        """

    def say(self, video_id: str, said: VideoNotes) -> None:
        """Keep what people say of a video as a whole; it is found by its title from then on."""

    def forget(self, video_id: str) -> None:
        """Remove the video so that no byte of what it held is left in the library (law 4).

        Jobs that have not ended do not add it again.

        Raises StoreError if another process is reading an older state: the video is gone then, but bytes of it
        may stay until that process ends and the library is opened again.
        """

    def kept_elsewhere(self) -> list[str]:
        """What of forgotten videos others may keep, whom the library cannot reach: each in one line, a duty."""

    def decline(self, video_id: str) -> None:
        """Have no job that has not ended add a video that is about to be forgotten; it need not be here."""

    def drop(self, video_id: str) -> None:
        """Remove, as ``forget`` does, a video whose adding was given up, and which may be added again by any job."""
