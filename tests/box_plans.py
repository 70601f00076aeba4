"""Plans of clips in which one box is hidden."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

import numpy as np

from passerby.media.read.frames import Frame, open_video
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy


def box_plan(clip: Path, box: Sequence[float], policy: Policy) -> Plan:
    """A plan by which a box is hidden from the first frame of a clip to its last."""
    with open_video(clip) as reader:
        times = [item.pts for item in reader.read() if isinstance(item, Frame)]
        info, digest = reader.info, sha256(clip.read_bytes()).hexdigest()
        original = Original(
            clip.name, digest, info.width, info.height, info.time_base, reader.frames, reader.end, reader.damage
        )
    return Plan(original, policy, (hidden_box(times, box),), ())


def hidden_box(times: Sequence[int], box: Sequence[float], number: int = 1) -> HiddenTrack:
    """A face that stays where it is from the first of some times to the last."""
    ends, boxes = np.array([times[0], times[-1]], np.int64), np.array([box, box], np.float32)
    return HiddenTrack(number, "faces", "face", True, 0.9, ends, boxes)
