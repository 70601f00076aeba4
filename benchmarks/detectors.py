"""A part of ``benchmarks.objects``: detectors beside the one in the package, on the same labels.

Only those whose files are named are compared: ``--models NAME=FILE`` has weights tried as those of an entry of the
catalog, whatever their hash is.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from passerby.models.catalog import find
from passerby.models.runtime import RuntimeOptions
from passerby.records import Detections

HEAD = "# Detectors beside the one in the package"
FLOOR = 0.05  # nothing below is asked of any
SCORES = tuple(round(0.1 + 0.025 * step, 3) for step in range(25))
STANDARD = "nanodet"  # the one in the package
ITS_SCORE = 0.45  # from which it begins a track: what others' scores are compared with

# Right, said and there: of one detector, from a score on, in some of the views.
Count = tuple[int, int, int]
Detect = Callable[[Any], Sequence[Detections]]  # in all views


class Counter(Protocol):
    """Counts what ``found`` (one for each view) has from a score on, in those of the views that are stills, or not."""

    def __call__(self, found: Sequence[Detections], score: float, *, still: bool) -> Count: ...


@dataclass(frozen=True, slots=True)
class Tried:
    """What a detector found, and the seconds of processor time that it took."""

    found: Sequence[Detections]
    seconds: float


def open_named(named: Sequence[str], options: RuntimeOptions) -> dict[str, Any]:
    """The detectors of ``NAME=FILE``, with their own scores. Raises UsageError for a name that there is not."""
    opened = {}
    for name, _, file in (each.partition("=") for each in named):
        entry = replace(find(name), calibration=())
        module, _, kind = entry.adapter.partition(":")
        opened[name] = getattr(import_module(module), kind)(Path(file), entry, options, threshold=FLOOR)
    return opened


def try_all(detectors: Mapping[str, Any], detect: Detect) -> dict[str, Tried]:
    """Each in turn, twice; the quicker time counts."""
    tried: dict[str, Tried] = {}
    for name in (*detectors, *reversed(list(detectors))):
        began = time.process_time()
        found = detect(detectors[name])
        seconds = time.process_time() - began
        tried[name] = Tried(found, min(seconds, tried[name].seconds) if name in tried else seconds)
    return tried


def comparison(tried: Mapping[str, Tried], count: Counter) -> list[str]:
    """A row for each detector; the first is the one in the package."""
    usual = next(iter(tried.values())).seconds
    first = next(iter(tried.values())).found
    counts = [count(first, ITS_SCORE, still=still) for still in (True, False)]
    stills, clips = map(_rate, counts)
    return [
        HEAD,
        "",
        "`python -m benchmarks.objects --models NAME=FILE …`:",
        f"{len(first)} stills and frames of 640 pixels, {sum(there for *_, there in counts)} things labelled by hand.",
        "Each detector with its own scores: precision, recall, and processor time beside that of the first.",
        "A score that is chosen on stills, the least from which precision is what the one in the package has at",
        f"{ITS_SCORE} ({stills[0]:.2f}), is scored on clips, and the other way round ({clips[0]:.2f}).",
        "The best F1 is chosen where it is scored.",
        "",
        f"| detector | time | all from {ITS_SCORE} | all, best F1 | clips, by stills | stills, by clips |",
        "|---|---|---|---|---|---|",
        *(_row(name, each, each.seconds / usual, count, (stills[0], clips[0])) for name, each in tried.items()),
    ]


def _row(name: str, tried: Tried, share: float, count: Counter, aims: tuple[float, float]) -> str:
    def of(score: float, *sides: bool) -> Count:
        parts = [count(tried.found, score, still=still) for still in sides]
        right, said, there = (sum(column) for column in zip(*parts, strict=True))
        return right, said, there

    best = max(SCORES, key=lambda score: _f1(of(score, True, False)))
    cells = [name, f"{share:.2f}", _shown(of(ITS_SCORE, True, False)), f"{_shown(of(best, True, False))} from {best}"]
    for still, aim in zip((True, False), aims, strict=True):
        chosen = next((score for score in SCORES if _rate(of(score, still))[0] >= aim), SCORES[-1])
        cells.append(f"{_shown(of(chosen, not still))} from {chosen}")
    return f"| {' | '.join(cells)} |"


def _rate(counted: Count) -> tuple[float, float]:
    right, said, there = counted
    return right / max(said, 1), right / max(there, 1)


def _f1(counted: Count) -> float:
    right, said, there = counted
    return 2 * right / max(said + there, 1)


def _shown(counted: Count) -> str:
    precision, recall = _rate(counted)
    return f"{precision:.2f}, {recall:.2f}"
