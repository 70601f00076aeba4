"""What the formats of editing programs share: shots as clips in frames of the nominal rate, and findings as markers.

Each time becomes the number of a frame by ``Known.frame``: exact in videos of constant rate, right to half a frame in
others. The exact seconds go along where a format has a place for them.
"""

from bisect import bisect_right
from dataclasses import dataclass
from functools import partial

from passerby.export.known import Finding, FindingKind, Known

COLOURS: dict[FindingKind, str] = {"object": "GREEN", "tag": "CYAN", "text": "YELLOW", "said": "BLUE", "cue": "RED"}


@dataclass(frozen=True, slots=True)
class Mark:
    """A marker. ``start`` counts frames from the start of the video, ``length`` is one or more."""

    finding: Finding
    start: int
    length: int

    @property
    def name(self) -> str:
        return f"{self.finding.kind}: {self.finding.label}"


@dataclass(frozen=True, slots=True)
class MarkedShot:
    """A shot from frame ``start`` up to ``end``, with the markers that begin in it."""

    name: str
    scene: int
    start: int
    end: int
    marks: tuple[Mark, ...]


def marked_shots(known: Known) -> list[MarkedShot]:
    """All shots that last a frame or more at the nominal rate."""
    spans = [(known.frame(shot.span.start), known.frame(shot.span.end), shot.scene) for shot in known.shots]
    spans = [span for span in spans if span[1] > span[0]]
    starts = [start for start, _, _ in spans]
    marks: list[list[Mark]] = [[] for _ in spans]
    for mark in map(partial(_mark, known), known.findings() if spans else ()):
        marks[max(bisect_right(starts, mark.start) - 1, 0)].append(mark)
    return [
        MarkedShot(f"shot {number}", scene, start, end, tuple(mine))
        for number, ((start, end, scene), mine) in enumerate(zip(spans, marks, strict=True), 1)
    ]


def _mark(known: Known, finding: Finding) -> Mark:
    start = known.frame(finding.span.start)
    return Mark(finding, start, max(known.frame(finding.span.end) - start, 1))
