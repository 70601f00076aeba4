"""Boxes of things as a YOLO data set: ``data.yaml``, a file of labels for each sampled frame, and ``times.csv``.

A line of labels is ``class x y width height``, the middle and the sides as shares of the picture; a frame without a
thing has an empty file. The pictures are not written, and people are not labelled: see ``sampled.py``. Source:
https://docs.ultralytics.com/datasets/detect/
"""

import json

from passerby.export.known import Known
from passerby.export.sampled import archive, labels, picture_name, seen_boxes, times_table


def yolo(known: Known) -> bytes:
    """The archive, a ZIP."""
    names = labels(known)
    lines = dict.fromkeys(range(len(known.sampled)), "")
    width, height = known.video.width, known.video.height
    for seen in seen_boxes(known):
        middle = (seen.x + seen.width / 2) / width, (seen.y + seen.height / 2) / height
        shares = (*middle, seen.width / width, seen.height / height)
        lines[seen.frame] += " ".join([str(names.index(seen.label)), *(f"{share:.6f}" for share in shares)]) + "\n"
    quoted = ", ".join(map(json.dumps, names))  # JSON's strings are YAML's too
    files = {"data.yaml": f"path: .\ntrain: images\nval: images\nnc: {len(names)}\nnames: [{quoted}]\n"}
    files |= {f"labels/{picture_name(number)[:-4]}.txt": text for number, text in lines.items()}
    return archive(files | {"times.csv": times_table(known)})
