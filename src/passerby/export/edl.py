"""A CMX 3600 edit list: an event for each shot, and a locator for each finding.

Written by hand, since OpenTimelineIO's adapter writes drop-frame time codes in locators that it cannot read, and all
names in capitals; the tests read it back with that adapter. Frames are those of ``marks.py``, as non-drop time codes
from 00:00:00:00 on: at 29.97 frames a second they count each frame, and run slower than a clock by 3.6 s in an hour.
"""

import math

from passerby.export.known import Known
from passerby.export.marks import COLOURS, marked_shots

REEL = "AX"  # what editing programs call a source without a tape


def edl(known: Known) -> bytes:
    """The list, in UTF-8."""
    lines = [f"TITLE: {known.name}", "FCM: NON-DROP FRAME", ""]
    for number, shot in enumerate(marked_shots(known), 1):
        span = f"{_code(known, shot.start)} {_code(known, shot.end)}"
        lines.append(f"{number:03d}  {REEL:8} V     C        {span} {span}")
        lines.append(f"* FROM CLIP NAME: {known.name}")
        for mark in shot.marks:
            lines.append(f"* LOC: {_code(known, mark.start)} {COLOURS[mark.finding.kind]:7} {mark.name}")
    return "\n".join([*lines, ""]).encode()


def _code(known: Known, frame: int) -> str:
    """``HH:MM:SS:FF``, the frames counted in the whole number of them that is called a second."""
    seconds, frames = divmod(frame, math.ceil(known.rate))
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}:{frames:02d}"
