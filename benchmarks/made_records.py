"""Records of made-up videos, for benchmarks of libraries that hold many."""

from collections.abc import Iterator, Sequence

import numpy as np

from passerby.records import Moment, Shot, Track
from passerby.times import Span


def shots_and_moments(spans: Sequence[Span]) -> Iterator[object]:
    """Each span as a shot, and each as a moment."""
    yield from (Shot(span, number) for number, span in enumerate(spans))
    yield from (Moment(span, number) for number, span in enumerate(spans))


def standing(label: str, span: Span, every: int) -> Track:
    """A thing that stands still for all of a span, seen every so many ticks."""
    times = np.arange(span.start, span.end, every, dtype=np.int64)
    boxes = np.tile(np.array([100, 100, 300, 300], np.float32), (len(times), 1))
    return Track(label, times, boxes, np.full(len(times), 0.5, np.float32))
