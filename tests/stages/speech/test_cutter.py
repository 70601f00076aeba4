"""Where sound is cut, with a detector that takes what is loud for speech."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.models.fake import FakeSpeechDetector
from passerby.records import Floats
from passerby.stages.speech.cutter import CHUNK, LONGEST, RATE, SPEECH_MARGIN, Piece, PieceCutter
from sounds import silence, tone

MARGIN = SPEECH_MARGIN * CHUNK / RATE


def cutter() -> PieceCutter:
    return PieceCutter(FakeSpeechDetector(), 0.5, 0.35, 1.0)


def cut(sound: Floats, start: Fraction = Fraction(0), block: int = 1000) -> list[Piece]:
    cutting = cutter()
    pieces: list[Piece] = []
    for first in range(0, len(sound), block):
        pieces += cutting.push(start + Fraction(first, RATE), sound[first : first + block])
    return [*pieces, *cutting.finish()]


def spans(pieces: list[Piece]) -> list[tuple[float, float]]:
    return [(float(piece.start), float(piece.start) + len(piece.samples) / RATE) for piece in pieces]


def test_a_piece_is_speech_with_a_little_around_it() -> None:
    sound = np.concatenate([silence(5), tone(2), silence(5)])
    ((start, end),) = spans(cut(sound))
    assert start == pytest.approx(5 - MARGIN, abs=0.04)
    assert end == pytest.approx(7 + MARGIN, abs=0.04)


def test_its_samples_are_those_of_its_time() -> None:
    sound = np.concatenate([silence(1), tone(2, 313), silence(2), tone(1, 717), silence(2)])
    for piece in cut(sound):
        first = piece.start * RATE
        assert first.denominator == 1
        np.testing.assert_array_equal(piece.samples, sound[int(first) : int(first) + len(piece.samples)])


def test_short_pauses_stay_in_a_piece_and_long_ones_part_two() -> None:
    words = np.concatenate([tone(1), silence(0.7), tone(1)])
    found = spans(cut(np.concatenate([words, silence(3), words, silence(2)])))
    assert [round(end - start) for start, end in found] == [3, 3]


@pytest.mark.parametrize("sound", [silence(60), tone(60, level=0.01)], ids=["silence", "a quiet hum"])
def test_what_is_no_speech_gives_no_piece(sound: Floats) -> None:
    assert cut(sound) == []


def test_a_knock_is_no_speech() -> None:
    assert cut(np.concatenate([silence(2), tone(0.1), silence(2)])) == []


def test_speech_without_a_pause_is_cut_where_there_is_the_least_of_it() -> None:
    sound = tone(70)
    sound[20 * RATE : 20 * RATE + 3 * CHUNK] = 0
    found = spans(cut(sound))
    assert found[0][1] == pytest.approx(20, abs=0.15)
    assert all(end - start <= LONGEST * CHUNK / RATE for start, end in found)
    assert all(one[1] == pytest.approx(other[0]) for one, other in pairwise(found))
    assert found[-1][1] == pytest.approx(70, abs=0.04)


def test_speech_up_to_the_end_is_kept() -> None:
    ((_, end),) = spans(cut(np.concatenate([silence(1), tone(1.5)])))
    assert end == pytest.approx(2.5, abs=0.04)


def test_a_gap_in_the_sound_ends_a_piece() -> None:
    cutting = cutter()
    pieces = [*cutting.push(Fraction(0), tone(2)), *cutting.push(Fraction(10), tone(2)), *cutting.finish()]
    assert [start for start, _ in spans(pieces)] == [0.0, 10.0]


def test_it_holds_no_more_than_a_piece() -> None:
    cutting = cutter()
    for second in range(600):
        list(cutting.push(Fraction(second), silence(1) if second % 60 < 30 else tone(1)))
        assert len(cutting._chunks) <= LONGEST


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 40)), min_size=1, max_size=8), st.integers(100, 20_000))
def test_pieces_never_overlap_and_no_loud_chunk_but_a_knock_is_lost(parts: list[tuple[bool, int]], block: int) -> None:
    sound = np.concatenate([tone(n / 4) if loud else silence(n / 4) for loud, n in parts])
    found = spans(cut(sound, block=block))
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    at = 0.0
    for loud, quarters in parts:
        if loud:
            for time in (at + 0.05, at + quarters / 4 - 0.05):
                assert any(start <= time <= end for start, end in found)
        at += quarters / 4
