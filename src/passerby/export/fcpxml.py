"""A Final Cut Pro project (FCPXML 1.8): a clip for each shot, with a marker for each finding that begins in it.

Written by hand, since OpenTimelineIO's adapter leaves the length of a frame empty at 23.98, 29.97 and 59.94 frames a
second, and gives no size; the tests read it back with that adapter. Times are exact multiples of a frame of the
nominal rate: those of ``marks.py``. Source:
https://developer.apple.com/documentation/professional-video-applications/fcpxml-reference
"""

from xml.etree import ElementTree as ET

from passerby.export.known import Known
from passerby.export.marks import MarkedShot, marked_shots
from passerby.export.media_address import media_address


def fcpxml(known: Known) -> bytes:
    """The document, in UTF-8."""
    root = ET.Element("fcpxml", version="1.8")
    length = _time(known, known.frame(known.video.duration))
    resources = ET.SubElement(root, "resources")
    width, height = str(known.video.width), str(known.video.height)
    ET.SubElement(resources, "format", id="r1", frameDuration=_time(known, 1), width=width, height=height)
    asset = {"id": "r2", "name": known.name, "src": media_address(known.video.path), "start": "0s"}
    ET.SubElement(resources, "asset", asset | {"duration": length, "hasVideo": "1", "format": "r1"})
    project = ET.SubElement(root, "project", name=known.name)
    sequence = ET.SubElement(project, "sequence", format="r1", duration=length, tcStart="0s", tcFormat="NDF")
    spine = ET.SubElement(sequence, "spine")
    for shot in marked_shots(known):
        _add_clip(spine, known, shot)
    ET.indent(root)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>'
    return f"{head}\n{ET.tostring(root, 'unicode')}\n".encode()


def _add_clip(spine: ET.Element, known: Known, shot: MarkedShot) -> None:
    start, length = _time(known, shot.start), _time(known, shot.end - shot.start)
    clip = ET.SubElement(
        spine, "asset-clip", ref="r2", name=shot.name, offset=start, start=start, duration=length, format="r1"
    )
    for mark in shot.marks:
        start, length = _time(known, mark.start), _time(known, mark.length)
        ET.SubElement(clip, "marker", start=start, duration=length, value=mark.name)


def _time(known: Known, frames: int) -> str:
    """So many frames as seconds, an exact fraction."""
    seconds = frames / known.rate
    return f"{seconds.numerator}s" if seconds.denominator == 1 else f"{seconds.numerator}/{seconds.denominator}s"
