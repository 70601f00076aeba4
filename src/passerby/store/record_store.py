"""What the stages have found in a video, read back. Which kinds of records there are, ``store.records`` says."""

from typing import Protocol, TypeVar

from passerby.times import Span

R = TypeVar("R")


class RecordStore(Protocol):
    """The records of a library's videos.

    All but ``finished`` raise ForgottenError for a video that is not there (any more), and TypeError for a kind of
    record that no library keeps.
    """

    def finished(self, video_id: str) -> dict[str, str]:
        """The key of each stage that is finished for this video; none if it is not here."""

    def of(self, video_id: str, kind: type[R], stage: str = "") -> list[R]:
        """The records of a kind, in the order in which they were given; what a moment has one of at most, by moment.

        With ``stage``, those that this one gave. Vectors are rounded to float16.
        """

    def single(self, video_id: str, kind: type[R]) -> R | None:
        """The record of a kind of which a video has one at most; None if it has none."""

    def at(self, video_id: str, kind: type[R], moment: int) -> R | None:
        """The record of a kind that the moment with this index has, if it has one."""

    def sizes(self, video_id: str, kind: type[R]) -> dict[int, int]:
        """How many bytes the record of a kind has outside of its row, by the index of its moment."""

    def largest(self, video_id: str, kind: type[R]) -> R | None:
        """The record of a kind of moments with the most bytes, if there is any, of those that lie outside of its row.

        Of pictures of one size that is the one to show: black and faded ones, blurred ones, and those that are mostly
        filled where people were, take few.
        """

    def doubts(self, video_id: str, span: Span) -> set[str]:
        """Why a stretch of the video, or some of it, may not be described; none where it may."""

    def words(self, video_id: str) -> dict[int, str]:
        """What is known of each moment in words, by its index; "" where nothing is."""
