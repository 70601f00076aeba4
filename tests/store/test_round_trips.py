"""A record comes back from the database as it went in."""

from collections.abc import Iterator
from dataclasses import fields
from fractions import Fraction
from typing import Any, TypeVar

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from hypothesis.strategies import SearchStrategy

from libraries import NewAddress, timeline, video
from passerby.records import (
    Cue,
    Moment,
    MomentVector,
    PeopleMasks,
    ScreenText,
    Shot,
    SpokenWord,
    StoredVideo,
    Tag,
    Thumbnail,
    Track,
    Utterance,
)
from passerby.store.library import Store, open_store
from passerby.times import Span, TimeBase

R = TypeVar("R")
MOMENTS = 4
FAST = settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])

ticks = st.integers(-(2**62), 2**62)
floats32 = st.floats(width=32, allow_nan=False)
scores = st.floats(0, 1, width=32)
spans = st.tuples(ticks, ticks).map(lambda edges: Span(min(edges), max(edges)))
labels = st.text(max_size=20)
shots = st.builds(Shot, spans, st.integers(0, 2**31))
cues = st.builds(Cue, st.sampled_from(["black", "fade", "freeze", "bars", "silence"]), spans)
moments = st.builds(Moment, spans, st.integers(0, 2**31))
tags = st.builds(Tag, st.integers(0, MOMENTS - 1), labels, st.floats(0, 1))


lines = st.text(max_size=20).map(lambda text: " ".join(text.split())).filter(str.strip)
sides = st.floats(-1e6, 1e6)
texts = st.builds(ScreenText, lines, st.floats(0, 1), spans, st.tuples(sides, sides, sides, sides))
words = st.lists(st.builds(SpokenWord, labels, spans), max_size=4).map(tuple)
utterances = st.builds(Utterance, lines, spans, st.sampled_from(["en", "uk", "zh"]), words)


def times(count: int) -> SearchStrategy[Any]:
    return arrays.arrays(np.int64, count, elements=ticks, unique=True).map(np.sort)


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    count = draw(st.integers(1, 6))
    boxes = draw(arrays.arrays(np.float32, (count, 4), elements=floats32))
    return Track(draw(labels), draw(times(count)), boxes, draw(arrays.arrays(np.float32, count, elements=scores)))


@st.composite
def people_masks(draw: st.DrawFn) -> PeopleMasks:
    lengths = draw(st.lists(st.integers(0, 3), max_size=5))
    count = len(lengths)
    return PeopleMasks(
        draw(times(count)),
        np.cumsum([0, *lengths]).astype(np.int32),
        draw(arrays.arrays(np.float32, (sum(lengths), 4), elements=floats32)),
        np.array(lengths, np.int32),
        draw(arrays.arrays(np.float32, count, elements=scores)),
        tuple(draw(st.lists(labels, min_size=count, max_size=count))),
    )


@st.composite
def vectors(draw: st.DrawFn) -> list[object]:
    """Vectors that float16 holds exactly."""
    chosen = draw(st.sets(st.integers(0, MOMENTS - 1)))
    length = draw(st.integers(1, 9))
    halves = arrays.arrays(np.float16, length, elements=st.floats(-1, 1, width=16))
    return [MomentVector(moment, draw(halves).astype(np.float32)) for moment in sorted(chosen)]


thumbnails = st.dictionaries(st.integers(0, MOMENTS - 1), st.tuples(ticks, st.binary(max_size=100))).map(
    lambda chosen: [Thumbnail(moment, *rest) for moment, rest in sorted(chosen.items())]
)


def same(found: object, expected: object) -> bool:
    """Equality of records, with arrays compared in type, shape and bits."""
    if isinstance(expected, np.ndarray):
        assert isinstance(found, np.ndarray)
        return found.dtype == expected.dtype and found.shape == expected.shape and found.tobytes() == expected.tobytes()
    if type(expected) in (Track, PeopleMasks, MomentVector):
        names = [field.name for field in fields(expected)]  # type: ignore[arg-type]
        return type(found) is type(expected) and all(
            same(getattr(found, name), getattr(expected, name)) for name in names
        )
    return found == expected


@pytest.fixture(scope="module")
def store(new_address: NewAddress) -> Iterator[Store]:
    with open_store(new_address(), create=True) as opened:
        yield opened


def kept(store: Store, stage: str, records: list[Any], kind: type[R]) -> list[R]:
    made = video()
    store.sink.begin_video(made)
    if stage != "shots":
        store.sink.finish_stage(made.id, "shots", "key", timeline(MOMENTS))
    store.sink.finish_stage(made.id, stage, "key", records)
    return store.records.of(made.id, kind)


@FAST
@given(st.lists(shots, max_size=5), st.lists(cues, max_size=5), st.lists(moments, max_size=5))
def test_timeline(store: Store, shots: list[Shot], cues: list[Cue], moments: list[Moment]) -> None:
    assert kept(store, "shots", [*moments, *shots, *cues], Shot) == shots
    assert store.records.of(video().id, Cue) == cues
    assert store.records.of(video().id, Moment) == moments


@FAST
@given(st.lists(tracks(), max_size=4))
def test_tracks(store: Store, records: list[Track]) -> None:
    found = kept(store, "objects", records, Track)
    assert len(found) == len(records)
    assert all(map(same, found, records))


@FAST
@given(people_masks())
def test_people(store: Store, masks: PeopleMasks) -> None:
    assert same(kept(store, "people", [masks], PeopleMasks)[0], masks)


@FAST
@given(st.lists(tags, max_size=6))
def test_tags(store: Store, records: list[Tag]) -> None:
    assert kept(store, "tags", records, Tag) == records


@FAST
@given(st.lists(texts, max_size=5))
def test_texts(store: Store, records: list[ScreenText]) -> None:
    assert kept(store, "text", records, ScreenText) == records


@FAST
@given(st.lists(utterances, max_size=5))
def test_utterances(store: Store, records: list[Utterance]) -> None:
    assert kept(store, "speech", records, Utterance) == records


@FAST
@given(vectors())
def test_vectors(store: Store, records: list[MomentVector]) -> None:
    found = kept(store, "vectors", records, MomentVector)
    assert len(found) == len(records)
    assert all(map(same, found, records))


@FAST
@given(thumbnails)
def test_thumbnails(store: Store, records: list[Thumbnail]) -> None:
    assert kept(store, "thumbnails", records, Thumbnail) == records


names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
sizes = st.integers(0, 2**62)
ratios = st.fractions(min_value=Fraction(1, 10**9), max_value=10**6, max_denominator=10**9)
videos = st.builds(
    StoredVideo,
    id=st.binary(min_size=32, max_size=32).map(bytes.hex),
    name=names,
    path=names.map("/".__add__),
    size_bytes=sizes,
    width=sizes,
    height=sizes,
    time_base=st.builds(TimeBase, ratios),
    frames=sizes,
    duration=sizes,
    status=st.sampled_from(["incomplete", "done", "damaged"]),
    note=labels,
)


@FAST
@given(videos)
def test_videos(store: Store, made: StoredVideo) -> None:
    if store.videos.get(made.id) is not None:
        store.videos.forget(made.id)
    store.sink.begin_video(made)
    assert store.videos.get(made.id) == made


def test_vectors_are_rounded_to_float16(address: str) -> None:
    vector = np.array([0.1, 0.99498744], np.float32)
    with open_store(address, create=True) as store:
        (found,) = kept(store, "vectors", [MomentVector(2, vector)], MomentVector)
    assert np.array_equal(found.vector, vector.astype(np.float16).astype(np.float32))
