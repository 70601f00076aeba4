"""The chapters of a video, as people have made them: from a time on it has a name."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Chapter:
    """It lasts up to the next one, or to the end of the video."""

    start: int  # pts
    name: str
    user: str  # who has made it


class ChapterStore(Protocol):
    """The chapters of a library. They go with their video."""

    def put(self, video_id: str, chapter: Chapter) -> None:
        """Keep one in the place of any other that begins at the same time.

        Raises ForgottenError if the video is not in the library (any more).
        """

    def remove(self, video_id: str, start: int) -> bool:
        """Whether one began there."""

    def of(self, video_id: str) -> list[Chapter]:
        """Those of a video, in order of time."""
