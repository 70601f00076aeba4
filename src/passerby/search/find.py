"""Searching a library for moments: by words, by what they mean, by label, by what moments look like."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from passerby.errors import UsageError
from passerby.notebook import escape, picture, table
from passerby.records import StoredVideo, Thumbnail
from passerby.search.likeness import SearchExample, by_likeness
from passerby.search.notices import AS_IN_PYTHON, Notice, refused, too_many, undated, worded
from passerby.search.question import Question, question, told_by
from passerby.search.ranking import Ranking, relative
from passerby.search.word_search import NO_MODELS, QueryModels, by_words, ranked
from passerby.store.library import Store
from passerby.store.search import EVERYWHERE, Narrow, Place, Reason
from passerby.times import format_timecode

LONGEST_WORDS = 80  # signs of what is known of a moment that a hit by meaning tells
# The thumbnail of a moment, by the id of its video and its index there; None where it has none.
Thumbnails = Callable[[str, int], Thumbnail | None]


def _no_thumbnail(video: str, moment: int) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Hit:
    """A moment that answers to a search."""

    video: str  # id
    name: str  # of the video
    moment: int  # index in the video
    start: float  # seconds
    end: float
    score: float  # the greater the better; compares within one search only
    why: tuple[str, ...]
    thumbnails: Thumbnails = field(default=_no_thumbnail, repr=False, compare=False)
    reasons: tuple[Reason, ...] = field(default=(), repr=False, compare=False)  # the same, of what was said in words

    @property
    def thumbnail(self) -> Thumbnail | None:
        """Its picture, without people; read when it is asked for. Raises StoreError."""
        return self.thumbnails(self.video, self.moment)

    def document(self) -> dict[str, Any]:
        return {
            "video": self.video,
            "name": self.name,
            "moment": self.moment,
            "start": self.start,
            "end": self.end,
            "score": round(float(self.score), 4),
            "why": list(self.why),
        }

    def _repr_html_(self) -> str:
        return SearchResult("", (), (self,))._repr_html_()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, those of one video side by side: videos by their best hit, hits of a video from the best on."""

    query: str  # as typed
    notices: tuple[Notice, ...]  # what the user should know about the answer
    hits: tuple[Hit, ...]
    more: bool = False  # whether others follow

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, index: int) -> Hit:
        return self.hits[index]

    @property
    def notice(self) -> str:
        """What the user should know about the answer, in words; "" for nothing."""
        return worded(self.notices)

    def notice_for(self, spelled: Mapping[str, str]) -> str:
        """The same for somebody who spells the parameters of a search as ``spelled`` says."""
        return worded(self.notices, spelled)

    def document(self, spelled: Mapping[str, str] = AS_IN_PYTHON) -> dict[str, Any]:
        """All of it, as ``search --json``; ``spelled`` has parameters that the notice is to spell in another way."""
        return {"query": self.query, "notice": self.notice_for(spelled), "hits": [hit.document() for hit in self.hits]}

    def detailed_document(self, spelled: Mapping[str, str] = AS_IN_PYTHON) -> dict[str, Any]:
        """The same for a page: with reasons and notices of which it makes sentences of its own."""
        told = self.document(spelled)
        for document, hit in zip(told["hits"], self.hits, strict=True):
            document["reasons"] = [asdict(reason) for reason in hit.reasons]
        notices = [{"kind": notice.kind, "words": list(notice.words)} for notice in self.notices]
        return told | {"notices": notices, "more": self.more}

    def _repr_html_(self) -> str:
        rows = [
            (
                "" if hit.thumbnail is None else picture(hit.thumbnail.jpeg, "the moment, without its people"),
                escape(hit.name),
                f"{format_timecode(hit.start)}-{format_timecode(hit.end)}",
                f"{hit.score:.2f}",
                escape("; ".join(hit.why)),
            )
            for hit in self.hits
        ]
        return table(("", "video", "when", "score", "why"), rows, self.notice)


def search(
    store: Store,
    text: str = "",
    *,
    narrow: Narrow = EVERYWHERE,
    like: SearchExample | None = None,
    models: QueryModels = NO_MODELS,
    limit: int = 20,
    start: int = 0,
) -> SearchResult:
    """The moments that best answer to all that is asked: of their order ``limit``, after the first ``start``.

    ``text`` is words and "phrases", and times ("after 10:00"); where no moment has them all, moments with some. With
    ``models``, moments that mean the like and those that look like it are found too. ``like`` is the id of a video and
    a pts, or a vector: moments that look so come first, and words and label then only narrow. Raises UsageError if
    nothing is asked for, or nothing is known of how the moment ``like`` looks.
    """
    if limit < 1 or start < 0:
        raise UsageError(f"expected a limit of 1 or more and a start of 0 or more, found {limit} and {start}")
    asked = question(text, narrow, like, models)
    query, narrow = asked.query, asked.narrow
    if not asked.asks:
        return SearchResult(text, refused(query.refused), ())
    ranking = _ranking(store, asked, start + limit + 1)
    words = told_by(ranking.words or query.terms, narrow)
    many = () if ranking.is_complete else (too_many(),)
    notices = (*refused(query.refused), *ranking.notices, *many, *_undated(store, narrow))
    shown = replace(ranking, moments=ranking.moments[start : start + limit])
    return SearchResult(text, notices, _hits(store, shown, words), more=len(ranking.moments) > start + limit)


def _ranking(store: Store, asked: Question, limit: int) -> Ranking:
    query, narrow = asked.query, asked.narrow
    if asked.like is not None:
        return by_likeness(store, query, narrow, asked.like, limit)
    if query.words:
        return by_words(store, query, narrow, asked.models, limit)
    if narrow.on_screen or narrow.said:
        found = ranked(store, (), True, narrow, limit)
        return Ranking(relative(found.moments), found.complete)
    return Ranking(store.search.by_label(narrow.label or "", narrow=narrow, limit=limit))


def _undated(store: Store, narrow: Narrow) -> tuple[Notice, ...]:
    """That videos may be missing from an answer by dates since theirs are not known; nothing where all are."""
    if narrow.recorded == EVERYWHERE.recorded:
        return ()
    videos = sum(video.recorded is None for video in store.videos.all())
    return (undated(videos),) if videos else ()


def _hits(store: Store, ranking: Ranking, words: Sequence[str]) -> tuple[Hit, ...]:
    """The hits, in the order of ``ranking``, but those of one video side by side; ``words`` explain them."""
    places = store.search.places(moment for moment, _ in ranking.moments)
    reasons = store.search.reasons(places, words)
    videos = {video.id: video for video in store.videos.with_ids({place.video for place in places.values()})}
    known = _KnownWords(store)
    groups: dict[str, list[Hit]] = {}
    for moment, score in ranking.moments:
        place = places.get(moment)
        if place is None or place.video not in videos:  # forgotten meanwhile
            continue
        found = tuple(reasons.get(moment, ()))
        why = [*map(_in_words, found), *filter(None, [ranking.likeness_reasons.get(moment)])]
        if not why and moment in ranking.by_meaning:
            why = [f"means the like: {known.of(place)}"]
        groups.setdefault(place.video, []).append(_hit(videos[place.video], place, score, tuple(why), found))
    return tuple(hit for group in groups.values() for hit in group)


class _KnownWords:
    """What is known of moments in words, read once a video."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._videos: dict[str, dict[int, str]] = {}

    def of(self, place: Place) -> str:
        if place.video not in self._videos:
            self._videos[place.video] = self._store.records.words(place.video)
        text = self._videos[place.video].get(place.number, "")
        return text if len(text) <= LONGEST_WORDS else text[:LONGEST_WORDS].rsplit(" ", 1)[0] + " …"


def _hit(video: StoredVideo, place: Place, score: float, why: tuple[str, ...], reasons: tuple[Reason, ...]) -> Hit:
    start, end = video.time_base.seconds(place.span.start), video.time_base.seconds(place.span.end)
    return Hit(video.id, video.name, place.number, start, end, score, why, reasons=reasons)


def _in_words(reason: Reason) -> str:
    if reason.kind in ("name", "person"):
        return reason.kind
    return f"{reason.kind}: {reason.label}" + ("" if reason.score is None else f" {reason.score:.2f}")
