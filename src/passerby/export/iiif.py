"""A IIIF Presentation 3 manifest: the video on a canvas, shots as ranges, findings as annotations.

Source: https://iiif.io/api/presentation/3.0/. It must be published beside the video, as the video's address with
``.manifest.json`` behind it: what names things on the web has to be where they are. Times and boxes are those of
``annotations.py``.
"""

import json
import mimetypes

from passerby.documents import Document
from passerby.errors import UsageError
from passerby.export.annotations import annotation, fragments, web_address
from passerby.export.known import Known, decimal


def iiif(known: Known, address: str | None) -> bytes:
    """The manifest for the video at ``address``. Raises UsageError without one, or for what is none."""
    if address is None:
        raise UsageError(
            "a IIIF manifest: expected the address on the web that the video will have, found None; "
            "give it with --address https://..."
        )
    address = web_address(address)
    manifest = f"{address}.manifest.json"
    canvas = f"{manifest}/canvas"
    document = {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": manifest,
        "type": "Manifest",
        "label": {"none": [known.name]},
        "items": [_canvas(known, address, canvas)],
        "structures": [_ranges(known, manifest, canvas)] if known.shots else [],
    }
    return json.dumps({name: value for name, value in document.items() if value}, ensure_ascii=False, indent=1).encode()


def _canvas(known: Known, address: str, canvas: str) -> Document:
    video = known.video
    size = {"width": video.width, "height": video.height, "duration": video.time_base.seconds(video.duration)}
    kind, _ = mimetypes.guess_type(known.name)
    painting = {
        "id": f"{canvas}/video/annotation",
        "type": "Annotation",
        "motivation": "painting",
        "body": {"id": address, "type": "Video", **({"format": kind} if kind else {}), **size},
        "target": canvas,
    }
    return {
        "id": canvas,
        "type": "Canvas",
        **size,
        "items": [{"id": f"{canvas}/video", "type": "AnnotationPage", "items": [painting]}],
        "annotations": [_findings(known, canvas)],
    }


def _findings(known: Known, canvas: str) -> Document:
    """What was found; what is said supplements the canvas, as IIIF calls a transcript."""
    items = []
    for number, finding in enumerate(known.findings()):
        targets = [f"{canvas}#{fragment}" for fragment in fragments(known, finding)]
        made = annotation(known, finding, number, targets)
        made["id"] = f"{canvas}/findings/{number}"
        if finding.kind == "said":
            made["motivation"] = "supplementing"
        items.append(made)
    return {"id": f"{canvas}/findings", "type": "AnnotationPage", "items": items}


def _ranges(known: Known, manifest: str, canvas: str) -> Document:
    seconds = known.video.time_base.seconds
    shots = [
        {
            "id": f"{manifest}/range/shot/{number}",
            "type": "Range",
            "label": {"en": [title]},
            "items": [
                {
                    "id": f"{canvas}#t={decimal(seconds(shot.span.start))},{decimal(seconds(shot.span.end))}",
                    "type": "Canvas",
                }
            ],
        }
        for number, (shot, title) in enumerate(zip(known.shots, known.titles(), strict=True), 1)
    ]
    return {"id": f"{manifest}/range/shots", "type": "Range", "label": {"en": ["Shots"]}, "items": shots}
