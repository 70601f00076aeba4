"""Searching a library for moments: by words, by what they mean, by label, by what moments look like."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from passerby.errors import UsageError
from passerby.models.names import name_in
from passerby.models.vocabulary import protected_terms_in
from passerby.notebook import escape, picture, table
from passerby.records import Floats, StoredVideo, Thumbnail
from passerby.search.fusion import fused
from passerby.search.image_text import TextEncoder, that_look_like
from passerby.search.query import Names, Query, parse, refusal, require_short
from passerby.store.folding import folded
from passerby.store.library import Store
from passerby.store.search import EVERYWHERE, LIKENESS, RANKED, Narrow, Place, Reason
from passerby.times import format_timecode

CANDIDATES = 100  # moments of each way of looking that are fused
# Cosine of MiniLM from which a moment counts as meant: between what should be found and what should not in
# tests/search/test_meant.py. What it finds is scored by `benchmarks/search.py --recall`.
MEANT = 0.5
_TOLD = 80  # signs of what is known of a moment that a hit by meaning tells

LIBRARY_NAMES = Names()
# The vector of a text, of the length of the library's meanings.
Embed = Callable[[str], Floats]
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
        return SearchResult("", "", (self,))._repr_html_()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, those of one video side by side: videos by their best hit, hits of a video from the best on."""

    query: str  # as typed
    notice: str  # what the user should know about the answer; "" for nothing
    hits: tuple[Hit, ...]

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def __getitem__(self, index: int) -> Hit:
        return self.hits[index]

    def document(self) -> dict[str, Any]:
        """All of it, as ``search --json``."""
        return {"query": self.query, "notice": self.notice, "hits": [hit.document() for hit in self.hits]}

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


@dataclass(frozen=True, slots=True)
class _Found:
    """Ids of moments with their scores, best first."""

    moments: list[tuple[int, float]]
    notice: str = ""
    asked: tuple[str, ...] = ()  # the words that explain a hit
    meant: frozenset[int] = frozenset()  # moments that were found by meaning
    seen: Mapping[int, str] = field(default_factory=dict)  # why those were found that look like it


def search(
    store: Store,
    text: str = "",
    *,
    narrow: Narrow = EVERYWHERE,
    like: tuple[str, int] | Floats | None = None,
    embed: Embed | None = None,
    encoders: Sequence[TextEncoder] = (),
    limit: int = 20,
    names: Names = LIBRARY_NAMES,
    things: Collection[str] = (),
) -> SearchResult:
    """The moments that best answer to all that is asked.

    ``text`` is words and "phrases", and times ("after 10:00"); where no moment has them all, moments with some. With
    ``embed``, moments that mean the like are found too, with ``encoders`` those that look like it. ``like`` is the id
    of a video and a pts, or a vector: moments that look so come first, and words and label then only narrow.
    ``things`` are the names that the detector of objects knows: who asks for one of them does not want another.
    Raises UsageError if nothing is asked for, or nothing is known of how the moment ``like`` looks.
    """
    if limit < 1:
        raise UsageError(f"expected a limit of 1 or more, found {limit}")
    query = parse(text)
    require_short(narrow.label or "")
    barred = protected_terms_in(narrow.label or "")
    refused = (*query.refused, *barred)
    if query.seconds is not None:
        narrow = replace(narrow, seconds=_both(query.seconds, narrow.seconds))
    if barred or not (query.words or narrow.label or narrow.text or narrow.said or like is not None):
        if not refused:
            raise UsageError("expected something to search for: words, a label, or a moment to look like")
        return SearchResult(text, refusal(refused, names), ())
    if like is not None:
        found = _by_looks(store, query, narrow, like, limit)
    elif query.words:
        found = _by_words(store, query, narrow, embed, encoders, limit, names, things)
    elif narrow.text or narrow.said:
        ranked = store.search.by_words((), every=True, narrow=narrow, limit=limit)
        found = _Found(_relative(ranked.moments), "" if ranked.complete else _many(names))
    else:
        found = _Found(store.search.by_label(narrow.label or "", narrow=narrow, limit=limit))
    asked = [*(found.asked or query.asked), *filter(None, [narrow.label]), *narrow.text, *narrow.said]
    notice = _joined(refusal(refused, names), found.notice, _undated(store, narrow))
    return SearchResult(text, notice, _hits(store, found, asked, _looks_like(store, like)))


def _many(names: Names) -> str:
    told = f"There are more than {RANKED:,} such moments; only the newest were compared."
    return f"{told} {names.label} and {names.inside} narrow it."


def _undated(store: Store, narrow: Narrow) -> str:
    """That videos may be missing from an answer by dates since theirs are not known; "" where all are."""
    if narrow.recorded == EVERYWHERE.recorded:
        return ""
    undated = sum(video.recorded is None for video in store.videos.every())
    told = f"Of {undated} videos no date is known."
    return told if undated else ""


def _both(one: tuple[float, float], other: tuple[float, float] | None) -> tuple[float, float]:
    return one if other is None else (max(one[0], other[0]), min(one[1], other[1]))


def _by_words(
    store: Store,
    query: Query,
    narrow: Narrow,
    embed: Embed | None,
    encoders: Sequence[TextEncoder],
    limit: int,
    names: Names,
    things: Collection[str],
) -> _Found:
    """Words first; where some are not known, what they may be slips of; what means the like, and what looks like it."""
    wanted = max(limit, CANDIDATES)
    words, notice = query.asked, ""
    ranked = store.search.by_words(words, every=True, narrow=narrow, limit=wanted)
    if not ranked.moments:
        words, notice = _without_slips(store, query, things)
        ranked = store.search.by_words(words, every=True, narrow=narrow, limit=wanted) if notice else ranked
    if not ranked.moments and len(words) > 1:
        ranked = store.search.by_words(words, every=False, narrow=narrow, limit=wanted)
        notice = _joined(notice, _some_of(words) if ranked.moments else "")
    notice = _joined(notice, "" if ranked.complete else _many(names))
    meant, seen = [], []
    text = " ".join(query.words)
    # What is in quotes is meant to the letter. Without the small words between them, words can come to ask for what
    # people are like: no model hears that, nor the name of anybody.
    if not query.exact and not protected_terms_in(text) and not name_in(text):
        allowed = None if narrow == EVERYWHERE else store.search.moments_with(narrow=narrow)
        # The model of meanings has read English: in letters that are not Latin all means the like.
        meant = _by_meaning(store, text, allowed, embed, wanted) if folded(text).isascii() else []
        if _names_one_of(text, things):
            # What is known by its objects alone is near since they are of a kind: a motorcycle, asked for a bicycle.
            telling = store.search.with_more_than_objects(moment for moment, _ in meant)
            telling.update(moment for moment, _ in ranked.moments)
            meant = [found for found in meant if found[0] in telling]
        seen = _by_sight(store, text, allowed, encoders, wanted)
    others = [ranking for ranking in (meant, *seen) if ranking]
    if not others:
        return _Found(_relative(ranked.moments)[:limit], notice, words)
    together = fused(*([moment for moment, _ in ranking] for ranking in (ranked.moments, *others)))
    why = {moment: f'looks like "{text}" {share:.2f}' for ranking in seen for moment, share in ranking}
    return _Found(together[:limit], notice, words, frozenset(moment for moment, _ in meant), why)


def _by_meaning(
    store: Store, text: str, allowed: Collection[int] | None, embed: Embed | None, limit: int
) -> list[tuple[int, float]]:
    if embed is None:
        return []
    return store.search.nearest(embed(text), limit, allowed, table="meanings", least=MEANT)


def _names_one_of(text: str, things: Collection[str]) -> bool:
    """Whether a text has one of these names in it, also as more than one.

    >>> [_names_one_of(text, ["bicycle", "bus"]) for text in ("red Bicycles", "two buses", "busy")]
    [True, True, False]
    """
    folded = f" {text.casefold()} "
    return any(f" {name}{ending} " in folded for name in things for ending in ("", "s", "es"))


def _by_sight(
    store: Store, text: str, allowed: Collection[int] | None, encoders: Sequence[TextEncoder], limit: int
) -> list[list[tuple[int, float]]]:
    """What looks like ``text`` to each model that has looked at some of the library."""
    held = store.search.encoders()
    return [that_look_like(store, text, encoder, limit, allowed) for encoder in encoders if encoder.images in held]


def _without_slips(store: Store, query: Query, things: Collection[str]) -> tuple[tuple[str, ...], str]:
    """The words, those that are nowhere replaced by what may be meant, and what was replaced.

    Who asks for a thing that the detector knows means it, though there is none.
    """
    words, notices = [], []
    for word in query.asked:
        is_meant = word not in query.words or _names_one_of(word, things)  # in quotes, or known by name
        near = None if is_meant or store.search.is_known(word) else store.search.near_word(word)
        words.append(near or word)
        if near:
            notices.append(f'"{word}" is nowhere; did you mean "{near}"? That was searched for.')
    return tuple(words), " ".join(notices)


def _some_of(words: Sequence[str]) -> str:
    return f"No moment has all of: {', '.join(words)}. These have some of it."


def _joined(*notices: str) -> str:
    return " ".join(notice for notice in notices if notice)


def _relative(moments: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """BM25 scores say nothing by themselves: make the best 1."""
    return [(moment, score / moments[0][1]) for moment, score in moments]


def _by_looks(store: Store, query: Query, narrow: Narrow, like: tuple[str, int] | Floats, limit: int) -> _Found:
    place, vector = _looks(store, *like) if isinstance(like, tuple) else (None, like)
    allowed, notice = _allowed(store, query, narrow)
    near = store.search.nearest(vector, limit + 1, allowed)
    return _Found([found for found in near if place is None or found[0] != place.id][:limit], notice)


def _allowed(store: Store, query: Query, narrow: Narrow) -> tuple[set[int] | None, str]:
    """The moments that words and the rest leave (None for all), and a notice."""
    if not query.words and narrow == EVERYWHERE:
        return None, ""
    allowed = store.search.moments_with(query.asked, every=True, narrow=narrow)
    if allowed or len(query.words) < 2:
        return allowed, ""
    allowed = store.search.moments_with(query.asked, every=False, narrow=narrow)
    return allowed, _some_of(query.asked) if allowed else ""


def look_of(store: Store, video_id: str, pts: int) -> Floats:
    """How the moment there looks without its people. Raises UsageError, saying why, if that is not known."""
    return _looks(store, video_id, pts)[1]


def _looks(store: Store, video_id: str, pts: int) -> tuple[Place, Floats]:
    """The moment there and its vector. Raises UsageError, saying why, if there is none."""
    video = store.videos.get(video_id)
    place = store.search.place_at(video_id, pts)
    where = _looks_like(store, (video_id, pts))
    if video is None or place is None:
        length = 0.0 if video is None else video.time_base.seconds(video.duration)
        raise UsageError(f"{where}: there is no moment at that time; the video ends at {_short(length)}")
    vector = store.search.vectors_of([place.id]).get(place.id)
    if vector is None:
        raise UsageError(f"{where}: it is not known what that moment looks like: {_why_unknown(store, video, place)}")
    return place, vector


def _why_unknown(store: Store, video: StoredVideo, place: Place) -> str:
    if LIKENESS not in store.records.finished(video.id):
        return f"the stage {LIKENESS} has not run on it; run `passerby add {video.path}`"
    doubts = store.records.doubts(video.id, place.span)
    return "; ".join(sorted(doubts)) or "nothing of it could be described outside of its people"


def _hits(store: Store, found: _Found, asked: list[str], likeness: str) -> tuple[Hit, ...]:
    places = store.search.places(moment for moment, _ in found.moments)
    reasons = store.search.reasons(places, asked)
    videos = {video.id: video for video in store.videos.some({place.video for place in places.values()})}
    told = _Told(store)
    groups: dict[str, list[Hit]] = {}
    for moment, score in found.moments:
        place = places.get(moment)
        if place is None or place.video not in videos:  # forgotten meanwhile
            continue
        why = [*map(_reason, reasons.get(moment, ())), *filter(None, [likeness, found.seen.get(moment)])]
        if not why and moment in found.meant:
            why = [f"means the like: {told.of(place)}"]
        groups.setdefault(place.video, []).append(_hit(videos[place.video], place, score, tuple(why)))
    return tuple(hit for group in groups.values() for hit in group)


class _Told:
    """What is known of moments in words, read once a video."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._videos: dict[str, dict[int, str]] = {}

    def of(self, place: Place) -> str:
        if place.video not in self._videos:
            self._videos[place.video] = self._store.records.words(place.video)
        text = self._videos[place.video].get(place.number, "")
        return text if len(text) <= _TOLD else text[:_TOLD].rsplit(" ", 1)[0] + " …"


def _hit(video: StoredVideo, place: Place, score: float, why: tuple[str, ...]) -> Hit:
    start, end = video.time_base.seconds(place.span.start), video.time_base.seconds(place.span.end)
    return Hit(video.id, video.name, place.number, start, end, score, why)


def _reason(reason: Reason) -> str:
    if reason.kind in ("name", "person"):
        return reason.kind
    return f"{reason.kind}: {reason.label}" + ("" if reason.score is None else f" {reason.score:.2f}")


def _looks_like(store: Store, like: tuple[str, int] | Floats | None) -> str:
    if like is None:
        return ""
    if not isinstance(like, tuple):
        return "looks like the picture"
    video = store.videos.get(like[0])
    return like[0] if video is None else f"looks like {video.name}@{_short(video.time_base.seconds(like[1]))}"


def _short(seconds: float) -> str:
    return format_timecode(seconds).removesuffix(".000")
