"""Searching a library for moments."""

from collections.abc import Sequence
from dataclasses import dataclass

from passerby.errors import UsageError
from passerby.models.vocabulary import protected_terms_in
from passerby.records import Floats, Video
from passerby.search.query import Query, parse, refusal
from passerby.store.store import RANKED, Place, Reason, Store
from passerby.times import format_timecode

_MANY = f"There are more than {RANKED:,} such moments; only the newest were compared. --label and --in narrow it."


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


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, those of one video side by side: videos by their best hit, hits of a video from the best on."""

    query: str  # as typed
    notice: str  # what the user should know about the answer; "" for nothing
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """Ids of moments with their scores, best first."""

    moments: list[tuple[int, float]]
    notice: str = ""


def search(
    store: Store,
    text: str = "",
    *,
    label: str | None = None,
    videos: Sequence[str] | None = None,
    like: tuple[str, int] | None = None,
    limit: int = 20,
) -> SearchResult:
    """The moments that best answer to all that is asked.

    ``text`` is words and "phrases"; where no moment has them all, moments with some. ``label`` is the exact label
    of an object or a tag. ``videos`` are ids. ``like`` is the id of a video and a pts: moments that look like the
    one there come first, and words and label then only narrow. Raises UsageError if nothing is asked for, or
    nothing is known of how the moment ``like`` looks.
    """
    if limit < 1:
        raise UsageError(f"expected a limit of 1 or more, found {limit}")
    query, barred = parse(text), protected_terms_in(label or "")
    refused = (*query.refused, *barred)
    if barred or not (query.words or label or like):
        if not refused:
            raise UsageError("expected something to search for: words, a label, or a moment to look like")
        return SearchResult(text, refusal(refused), ())
    if like is not None:
        found = _by_looks(store, query, label, videos, like, limit)
    elif query.words:
        found = _by_words(store, query, label, videos, limit)
    else:
        found = _Found(store.find_label(label or "", videos=videos, limit=limit))
    notice = _joined(refusal(refused), found.notice)
    asked = [*query.words, *([label] if label else [])]
    return SearchResult(text, notice, _hits(store, found.moments, asked, _looks_like(store, like)))


def _by_words(store: Store, query: Query, label: str | None, videos: Sequence[str] | None, limit: int) -> _Found:
    ranked = store.find_words(query.words, every=True, label=label, videos=videos, limit=limit)
    notice = ""
    if not ranked.moments and len(query.words) > 1:
        ranked = store.find_words(query.words, every=False, label=label, videos=videos, limit=limit)
        notice = _some_of(query) if ranked.moments else ""
    return _Found(_relative(ranked.moments), _joined(notice, "" if ranked.complete else _MANY))


def _some_of(query: Query) -> str:
    return f"No moment has all of: {', '.join(query.words)}. These have some of it."


def _joined(*notices: str) -> str:
    return " ".join(notice for notice in notices if notice)


def _relative(moments: list[tuple[int, float]]) -> list[tuple[int, float]]:
    """BM25 scores say nothing by themselves: make the best 1."""
    return [(moment, score / moments[0][1]) for moment, score in moments]


def _by_looks(
    store: Store,
    query: Query,
    label: str | None,
    videos: Sequence[str] | None,
    like: tuple[str, int],
    limit: int,
) -> _Found:
    place, vector = _looks(store, *like)
    allowed, notice = _allowed(store, query, label, videos)
    near = store.nearest(vector, limit + 1, allowed)
    return _Found([found for found in near if found[0] != place.id][:limit], notice)


def _allowed(
    store: Store, query: Query, label: str | None, videos: Sequence[str] | None
) -> tuple[set[int] | None, str]:
    """The moments that words, label and videos leave (None for all), and a notice."""
    if not query.words and label is None and videos is None:
        return None, ""
    allowed = store.moments_with(query.words, every=True, label=label, videos=videos)
    if allowed or len(query.words) < 2:
        return allowed, ""
    allowed = store.moments_with(query.words, every=False, label=label, videos=videos)
    return allowed, _some_of(query) if allowed else ""


def _looks(store: Store, video_id: str, pts: int) -> tuple[Place, Floats]:
    """The moment there and its vector. Raises UsageError, saying why, if there is none."""
    video = store.video(video_id)
    place = store.place_at(video_id, pts)
    where = _looks_like(store, (video_id, pts))
    if video is None or place is None:
        length = 0.0 if video is None else video.time_base.seconds(video.duration)
        raise UsageError(f"{where}: there is no moment at that time; the video ends at {_short(length)}")
    vector = next((entry.vector for entry in store.vectors(video_id) if entry.moment == place.number), None)
    if vector is None:
        raise UsageError(f"{where}: it is not known what that moment looks like: {_why_unknown(store, video, place)}")
    return place, vector


def _why_unknown(store: Store, video: Video, place: Place) -> str:
    if "vectors" not in store.finished(video.id):
        return f"the stage vectors has not run on it; run `passerby add {video.path}`"
    people = store.people(video.id)
    doubts = () if people is None else zip(people.times.tolist(), people.doubts, strict=True)
    reasons = {doubt for pts, doubt in doubts if doubt and place.span.start <= pts < place.span.end}
    return "; ".join(sorted(reasons)) or "nothing of it could be described outside of its people"


def _hits(store: Store, moments: list[tuple[int, float]], asked: list[str], likeness: str) -> tuple[Hit, ...]:
    places = store.places(moment for moment, _ in moments)
    reasons = store.reasons(places, asked)
    videos = {place.video: video for place in places.values() if (video := store.video(place.video))}
    groups: dict[str, list[Hit]] = {}
    for moment, score in moments:
        place = places.get(moment)
        if place is None or place.video not in videos:  # forgotten meanwhile
            continue
        why = (*map(_told, reasons.get(moment, ())), *([likeness] if likeness else ()))
        groups.setdefault(place.video, []).append(_hit(videos[place.video], place, score, why))
    return tuple(hit for group in groups.values() for hit in group)


def _hit(video: Video, place: Place, score: float, why: tuple[str, ...]) -> Hit:
    start, end = video.time_base.seconds(place.span.start), video.time_base.seconds(place.span.end)
    return Hit(video.id, video.name, place.number, start, end, score, why)


def _told(reason: Reason) -> str:
    if reason.kind in ("name", "person"):
        return reason.kind
    return f"{reason.kind}: {reason.label}" + ("" if reason.score is None else f" {reason.score:.2f}")


def _looks_like(store: Store, like: tuple[str, int] | None) -> str:
    if like is None:
        return ""
    video = store.video(like[0])
    return like[0] if video is None else f"looks like {video.name}@{_short(video.time_base.seconds(like[1]))}"


def _short(seconds: float) -> str:
    return format_timecode(seconds).removesuffix(".000")
