"""Things that are seen in a picture of 1000 by 1000 pixels."""

from dataclasses import dataclass

from passerby.records import Box

SIZE = (1000, 1000)


@dataclass(frozen=True)
class Something:
    label: str
    box: Box
    track: int = 0
    score: float = 0.8


def standing_at(x: float, y: float, label: str = "person", track: int = 0, score: float = 0.8) -> Something:
    """Something whose lower edge is at a place, in shares of the picture."""
    return Something(label, (1000 * x - 50, 1000 * y - 200, 1000 * x + 50, 1000 * y), track, score)
