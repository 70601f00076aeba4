"""Finding moments by words, labels and vectors, and saying what was found in them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from passerby.records import Floats
from passerby.times import Span

# What there are too many of to rank all: reading how long one hit is, for BM25, takes a microsecond.
RANKED = 10_000

ReasonKind = Literal["object", "tag", "text", "said", "cue", "person", "name"]
VectorTable = Literal["vectors", "meanings", "looks"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a moment is. ``id`` stands for it in this library and is never used again."""

    id: int
    video: str  # id of the video
    number: int  # index of the moment in the video
    span: Span


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a moment answers to words: the label that matched."""

    kind: ReasonKind
    label: str
    score: float | None  # None where the kind has no scores


@dataclass(frozen=True, slots=True)
class Ranked:
    """Ids of moments with their scores, best first."""

    moments: list[tuple[int, float]]
    complete: bool  # whether every moment that answers was compared


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a moment must have besides what is searched for."""

    label: str | None = None  # of an object or a tag, exactly
    videos: Sequence[str] | None = None  # ids
    on_screen: Sequence[str] = ()  # words and phrases that are all there
    said: Sequence[str] = ()  # words and phrases that are all said
    seconds: tuple[float, float] | None = None  # some of it lies between these
    recorded: tuple[int | None, int | None] = (None, None)  # its video, from this Unix time on, before this one
    without: Sequence[int] = ()  # its video is none with these numbers: the index itself names those in the trash


EVERYWHERE = Narrow()
# The tables of vectors, by what they are of.
LIKENESS: VectorTable = "vectors"  # how moments look, to be compared with pictures; the stage has the same name
MEANING: VectorTable = "meanings"  # what is known of moments in words
IMAGE_TEXT: VectorTable = "looks"  # how moments look, to be compared with texts


class SearchIndex(Protocol):
    """The moments of a library, given by their ids in it (Place.id), best first; scores compare within one answer."""

    def by_words(self, words: Sequence[str], *, every: bool, limit: int, narrow: Narrow = EVERYWHERE) -> Ranked:
        """Moments with every one, or any, of ``words`` (each a word or a phrase), by BM25 over labels, texts and names.

        One in quotes (``'"news"'``) must be there as it is, but for capitals, accents and how its letters are written.
        Without ``words``, those that ``narrow`` leaves because of what is on screen or said. Nothing else in words is
        syntax. Of more than ``RANKED`` moments the newest are compared, as many each of those where the words are among
        the objects, among tags, texts, what is said, cues and people, and in names; if any word will do, for each word.
        """

    def by_label(self, label: str, *, limit: int, narrow: Narrow = EVERYWHERE) -> list[tuple[int, float]]:
        """Moments with exactly this label (of an object or a tag), by its score."""

    def moments_with(self, words: Sequence[str] = (), *, every: bool = True, narrow: Narrow = EVERYWHERE) -> set[int]:
        """All moments that ``by_words`` and ``by_label`` would look among, in no order."""

    def is_known(self, word: str) -> bool:
        """Whether a word, or a phrase, is of any moment."""

    def near_word(self, word: str) -> str | None:
        """A word of some moment of which ``word`` may be a slip, since one letter is wrong; None if there is none."""

    def nearest(
        self,
        vector: Floats,
        limit: int,
        allowed: Collection[int] | None = None,
        *,
        table: VectorTable = LIKENESS,
        least_cosine: float = -1.0,
        narrow: Narrow = EVERYWHERE,
    ) -> list[tuple[int, float]]:
        """The ``limit`` moments, of all or of ``allowed``, whose vectors have the greatest cosine with ``vector``.

        None has a cosine below ``least_cosine``, or is one that ``narrow`` leaves out.

        ``vector`` (d,) is of length 1. Vectors of other lengths than d are left out. ``table`` is
        LIKENESS, MEANING or IMAGE_TEXT.
        """

    def vectors_of(self, moments: Iterable[int], *, table: VectorTable = LIKENESS) -> dict[int, Floats]:
        """The vectors of these moments, rounded to float16; some may have none."""

    def encoders(self) -> set[str]:
        """The hashes of the weights that the vectors in IMAGE_TEXT are from."""

    def encoded_by(self, encoder: str) -> set[int] | None:
        """The moments whose vectors in IMAGE_TEXT are from these weights; None where all are."""

    def places(self, moments: Iterable[int]) -> dict[int, Place]:
        """Where the moments with these ids are; one that was forgotten meanwhile is left out."""

    def place_at(self, video_id: str, pts: int) -> Place | None:
        """The moment of the video that holds this time."""

    def with_more_than_objects(self, moments: Iterable[int]) -> set[int]:
        """Those of these moments of which more is told than what objects are seen: tags, text or what is said."""

    def video_counts(self, moments: Collection[int]) -> dict[str, int]:
        """How many of these moments each video has, by its id; of those that have any."""

    def label_counts(self, moments: Collection[int]) -> dict[str, int]:
        """How many of these moments have each label, of an object or a tag; of those that any has."""

    def kind_counts(self, moments: Collection[int], words: Sequence[str]) -> dict[ReasonKind, int]:
        """How many of these moments have reasons of each kind (see ``reasons``); of the kinds that any has."""

    def reasons(self, moments: Iterable[int], words: Sequence[str]) -> dict[int, list[Reason]]:
        """For each of these moments what in it any of ``words`` matches, best first within each kind."""
