"""Tracks of things as a MOTChallenge archive: ``gt/gt.txt``, ``gt/labels.txt``, ``seqinfo.ini`` and ``times.csv``.

A line of ``gt.txt`` is ``frame,track,x,y,width,height,score,class,visibility``: frames are sampled frames from 1 on
(``sampled.py``), x and y count pixels from 1, visibility is not known and 1. ``frameRate`` is that of the samples, on
average; ``times.csv`` has their exact times. Source: MOT16, arXiv:1603.00831, section 3.3.
"""

from passerby.export.known import Known
from passerby.export.sampled import archive, labels, seen_boxes, times_table


def mot(known: Known) -> bytes:
    """The archive, a ZIP."""
    names = labels(known)
    rows = sorted(seen_boxes(known), key=lambda seen: (seen.frame, seen.track))
    lines = [
        f"{seen.frame + 1},{seen.track + 1},{seen.x + 1:.2f},{seen.y + 1:.2f},{seen.width:.2f},{seen.height:.2f},"
        f"{seen.score:.4f},{names.index(seen.label) + 1},1\n"
        for seen in rows
    ]
    return archive(
        {
            "gt/gt.txt": "".join(lines),
            "gt/labels.txt": "".join(f"{name}\n" for name in names),
            "seqinfo.ini": _sequence(known),
            "times.csv": times_table(known),
        }
    )


def _sequence(known: Known) -> str:
    times, base = known.sampled, known.video.time_base
    length = base.seconds(int(times[-1] - times[0])) if len(times) > 1 else 0.0
    values = {
        "name": known.name,
        "frameRate": f"{(len(times) - 1) / length:.3f}" if length else "1",
        "seqLength": len(times),
        "imWidth": known.video.width,
        "imHeight": known.video.height,
        "imExt": ".jpg",
    }
    return "[Sequence]\n" + "".join(f"{name}={value}\n" for name, value in values.items())
