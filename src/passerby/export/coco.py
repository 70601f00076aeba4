"""Boxes of things as COCO annotations (https://cocodataset.org/#format-data): an image for each sampled frame.

An image has its exact time in ``seconds`` and ``pts``, an annotation its track and score: fields beside COCO's own.
The pictures are not written, and people are not in the annotations: see ``sampled.py``.
"""

import json

from passerby.export.known import Known
from passerby.export.sampled import labels, picture_name, seen_boxes


def coco(known: Known) -> bytes:
    """The annotations, in UTF-8."""
    video = known.video
    categories = {label: number for number, label in enumerate(labels(known), 1)}
    images = [
        {
            "id": number + 1,
            "file_name": picture_name(number),
            "width": video.width,
            "height": video.height,
            "pts": pts,
            "seconds": video.time_base.seconds(pts),
        }
        for number, pts in enumerate(known.sampled.tolist())
    ]
    annotations = [
        {
            "id": number,
            "image_id": seen.frame + 1,
            "category_id": categories[seen.label],
            "bbox": [round(side, 2) for side in (seen.x, seen.y, seen.width, seen.height)],
            "area": round(seen.width * seen.height, 2),
            "segmentation": [],
            "iscrowd": 0,
            "track_id": seen.track + 1,
            "score": round(seen.score, 4),
        }
        for number, seen in enumerate(seen_boxes(known), 1)
    ]
    document = {
        "info": {"description": f"Things in {known.name}, sampled; people are not annotated", "video": video.id},
        "images": images,
        "annotations": annotations,
        "categories": [{"id": number, "name": label} for label, number in categories.items()],
    }
    return json.dumps(document, ensure_ascii=False).encode()
