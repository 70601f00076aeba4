"""One picture, looked at once and closely, and what is hidden in it: a still image, or the cover of a film."""

import cv2
import numpy as np

from passerby.models.source import ModelSource
from passerby.pictures import averaged
from passerby.records import Pixels
from passerby.redact.look.looker import Looker
from passerby.redact.look.schedule import TURN, Schedule
from passerby.redact.look.sightings import OTHER, RULES, UNREAD, UNREAD_SCORE, Sighting, with_margins
from passerby.redact.look.view import Glance, View
from passerby.redact.make.hide_frame import hide_in_rgb
from passerby.redact.plan.choice import decided
from passerby.redact.plan.plan import HiddenTrack, Original, Plan, whole_pixels
from passerby.redact.plan.policy import Effort, Policy

# How faces are looked for: no detector finds both small and large ones in one picture. 4096 bounds a look's memory.
_TURNED = tuple(Glance(4096, angle) for angle in (-TURN, TURN))
_MIRRORED = tuple(Glance(side, mirrored=True) for side in (4096, 1280, 640))
GLANCES: dict[Effort, tuple[Glance, ...]] = {
    "fast": (Glance(1280), Glance(640)),
    "normal": (Glance(4096), Glance(640), *_TURNED),
    "careful": (Glance(4096), Glance(1280), Glance(640), *_TURNED, *_MIRRORED),
}
NO_FACES = np.zeros((0, 4), np.float32)


def look_at_picture(original: Original, pixels: Pixels, policy: Policy, models: ModelSource, text_reader: str) -> Plan:
    """What ``policy`` hides in (h, w, 3) RGB; a track is one place in it. Raises MissingModelError."""
    height, width = pixels.shape[:2]
    looker = Looker(policy, models, Schedule(1, 0, GLANCES[policy.effort], ()), text_reader=text_reader)
    view = View(lambda wide, high: _sized(pixels, wide, high), _luma(pixels), width, height)
    sure = [sighting for sighting in looker.look(view, None, NO_FACES) if _counts(sighting, policy)]
    tracks = [_track(number, sighting) for number, sighting in enumerate(sure, 1)]
    return Plan(original, policy, decided(original, policy, tracks), looker.models)


def _counts(sighting: Sighting, policy: Policy) -> bool:
    """Whether a sighting is enough: there are no others of the same thing, as in a video, to support a weak one."""
    rule = RULES[sighting.kind]
    if sighting.label == OTHER or (sighting.label == UNREAD and sighting.score < UNREAD_SCORE):
        return False
    least = rule.start_score if rule.alone_score is None else rule.alone_score
    least = min(least, dict(policy.thresholds).get(sighting.kind, least))
    return sighting.score >= (rule.weak_score if policy.effort == "careful" else least)


def _track(number: int, sighting: Sighting) -> HiddenTrack:
    box = with_margins(sighting.kind, sighting.box[None])
    return HiddenTrack(number, sighting.kind, sighting.label, True, sighting.score, np.zeros(1, np.int64), box)


def hide_in_picture(pixels: Pixels, plan: Plan) -> None:
    """Hide what ``plan`` says in (h, w, 3) RGB."""
    boxes = [box for track in plan.hidden for box in track.boxes]
    regions = whole_pixels(boxes, plan.original.width, plan.original.height)
    hide_in_rgb(pixels, regions, plan.policy)


def _sized(pixels: Pixels, width: int, height: int) -> Pixels:
    if (height, width) == pixels.shape[:2]:
        return pixels
    return averaged(pixels, width, height)


def _luma(pixels: Pixels) -> Pixels:
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
