"""The chapters of a video, as people have made them: from a time on it has a name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from passerby.times import Span


@dataclass(frozen=True, slots=True)
class Chapter:
    """It lasts up to the next one, or to the end of the video."""

    start: int  # pts
    name: str
    user: str  # who has made it


def chapter_spans(chapters: Sequence[Chapter], duration: int) -> list[Span]:
    """From when to when each of a video's chapters is: up to the next, the last one to the end of the video."""
    ends = [*(chapter.start for chapter in chapters[1:]), duration]
    return [Span(each.start, max(each.start, end)) for each, end in zip(chapters, ends, strict=False)]


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
