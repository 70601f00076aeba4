"""Moments that look like a moment, or like a picture, without their people."""

from passerby.errors import UsageError
from passerby.records import Floats, StoredVideo
from passerby.search.notices import Notice, some_of
from passerby.search.query import Query
from passerby.search.ranking import Ranking
from passerby.store.library import Store
from passerby.store.search import EVERYWHERE, LIKENESS, Narrow, Place, Reason
from passerby.times import format_timecode

# The id of a video and a pts in it, or the vector of a picture.
SearchExample = tuple[str, int] | Floats


def by_likeness(store: Store, query: Query, narrow: Narrow, example: SearchExample, limit: int) -> Ranking:
    """The moments nearest to ``example``, itself left out, among those that words and the rest leave.

    Raises UsageError, saying why, if it is not known how a moment looks.
    """
    place, vector = _place_and_vector(store, *example) if isinstance(example, tuple) else (None, example)
    allowed, notices = _allowed(store, query, narrow)
    near = store.search.nearest(vector, limit + 1, allowed, narrow=narrow if allowed is None else EVERYWHERE)
    moments = [found for found in near if place is None or found[0] != place.id][:limit]
    why = Reason("likeness", _name(store, *example) if isinstance(example, tuple) else "the picture", None)
    return Ranking(moments, notices=notices, likeness_reasons={moment: why for moment, _ in moments})


def vector_of(store: Store, video_id: str, pts: int) -> Floats:
    """How the moment there looks without its people. Raises UsageError, saying why, if that is not known."""
    return _place_and_vector(store, video_id, pts)[1]


def _allowed(store: Store, query: Query, narrow: Narrow) -> tuple[set[int] | None, tuple[Notice, ...]]:
    """The moments that words leave (None for all), and what is to be known of that."""
    if not query.words:
        return None, ()
    allowed = store.search.moments_with(query.terms, every=True, narrow=narrow)
    if allowed or len(query.words) < 2:
        return allowed, ()
    allowed = store.search.moments_with(query.terms, every=False, narrow=narrow)
    return allowed, (some_of(query.terms),) if allowed else ()


def _place_and_vector(store: Store, video_id: str, pts: int) -> tuple[Place, Floats]:
    video, place = store.videos.get(video_id), store.search.place_at(video_id, pts)
    where = f"looks like {_name(store, video_id, pts)}" if video is not None else video_id
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


def _name(store: Store, video_id: str, pts: int) -> str:
    video = store.videos.get(video_id)
    return video_id if video is None else f"{video.name}@{_short(video.time_base.seconds(pts))}"


def _short(seconds: float) -> str:
    return format_timecode(seconds).removesuffix(".000")
