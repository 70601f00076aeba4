"""Cues of the picture and of the sound, at exact times."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from kits import chunk as sound_chunk
from passerby.models.fake import FakeShotJudge
from passerby.records import Cue, Floats, Pixels
from passerby.stages.base import SmallFrame
from passerby.stages.shots import ShotsSession, ShotsStage
from passerby.times import TimeBase
from shot_pictures import Timeline, dissolve, fade, flash, hold, pan, play, scene, wipe

CENTIS = TimeBase(Fraction(1, 100))
FRAME = 4
BLACK = np.zeros((27, 48, 3), np.uint8)
WHITE = np.full((27, 48, 3), 255, np.uint8)
RATE = 8000


def cues_in(frames: Timeline, kind: str) -> list[tuple[int, int]]:
    """The spans of the cues of this kind, in frames."""
    session = ShotsSession(ShotsStage(), FakeShotJudge(), CENTIS)
    play(session, frames, FRAME)
    cues = [record for record in session.finish(len(frames) * FRAME) if isinstance(record, Cue)]
    return [(cue.span.start // FRAME, cue.span.end // FRAME) for cue in cues if cue.kind == kind]


def moving(length: int) -> list[Pixels]:
    return pan(seed=2, length=length, step=1)


def bars(columns: int, level: int, *, sides: bool = False) -> Pixels:
    """Colour bars as a signal generator makes them, at the size that shots are found at."""
    lit = [(1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1), (0, 0, 0)][:columns]
    wide = np.zeros((270, 480, 3), np.uint8)
    left, right = (60, 420) if sides else (0, 480)
    edges = np.linspace(left, right, columns + 1).round().astype(int)
    wide[:, :] = 104 if sides else 0
    for colour, start, stop in zip(lit, edges, edges[1:], strict=False):
        wide[:, start:stop] = np.array(colour) * level
    wide[180:, 100:200] = 255  # what the lower part shows differs
    return np.asarray(cv2.resize(wide, (48, 27), interpolation=cv2.INTER_AREA), np.uint8)


def test_black_is_told_from_its_first_frame_to_the_next_other_one() -> None:
    assert cues_in([*moving(30), *hold(BLACK, 20), *moving(30)], "black") == [(30, 50)]


def test_one_black_frame_is_none_and_a_dark_picture_with_a_lamp_is_not_black() -> None:
    lamp = BLACK.copy()
    lamp[3:8, 4:12] = 200
    assert cues_in([*moving(30), BLACK, *moving(30), *hold(lamp, 30)], "black") == []


def test_black_with_noise_is_black() -> None:
    rng = np.random.default_rng(1)
    noisy = [rng.integers(0, 20, (27, 48, 3)).astype(np.uint8) for _ in range(20)]
    assert cues_in([*noisy, *moving(10)], "black") == [(0, 20)]


@pytest.mark.parametrize("blank", [BLACK, WHITE], ids=["black", "white"])
def test_fades_are_told_with_their_span(blank: Pixels) -> None:
    level = int(blank[0, 0, 0])
    out, back = fade(scene(1), level, 20), fade(scene(2), level, 12)[::-1]
    frames = [*hold(scene(1), 30), *out, *hold(blank, 10), *back, *hold(scene(2), 30)]
    (first, second) = cues_in(frames, "fade")
    assert first == pytest.approx((30, 50), abs=2)
    assert second == pytest.approx((60, 72), abs=2)


@pytest.mark.parametrize(
    "middle",
    [
        pytest.param(hold(BLACK, 10), id="cut to black"),
        pytest.param(dissolve(scene(1), scene(2), 20), id="dissolve"),
        pytest.param(flash(scene(1), 3), id="flash"),
        pytest.param([*wipe(scene(1), BLACK, 20), BLACK], id="wipe to black"),
    ],
)
def test_what_is_no_fade(middle: list[Pixels]) -> None:
    assert cues_in([*hold(scene(1), 30), *middle, *hold(scene(2), 30)], "fade") == []


def test_a_freeze_is_told_though_the_coding_leaves_noise() -> None:
    rng = np.random.default_rng(2)
    still = moving(1)[0].astype(int)
    noisy = [np.clip(still + (rng.random(still.shape) < 0.02) * 4, 0, 255).astype(np.uint8) for _ in range(60)]
    assert cues_in([*moving(30)[:0:-1], *noisy, *moving(30)[1:]], "freeze") == [(29, 89)]


def test_less_than_two_seconds_black_or_slow_motion_are_no_freeze() -> None:
    slow = [*dissolve(scene(1), scene(2), 200)]
    assert cues_in([*hold(scene(1), 49), *hold(BLACK, 100), *slow], "freeze") == []


@pytest.mark.parametrize(
    "picture",
    [bars(7, 191), bars(8, 191), bars(8, 255), bars(7, 191, sides=True)],
    ids=["smpte", "ebu", "full", "rp219"],
)
def test_bars_are_told_and_are_no_freeze(picture: Pixels) -> None:
    frames = [*moving(20), *hold(picture, 60), *moving(20)]
    assert cues_in(frames, "bars") == [(20, 80)]
    assert cues_in(frames, "freeze") == []


def test_bars_in_another_order_are_only_a_picture() -> None:
    assert cues_in(hold(np.ascontiguousarray(bars(7, 191)[:, ::-1]), 60), "bars") == []


def sound(seconds: float, level_db: float) -> Floats:
    """A tone (n, 1) whose root mean square is ``level_db`` below full scale."""
    time = np.arange(round(seconds * RATE)) / RATE
    peak = np.sqrt(2) * 10 ** (level_db / 20)
    return np.asarray(peak * np.sin(2 * np.pi * 440 * time), np.float32)[:, None]


def silences(parts: list[tuple[Fraction, Floats]], chunk: int, end: int) -> list[tuple[int, int]]:
    session = ShotsSession(ShotsStage(), FakeShotJudge(), CENTIS)
    session.push(SmallFrame(0, scene(1)))
    for start, samples in parts:
        for at in range(0, len(samples), chunk):
            session.hear(sound_chunk(start + Fraction(at, RATE), RATE, samples[at : at + chunk]))
    cues = [record for record in session.finish(end) if isinstance(record, Cue)]
    return [(cue.span.start, cue.span.end) for cue in cues if cue.kind == "silence"]


@pytest.mark.parametrize("chunk", [100, 1024, 100_000])
def test_silence_is_told_to_a_twentieth_of_a_second_however_the_sound_comes(chunk: int) -> None:
    samples = np.concatenate([sound(1, -20), sound(2.5, -60), sound(1, -20), sound(3, -120)])
    first, second = silences([(Fraction(0), samples)], chunk, 1000)
    assert first == pytest.approx((100, 350), abs=5)
    assert second == pytest.approx((450, 750), abs=5)


def test_sound_above_the_level_or_too_short_a_pause_is_no_silence() -> None:
    samples = np.concatenate([sound(4, -45), sound(1.9, -90), sound(1, -20)])
    assert silences([(Fraction(0), samples)], 1024, 1000) == []


def test_sound_that_cancels_in_the_mean_or_is_in_one_of_six_channels_is_no_silence() -> None:
    loud, quiet = sound(4, -20), sound(4, -90)
    assert silences([(Fraction(0), np.hstack([loud, -loud]))], 1024, 1000) == []
    assert silences([(Fraction(0), np.hstack([sound(4, -45), *[quiet] * 5]))], 1024, 1000) == []
    assert silences([(Fraction(0), np.hstack([quiet, -quiet]))], 1024, 1000) == [(0, 400)]


def test_silence_is_told_where_the_number_of_channels_changes() -> None:
    quiet = sound(3, -90)
    parts = [(Fraction(0), quiet), (Fraction(3), np.hstack([quiet, quiet]))]
    assert silences(parts, 1024, 1000) == [(0, 300), (300, 600)]


def test_a_video_without_sound_has_no_silence() -> None:
    assert silences([], 1024, 10_000) == []


def test_silence_ends_where_the_sound_has_a_gap_and_with_the_video() -> None:
    parts = [(Fraction(0), sound(3, -90)), (Fraction(5), sound(3, -90))]
    assert silences(parts, 1024, 600) == [(0, 300)]
    assert silences(parts, 1024, 750) == [(0, 300), (500, 750)]
