"""Shots: what is a cut and what is not, when it is told, and what it is told from."""

import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerby.models.fake import FakeShotJudge
from passerby.records import Cue, Floats, Moment, Pixels, Shot
from passerby.stages.base import SmallFrame
from passerby.stages.shots import MomentCutter, ShotJudge, ShotsSession, ShotsStage
from passerby.times import TimeBase
from shot_pictures import Timeline, dissolve, fade, flash, hold, pan, play, scene, wipe

CENTIS = TimeBase(Fraction(1, 100))
FRAME = 4  # ticks: 25 frames a second


@dataclass(slots=True)
class SureJudge:
    """Says the same of every frame, and remembers at how many it looked each time."""

    chance: float
    looks: list[int] = field(default_factory=list, init=False)

    def predict(self, frames: Pixels) -> Floats:
        assert frames.shape[1:] == (27, 48, 3)
        self.looks.append(len(frames))
        return np.full(len(frames), self.chance, np.float32)


def opened(judge: ShotJudge | None = None) -> ShotsSession:
    return ShotsSession(ShotsStage(), judge or FakeShotJudge(), CENTIS)


def cuts_in(frames: Timeline, judge: ShotJudge | None = None) -> list[int]:
    """The numbers of the frames that begin a new shot."""
    session = opened(judge)
    play(session, frames, FRAME)
    session.finish(len(frames) * FRAME)
    return [cut // FRAME for cut in session.cuts]


def test_hard_cuts_are_found_at_their_frame_without_the_judge() -> None:
    judge = SureJudge(0.0)
    frames = [*hold(scene(1), 30), *hold(scene(2), 7), *hold(scene(3), 40)]
    assert cuts_in(frames, judge) == [30, 37]
    assert judge.looks == []


@pytest.mark.parametrize("length", [5, 12, 24, 40])
def test_a_dissolve_is_one_cut_near_its_middle(length: int) -> None:
    frames = [*hold(scene(1), 40), *dissolve(scene(1), scene(2), length), *hold(scene(2), 40)]
    (cut,) = cuts_in(frames)
    assert abs(cut - (40 + length / 2)) <= 2


@pytest.mark.parametrize("level", [0, 110, 255])
@pytest.mark.parametrize(("out", "blank", "back"), [(15, 5, 15), (6, 1, 1), (20, 20, 20)])
def test_a_fade_is_one_cut_while_it_is_blank(level: int, out: int, blank: int, back: int) -> None:
    frames = [
        *hold(scene(1), 40),
        *fade(scene(1), level, out),
        *hold(np.full((27, 48, 3), level, np.uint8), blank),
        *reversed(fade(scene(2), level, back)),
        *hold(scene(2), 40),
    ]
    judge = SureJudge(1.0)
    (cut,) = cuts_in(frames, judge)
    assert 40 + out - 3 <= cut <= 40 + out + blank + 3
    assert judge.looks == []


def test_a_long_blank_is_a_shot_of_its_own() -> None:
    frames = [*hold(scene(1), 40), *hold(np.zeros((27, 48, 3), np.uint8), 60), *hold(scene(2), 40)]
    assert cuts_in(frames) == [40, 100]


def test_a_wipe_is_one_cut() -> None:
    frames = [*hold(scene(1), 40), *wipe(scene(1), scene(2), 16), *hold(scene(2), 40)]
    (cut,) = cuts_in(frames, SureJudge(0.0))
    assert 40 < cut < 56


@pytest.mark.parametrize(
    "middle",
    [
        pytest.param(flash(scene(1), 1), id="flash"),
        pytest.param([*flash(scene(1), 2), *hold(scene(1), 4), *flash(scene(1), 3)], id="lightning"),
        pytest.param([(scene(1) * gain).astype(np.uint8) for gain in (1, 0.3, 0.3) * 8], id="strobe"),
        pytest.param([(scene(1) * gain).astype(np.uint8) for gain in np.linspace(1, 0.4, 6)], id="light"),
        pytest.param([(scene(1) * 0.4).astype(np.uint8)], id="lamp"),
        pytest.param(hold(scene(1), 20), id="still"),
    ],
)
def test_no_cut_is_seen_though_the_judge_would_have_it(middle: list[Pixels]) -> None:
    judge = SureJudge(1.0)
    after = middle[-1] if np.abs(middle[-1].astype(int) - scene(1)).mean() < 90 else scene(1)
    assert cuts_in([*hold(scene(1), 40), *middle, *hold(after, 40)], judge) == []


def test_a_pan_is_no_cut() -> None:
    assert cuts_in(pan(seed=4, length=120, step=2)) == []


@pytest.mark.parametrize(("chance", "found"), [(1.0, True), (0.0, False)])
def test_the_judge_decides_what_is_doubtful(chance: float, found: bool) -> None:
    # A third of the picture dissolves: something in a shot, or another shot of the same place.
    other = scene(1).copy()
    other[:, :16] = scene(2)[:, :16]
    frames = [*hold(scene(1), 60), *dissolve(scene(1), other, 20), *hold(other, 60)]
    judge = SureJudge(chance)
    assert bool(cuts_in(frames, judge)) is found
    assert len(judge.looks) == 1


def test_times_are_those_of_the_frames_at_a_variable_rate() -> None:
    rng = np.random.default_rng(5)
    frames = [*hold(scene(1), 50), *hold(scene(2), 50), *dissolve(scene(2), scene(3), 12), *hold(scene(3), 50)]
    pts = np.cumsum(rng.integers(1, 90, len(frames))).tolist()
    session = opened()
    for time, picture in zip(pts, frames, strict=True):
        session.push(SmallFrame(time, picture))
    records = session.finish(pts[-1] + 7)
    first, second = session.cuts
    assert first == pts[50]
    assert second in pts[101:112]
    spans = [record.span for record in records if isinstance(record, Shot)]
    assert [(span.start, span.end) for span in spans] == [(pts[0], first), (first, second), (second, pts[-1] + 7)]


def test_one_frame_is_one_shot_and_one_moment() -> None:
    session = opened()
    session.push(SmallFrame(3, scene(1)))
    shot, moment = session.finish(8)
    assert isinstance(shot, Shot)
    assert isinstance(moment, Moment)
    assert shot.span == moment.span
    assert (shot.span.start, shot.span.end, shot.scene) == (3, 8, 0)


def test_all_black_is_one_shot_and_one_cue() -> None:
    session = opened(SureJudge(1.0))
    play(session, hold(np.zeros((27, 48, 3), np.uint8), 90), FRAME)
    records = session.finish(360)
    assert [record.span.length for record in records if isinstance(record, Shot)] == [360]
    assert [(cue.kind, cue.span.start, cue.span.end) for cue in records if isinstance(cue, Cue)] == [("black", 0, 360)]


def test_no_frame_gives_no_shot() -> None:
    assert opened().finish(10) == []


def test_bad_input_is_refused() -> None:
    session = opened()
    with pytest.raises(ValueError, match="27, 48, 3"):
        session.push(SmallFrame(0, np.zeros((28, 48, 3), np.uint8)))
    session.push(SmallFrame(5, scene(1)))
    with pytest.raises(ValueError, match="pts after 5"):
        session.push(SmallFrame(5, scene(1)))
    with pytest.raises(ValueError, match="end after the last frame"):
        session.finish(5)


def test_a_dialogue_is_one_scene_and_another_place_is_another() -> None:
    frames: list[Pixels] = []
    for seed in (1, 2, 1, 2, 3):
        frames += hold(scene(seed), 30)
    session = opened()
    play(session, frames, FRAME)
    shots = [record for record in session.finish(len(frames) * FRAME) if isinstance(record, Shot)]
    assert [shot.scene for shot in shots] == [0, 0, 0, 0, 1]


@st.composite
def edits(draw: st.DrawFn) -> list[Pixels]:
    """Shots, some moving, joined in any way, with flashes and blanks in them."""
    frames: list[Pixels] = []
    old = scene(draw(st.integers(0, 5)))
    for _ in range(draw(st.integers(1, 5))):
        new = scene(draw(st.integers(0, 5)))
        length = draw(st.integers(1, 40))
        frames += hold(old, draw(st.integers(0, 60)))
        frames += draw(
            st.sampled_from(
                [
                    [],
                    dissolve(old, new, length),
                    wipe(old, new, length),
                    [*fade(old, 0, length), *hold(np.zeros((27, 48, 3), np.uint8), length)],
                    flash(old, min(length, 4)),
                    pan(seed=length, length=length, step=3),
                ]
            )
        )
        old = new
    frames += hold(old, draw(st.integers(1, 60)))
    noise = draw(st.sampled_from([0, 3, 15]))
    rng = np.random.default_rng(len(frames))
    return [np.clip(picture + rng.normal(0, noise, picture.shape), 0, 255).astype(np.uint8) for picture in frames]


@given(edits(), st.integers(0, 400))
@settings(deadline=None, max_examples=40)
def test_what_is_settled_stays_and_moments_streamed_are_those_of_the_end(frames: list[Pixels], spare: int) -> None:
    session = opened()
    cutter = MomentCutter(CENTIS, 0)
    promises: list[tuple[int, list[int]]] = []
    streamed: list[Moment] = []
    for number, picture in enumerate(frames):
        session.push(SmallFrame(number * FRAME, picture))
        promises.append((session.settled, list(session.cuts)))
        streamed += cutter.settle(session.cuts, session.settled)
        assert number * FRAME - session.settled <= 6 * 100  # ticks: never more than six seconds late
    end = len(frames) * FRAME + spare
    records = session.finish(end)
    for settled, cuts in promises:
        assert cuts == [cut for cut in session.cuts if cut < settled]
    assert all(a <= b for (a, _), (b, _) in pairwise(promises))

    streamed += cutter.settle(session.cuts, session.settled)
    streamed += cutter.finish(end)
    assert streamed == [record for record in records if isinstance(record, Moment)]
    shots = [record for record in records if isinstance(record, Shot)]
    assert [shot.span.start for shot in shots] == [0, *session.cuts]
    assert shots[-1].span.end == end
    assert_scenes_are_numbered(shots)


def assert_scenes_are_numbered(shots: Sequence[Shot]) -> None:
    numbers = [shot.scene for shot in shots]
    assert numbers[0] == 0
    assert all(b - a in (0, 1) for a, b in pairwise(numbers))


def test_memory_does_not_grow_with_the_video() -> None:
    frames = pan(seed=1, length=250, step=3)
    session = opened()
    tracemalloc.start()
    play(session, frames, FRAME)
    held, _ = tracemalloc.get_traced_memory()
    for turn in range(1, 6):
        play(session, frames, FRAME, start=turn * len(frames) * FRAME)
    later, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert later - held < 100_000  # bytes; the pictures of one second alone take as much
