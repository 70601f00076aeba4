"""Odd sound, from the file to what is said in it: rates, channels, tracks, tags, faults."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clips import truncated
from fake_models import FakeModels
from passerby.files.content import Source, content_id
from passerby.pipeline.keys import plan
from passerby.pipeline.run import index
from passerby.records import Utterance
from passerby.settings import Settings
from passerby.store.library import Store, open_store
from soundtracks import Track, film


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with open_store(tmp_path / "library", create=True) as opened:
        yield opened


def said(store: Store, path: Path) -> list[tuple[float, float]]:
    """When something is said, in seconds."""
    source = Source(path, content_id(path, lambda _: None))
    index(source, plan(["speech"], Settings()), store.sink, FakeModels(), lambda *_: None)
    base = store.videos.resolve(path.name).time_base
    spans = [utterance.span for utterance in store.records.of(source.video_id, Utterance)]
    return [(round(base.seconds(span.start), 1), round(base.seconds(span.end), 1)) for span in spans]


@pytest.mark.parametrize(
    "track",
    [
        Track((2, 4), rate=8000, layout="mono"),
        Track((2, 4), rate=11_025),
        Track((2, 4), rate=96_000),
        Track((2, 4), layout="7.1"),
        Track((2, 4), level=20),
        Track((2, 4), language="xx"),
    ],
    ids=["8 kHz", "11 kHz", "96 kHz", "7.1", "clipped", "a language that there is not"],
)
def test_odd_sound_is_heard_when_it_sounds(store: Store, tmp_path: Path, track: Track) -> None:
    assert said(store, film(tmp_path / "odd.mkv", track)) == [(2.0, 4.0)]


def test_a_voice_in_one_of_eight_channels_is_heard(store: Store, tmp_path: Path) -> None:
    track = Track((2, 4), layout="7.1", level=0.9, channel=2)
    assert said(store, film(tmp_path / "centre.mkv", track)) == [(2.0, 4.0)]


def test_opposite_phases_are_heard(store: Store, tmp_path: Path) -> None:
    assert said(store, film(tmp_path / "opposite.mkv", Track((2, 4), turned_over=1))) == [(2.0, 4.0)]


def test_a_faint_voice_in_one_of_six_channels_is_heard(store: Store, tmp_path: Path) -> None:
    """In their mean it is fainter than the fake detector hears."""
    track = Track((2, 4), layout="5.1", level=0.2, channel=2)
    assert said(store, film(tmp_path / "centre.mkv", track)) == [(2.0, 4.0)]


def test_of_two_tracks_the_first_is_heard_and_that_is_told(store: Store, tmp_path: Path) -> None:
    assert said(store, film(tmp_path / "two.mkv", Track((1, 2), language="ger"), Track((3, 5)))) == [(1.0, 2.0)]
    video = store.videos.resolve("two.mkv")
    assert (video.status, video.note) == ("done", "1 of 2 tracks of sound was heard")


def test_sound_that_breaks_off_is_heard_as_far_as_it_goes(store: Store, tmp_path: Path) -> None:
    whole = film(tmp_path / "whole.mkv", Track((1, 2)))
    found = said(store, truncated(whole, tmp_path / "broken.mkv", keep=0.7))
    assert found == [(1.0, 2.0)]
    assert store.videos.resolve("broken.mkv").status == "damaged"


def test_silence_and_a_faint_hum_say_nothing(store: Store, tmp_path: Path) -> None:
    assert said(store, film(tmp_path / "hum.mkv", Track((0, 6), level=0.005))) == []
