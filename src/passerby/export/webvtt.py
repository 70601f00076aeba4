"""WebVTT files: captions of what is said, chapters, and metadata cues with all that was found, as JSON.

Source: https://www.w3.org/TR/webvtt1/. Times are rounded to the millisecond, which is what the format holds.
"""

import html
import json
from collections.abc import Iterable

from passerby.export.captions import captions, clock
from passerby.export.known import Finding, Known
from passerby.times import Span


def webvtt(known: Known) -> bytes:
    """Captions (``<track kind="captions">``)."""
    return _file(known, ((caption.span, _text(caption.text)) for caption in captions(known)))


def webvtt_chapters(known: Known) -> bytes:
    """The chapters that people made, or else one for each shot, with what is seen in it (``kind="chapters"``)."""
    return _file(known, ((span, _text(name)) for span, name in known.parts()))


def webvtt_metadata(known: Known) -> bytes:
    """A cue for each thing that was found; its text is one JSON object (``<track kind="metadata">``)."""
    return _file(known, ((finding.span, _json(known, finding)) for finding in known.findings()))


def _file(known: Known, cues: Iterable[tuple[Span, str]]) -> bytes:
    blocks = ["WEBVTT\n"]
    for span, text in cues:
        start, end = clock(span, known.video.time_base, ".")
        blocks.append(f"{start} --> {end}\n{text}\n")
    return "\n".join(blocks).encode()


def _text(text: str) -> str:
    return html.escape(text, quote=False)


def _json(known: Known, finding: Finding) -> str:
    """The finding on one line; ``>`` is written otherwise, since ``-->`` may not be in a cue."""
    seconds = known.video.time_base.seconds
    document: dict[str, object] = {"kind": finding.kind, "label": finding.label}
    if finding.score is not None:
        document["score"] = round(finding.score, 4)
    if finding.language:
        document["language"] = finding.language
    if finding.box is not None:
        document["box"] = [round(side, 1) for side in finding.box]
    if finding.track is not None:
        track = known.tracks[finding.track]
        rows = zip(track.times.tolist(), known.boxes(track).tolist(), strict=True)
        document["boxes"] = [{"time": seconds(pts), "box": [round(side, 1) for side in box]} for pts, box in rows]
    return json.dumps(document, ensure_ascii=False).replace(">", "\\u003e")
