"""Tracks of things as CVAT's XML for video, version 1.1.

Frames are sampled frames from 0 on (``sampled.py``): not those of the file, but of a task that is made of the sampled
frames. The exact time of each box is its attribute ``seconds``. After the last box before a frame where a track was
not seen, the track is ``outside``, so that CVAT draws nothing between. Source:
https://docs.cvat.ai/docs/manual/advanced/formats/format-cvat/
"""

from itertools import groupby
from xml.etree import ElementTree as ET

from passerby.export.known import Known, decimal
from passerby.export.sampled import SeenBox, labels, seen_boxes


def cvat(known: Known) -> bytes:
    """The document, in UTF-8."""
    root = ET.Element("annotations")
    ET.SubElement(root, "version").text = "1.1"
    _add_meta(root, known)
    seconds = [decimal(known.video.time_base.seconds(pts)) for pts in known.sampled.tolist()]
    for number, boxes in groupby(seen_boxes(known), key=lambda seen: seen.track):
        track = ET.SubElement(root, "track", id=str(number), label=known.tracks[number].label, source="auto")
        _add_boxes(track, list(boxes), seconds)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, "unicode")}\n'.encode()


def _add_meta(root: ET.Element, known: Known) -> None:
    count = len(known.sampled)
    task = ET.SubElement(ET.SubElement(root, "meta"), "task")
    texts = {"name": known.name, "size": count, "mode": "interpolation", "start_frame": 0, "stop_frame": count - 1}
    for name, value in texts.items():
        ET.SubElement(task, name).text = str(value)
    all_labels = ET.SubElement(task, "labels")
    for name in labels(known):
        label = ET.SubElement(all_labels, "label")
        ET.SubElement(label, "name").text = name
        attribute = ET.SubElement(ET.SubElement(label, "attributes"), "attribute")
        for part, value in (("name", "seconds"), ("mutable", "True"), ("input_type", "text")):
            ET.SubElement(attribute, part).text = value
    size = ET.SubElement(task, "original_size")
    ET.SubElement(size, "width").text = str(known.video.width)
    ET.SubElement(size, "height").text = str(known.video.height)


def _add_boxes(track: ET.Element, boxes: list[SeenBox], seconds: list[str]) -> None:
    for seen, after in zip(boxes, [*boxes[1:], None], strict=True):
        _add_box(track, seen, seen.frame, seconds)
        if seen.frame + 1 < len(seconds) and (after is None or after.frame > seen.frame + 1):
            _add_box(track, seen, seen.frame + 1, seconds, outside=True)


def _add_box(track: ET.Element, seen: SeenBox, frame: int, seconds: list[str], *, outside: bool = False) -> None:
    sides = {"xtl": seen.x, "ytl": seen.y, "xbr": seen.x + seen.width, "ybr": seen.y + seen.height}
    shown = {"frame": str(frame), "keyframe": "1", "outside": str(int(outside)), "occluded": "0", "z_order": "0"}
    box = ET.SubElement(track, "box", shown | {name: f"{side:.2f}" for name, side in sides.items()})
    ET.SubElement(box, "attribute", name="seconds").text = seconds[frame]
