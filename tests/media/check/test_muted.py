"""Silence in a copy where it was to be, channel by channel and track by track."""

from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
import pytest

from clips import make_clip
from muxed import RATE, muxed, tone
from passerby.media.check.muted import heard_in_words
from passerby.media.write.soundtrack import edited
from passerby.records import Floats

SECONDS = 2.0
SPANS = ((Fraction(1, 2), Fraction(1)), (Fraction(3, 2), Fraction(17, 10)))


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("film") / "film.mp4", size=(64, 48), frames=48, numbered=False)


def voice(hertz: float = 440) -> Floats:
    """(n, 1) of a tone that swells, as a voice does."""
    swelling = 0.5 - 0.5 * np.cos(2 * np.pi * 5 * np.arange(round(SECONDS * RATE)) / RATE)
    return (tone(SECONDS, hertz) * swelling).astype(np.float32)[:, None]


def opposite() -> Floats:
    """Loud in either ear, and nothing in the mean of both."""
    return np.concatenate([voice(), -voice()], axis=1)


def hidden(sound: Floats, edit: Literal["mute", "bleep"] = "mute", spans: object = SPANS) -> Floats:
    return edited(sound, Fraction(0), RATE, edit, spans)  # type: ignore[arg-type]


def told(
    tmp_path: Path,
    film: Path,
    originals: list[Floats],
    copies: list[Floats],
    edit: Literal["mute", "bleep"] = "mute",
    name: str = "copy.mp4",
    codec: str = "aac",
) -> list[str]:
    original = muxed(tmp_path / f"original{Path(name).suffix}", film, sounds=originals, sound_codec=codec)
    copy = muxed(tmp_path / name, film, sounds=copies, sound_codec=codec)
    return list(heard_in_words(original, copy, SPANS, edit))


@pytest.mark.parametrize("edit", ["mute", "bleep"])
@pytest.mark.parametrize(("name", "codec"), [("copy.mp4", "aac"), ("copy.mkv", "aac"), ("copy.mkv", "libopus")])
def test_what_was_hidden_is_not_heard(
    edit: Literal["mute", "bleep"], name: str, codec: str, tmp_path: Path, film: Path
) -> None:
    for sound in (voice(), opposite()):
        assert told(tmp_path, film, [sound], [hidden(sound, edit)], edit, name, codec) == []


@pytest.mark.parametrize("edit", ["mute", "bleep"])
def test_what_was_not_is_told_with_its_time(edit: Literal["mute", "bleep"], tmp_path: Path, film: Path) -> None:
    (fault,) = told(tmp_path, film, [voice()], [voice()], edit)
    assert fault.startswith("something is heard in 2 of 2 spans that were to be ")
    assert "the first from 0:00.500 on, in channel 1 of track 1" in fault
    late = hidden(voice(), edit, SPANS[:1])
    (fault,) = told(tmp_path, film, [voice()], [late], edit)
    assert "in 1 of 2 spans" in fault
    assert "0:01.500" in fault


def test_each_channel_is_listened_to(tmp_path: Path, film: Path) -> None:
    sound = opposite()
    (fault,) = told(tmp_path, film, [sound], [sound])
    assert "something is heard" in fault
    one = np.concatenate([hidden(voice()), voice()], axis=1)
    (fault,) = told(tmp_path, film, [sound], [one])
    assert "in channel 2 of track 1" in fault


def test_each_track_is_listened_to(tmp_path: Path, film: Path) -> None:
    quiet = 0.02 * voice(700)
    sounds = [voice(), quiet]
    assert told(tmp_path, film, sounds, list(map(hidden, sounds)), name="copy.mkv") == []
    (fault,) = told(tmp_path, film, [quiet], [quiet], name="copy.mkv")
    assert "something is heard" in fault
    (fault,) = told(tmp_path, film, sounds, [hidden(voice()), voice()], name="copy.mkv")
    assert "of track 2" in fault


def test_a_part_of_a_span_that_was_forgotten_is_told(tmp_path: Path, film: Path) -> None:
    part = hidden(voice(), spans=((Fraction(1, 2), Fraction(7, 10)), (Fraction(8, 10), Fraction(1)), SPANS[1]))
    (fault,) = told(tmp_path, film, [voice()], [part])
    assert "in 1 of 2 spans" in fault


def test_a_tone_over_the_words_does_not_hide_them(tmp_path: Path, film: Path) -> None:
    bleep = hidden(np.zeros_like(voice()), "bleep")
    (fault,) = told(tmp_path, film, [voice()], [voice() + bleep], "bleep")
    assert "bleeped" in fault


def test_without_spans_there_is_nothing_to_hear(tmp_path: Path, film: Path) -> None:
    assert list(heard_in_words(film, film, (), "mute")) == []
