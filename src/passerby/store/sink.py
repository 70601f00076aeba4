"""What a worker that indexes a video asks of the library, and gives to it: it needs no other part of a store.

Here the sink is a part of an open library; on another machine it can be messages to the process that has one open.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, TypeVar

from passerby.records import StoredVideo, VideoStatus

R = TypeVar("R")


class Sink(Protocol):
    """Where the results of stages go. Each method raises StoreError if the library cannot be read or written.

    Those that change a video, and ``records``, raise ForgottenError if it is not there (any more).
    """

    def video(self, video_id: str) -> StoredVideo | None:
        """The video with this id, None if it is not here."""

    def finished(self, video_id: str) -> dict[str, str]:
        """The key of each stage that is finished for this video; none if it is not here."""

    def records(self, video_id: str, kind: type[R], stage: str = "") -> list[R]:
        """What finished stages, or the one named, have found of a kind, in the order in which they gave it."""

    def words(self, video_id: str) -> dict[int, str]:
        """What is known of each moment in words, by its index; "" where nothing is."""

    def claimed(self, video_id: str, on_wait: Callable[[], None]) -> AbstractContextManager[None]:
        """Hold the video for this worker until the block ends; it need not be here. See Locks.video."""

    def require_wanted(self, video_id: str, job: str) -> None:
        """Raise ForgottenError if a video was forgotten since this job, which is to add it, was asked for."""

    def known_at(self, path: str, state: str) -> str | None:
        """The id of the video that was found at the address of an object when that was in this state, if any."""

    def begin_video(self, video: StoredVideo, job: str = "", state: str = "", *, moved: bool = False) -> None:
        """Take the video in, or note a further path of one that is here.

        Of a known video the frames, duration, status and note stay until ``end_video``. Its name and path stay for as
        long as that file exists, or the object has not ``moved``; the further ones find it too. ``state`` is that of
        the object at the video's path, "" for a file. If its size or time base is now read in another way, everything
        that was found in it is dropped. Raises ForgottenError as ``require_wanted`` does.
        """

    def finish_stage(self, video_id: str, stage: str, key: str, records: Sequence[object]) -> None:
        """Keep what a stage found, in place of what it found before: all of it or, if killed, nothing.

        Where the moments go with what is replaced, so do the stages that describe them. Raises TypeError for a record
        of a kind that no library keeps.
        """

    def drop_stage(self, video_id: str, stage: str) -> None:
        """Remove what a stage found, with the mark that it is finished, if it is."""

    def end_video(self, video_id: str, frames: int, duration: int, status: VideoStatus, note: str) -> None:
        """Keep how the work on the video ended."""

    def drop(self, video_id: str) -> None:
        """Remove, as if it were forgotten, a video whose adding was given up; any job may add it again."""


# Opens a sink in whatever process it is called in: it pickles, and goes to workers with their jobs.
OpenSink = Callable[[], AbstractContextManager[Sink]]
