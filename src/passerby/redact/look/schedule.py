"""When is looked, and how closely: each look costs as much as several frames, and a small picture shows no small faces.

So looks are few, and large; what they find is followed through the frames between (``following.py``).
"""

from dataclasses import dataclass

from passerby.redact.look.view import Glance
from passerby.redact.plan.policy import Effort


@dataclass(frozen=True, slots=True)
class Schedule:
    """How often and how closely is looked."""

    every: int  # frames from one look to the next, at most
    seconds: float  # and at most so long
    opening: tuple[Glance, ...]  # how faces are looked for at both ends of a shot
    glances: tuple[tuple[Glance, ...], ...]  # and between them, look by look, over and over


# No detector finds all faces in one picture, small ones least; a head that is held aslant is found when the picture is
# turned. Each look is another one, so that over a second many ways are tried at the cost of a few.
TURN = 25
WHOLE = 2016  # the long side of 1080p with what is beyond its borders
_NORMAL = (Glance(WHOLE), Glance(WHOLE, -TURN), Glance(WHOLE, mirrored=True), Glance(WHOLE, TURN))
# A shot begins and ends with several: what is seen there needs no following to get there.
_OPENING = (Glance(WHOLE), Glance(WHOLE, -TURN), Glance(WHOLE, TURN))
_MIDDLE = (Glance(960), Glance(960, TURN), Glance(960, mirrored=True), Glance(960, -TURN))
# Faces of less than 24 pixels are seldom found before they are enlarged: in every second frame, since it takes longest.
_LARGE = (Glance(3840), None, Glance(3840, TURN), None, Glance(3840, mirrored=True), None, Glance(3840, -TURN), None)
_CAREFUL = tuple(
    (Glance(0, mirrored=bool(turn % 2)), _MIDDLE[turn % 4], *([large] if large else []))
    for turn, large in enumerate(_LARGE)
)

SCHEDULES: dict[Effort, Schedule] = {
    "fast": Schedule(12, 0.5, (Glance(WHOLE),), ((Glance(1280),), (Glance(WHOLE),))),
    "normal": Schedule(4, 0.17, _OPENING, tuple((glance,) for glance in _NORMAL)),
    "careful": Schedule(1, 0.04, (*_OPENING, *_CAREFUL[0], *_CAREFUL[2]), _CAREFUL),
}
