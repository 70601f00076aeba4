"""What a look at a frame finds, and what is known of each kind of it."""

from dataclasses import dataclass, replace
from math import inf

import numpy as np

from passerby.people import MARGIN_X, MARGIN_Y
from passerby.records import Floats
from passerby.redact.look.motion import LOOKS_WITHOUT
from passerby.redact.plan.kinds import FoundKind
from passerby.tracking.paths import BLUR, ROUGH

# What was told of a line of text: that it is to be hidden, that it says something else, that nobody could read it.
MEANT, OTHER, UNREAD = "text", "other text", "unread text"
UNREAD_SCORE = 0.65  # what is surely text is hidden where it cannot be read; a fold of cloth passes for a weak one


@dataclass(frozen=True, slots=True)
class Sighting:
    """One thing in one frame."""

    kind: FoundKind
    label: str
    score: float
    box: Floats  # (4,) upright frame pixels, as the detector gave it


@dataclass(frozen=True, slots=True)
class Rule:
    """How sure a detector must be of a kind, and how much around its box is hidden.

    A track is hidden if one of its sightings has ``start_score``, or if the scores of all add up to ``evidence``: what
    is seen again where it should be by then is there, weak as each sighting is. Sightings from ``weak_score`` on
    continue it, in both directions of time. What is ``plain_height`` pixels high or more would be seen plainly once:
    with ``plain_score``, or ``start_score`` at the border of the picture. In a still picture, where no other sighting
    can speak for it, one counts from ``alone_score`` on, or from ``start_score``.

    Margins are shares of the box's sides, the one at the sides at most ``most_x`` of the height. A sighting is of a
    track if its box and where the track should be overlap by ``least_iou``, both of them widened. What is plain to see
    is gone after ``looks_without`` it, or after as many as others if the border cuts it. Its path is larger by a share
    ``smear`` of a step and ``rough`` of the longest side, and its middle moves ``softly`` where a box reaches to one
    side and then to the other, as that of a body with its arms (``tracking/paths.py``).
    """

    start_score: float
    weak_score: float
    margin_x: float
    margin_y: float
    evidence: float = inf
    plain_height: float = inf
    plain_score: float = 0.0
    most_x: float = inf
    least_iou: float = 0.1
    alone_score: float | None = None
    looks_without: int = LOOKS_WITHOUT
    smear: float = BLUR
    rough: float = ROUGH
    softly: bool = True


def _body_rule() -> Rule:
    # Half of the margins of people.py, which looks less often: shares of the height. A standing body is about 2.5 times
    # as high as it is wide. People of all heights would be plain to see, and none of them misses two looks.
    x, y = MARGIN_X / 2, MARGIN_Y / 2
    seen = Rule(0.35, 0.2, 2.5 * x, y, plain_height=0, plain_score=0.35, least_iou=0.2, alone_score=0.25)
    return replace(seen, most_x=x, looks_without=2, smear=0.3, rough=0.005)


TWO_WEAK = 0.36  # two of the weakest faces

RULES: dict[FoundKind, Rule] = {
    "faces": Rule(0.35, 0.18, 0.2, 0.18, TWO_WEAK, plain_height=40, plain_score=0.45, rough=0.01, softly=False),
    "heads": Rule(0.35, 0.18, 0.1, 0.1, TWO_WEAK, rough=0.01, softly=False),
    "people": _body_rule(),
    "plates": Rule(0.3, 0.2, 0.25, 0.5),  # the model's boxes hold little more than the characters
    "text": Rule(0.5, 0.3, 0.1, 0.2),
    "screens": Rule(0.3, 0.2, 0.08, 0.08),
    "object": Rule(0.3, 0.2, 0.08, 0.08),
}


# Margins are to hold what a few pixels more or less take of a thing, and are a smaller share of a large one: whole up
# to the one height, in pixels, and so much of it from the other on.
LESS_OF_LARGE: dict[FoundKind, tuple[float, float, float]] = {"faces": (32, 96, 0.25), "people": (64, 192, 0.5)}


def with_margins(kind: FoundKind, boxes: Floats) -> Floats:
    """``boxes`` (n, 4) of a kind, grown by its margins; not clipped. Those of text go as its lines do."""
    rule = RULES[kind]
    sides = boxes[:, 2:] - boxes[:, :2]
    shares = np.tile(np.array([rule.margin_x, rule.margin_y], np.float32), (len(boxes), 1))
    wide, high = np.maximum(sides, 1e-6).T
    shares[:, 0] = np.minimum(shares[:, 0], rule.most_x * high / wide)
    if kind == "text":
        upright = sides[:, 1] > sides[:, 0]
        shares[upright] = shares[upright, ::-1]
    if kind in LESS_OF_LARGE:
        whole, less, least = LESS_OF_LARGE[kind]
        shares *= np.interp(sides[:, 1], (whole, less), (1, least))[:, None].astype(np.float32)
    margin = sides * shares
    return np.concatenate([boxes[:, :2] - margin, boxes[:, 2:] + margin], axis=1).astype(np.float32)
