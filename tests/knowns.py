"""What is known of made-up videos, for tests of exports: times that are hard to write exactly, and awkward texts."""

from dataclasses import replace
from fractions import Fraction

import numpy as np

from libraries import video
from passerby.export.known import Known, nominal_rate
from passerby.records import Cue, Moment, PeopleMasks, ScreenText, Shot, SpokenWord, Tag, Track, Utterance
from passerby.times import Span, TimeBase

TICKS = 90_000  # a second
# Frames of a video of variable rate: no two steps between these samples are alike.
SAMPLED = [0, 3003, 33_033, 90_001, 180_100, 270_270, 400_000]
LENGTH = 450_000  # 5 s
AWKWARD = 'a <b> & "c" --> d'


def known(**changes: object) -> Known:
    """A video of five seconds and 150 frames, two shots, and something of everything in it."""
    made = replace(video("street <1>.mp4"), time_base=TimeBase(Fraction(1, TICKS)), frames=150, duration=LENGTH)
    shots = (Shot(Span(0, 200_200), 0), Shot(Span(200_200, LENGTH), 1))
    content = {
        "video": made,
        "shots": shots,
        "cues": (Cue("black", Span(0, 3003)),),
        "moments": tuple(Moment(shot.span, number) for number, shot in enumerate(shots)),
        "tracks": (track("dog", [1, 2, 4], (10, 20, 110, 140.5)), track("car", [4, 5], (-20, 300, 50, 400))),
        "tags": (Tag(1, "beach", 0.5),),
        "texts": (ScreenText(AWKWARD, 0.875, Span(33_033, 180_100), (12.0, 20.0, 112.0, 40.0)),),
        "utterances": (said(AWKWARD, 90_001),),
        "given": (),
        "chapters": (),
        "people": people(),
        "rate": nominal_rate(made),
        "sampled": np.array(SAMPLED, np.int64),
    }
    return Known(**(content | changes))  # type: ignore[arg-type]


def track(label: str, samples: list[int], box: tuple[float, float, float, float]) -> Track:
    times = np.array([SAMPLED[sample] for sample in samples], np.int64)
    return Track(label, times, np.array([box] * len(times), np.float32), np.full(len(times), 0.75, np.float32))


def said(text: str, start: int, *, with_words: bool = True) -> Utterance:
    """Half a second a word."""
    spans = [Span(start + n * TICKS // 2, start + (n + 1) * TICKS // 2) for n in range(len(text.split()))]
    words = tuple(SpokenWord(word, span) for word, span in zip(text.split(), spans, strict=True))
    return Utterance(text, Span(start, spans[-1].end), "en", words if with_words else ())


def people() -> PeopleMasks:
    """Somebody in every sample, in a place of their own."""
    count = len(SAMPLED)
    return PeopleMasks(
        np.array(SAMPLED, np.int64),
        np.arange(count + 1, dtype=np.int32),
        np.array([[501, 41, 601, 333]] * count, np.float32),
        np.ones(count, np.int32),
        np.full(count, 0.125, np.float32),
        ("",) * count,
    )
