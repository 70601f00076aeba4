"""An OpenTimelineIO timeline: a clip for each shot, with a marker for each finding that begins in it.

Frames are those of ``marks.py``; the exact seconds are in each marker's metadata, under ``passerby``.
"""

from importlib import import_module
from typing import Any

from passerby.errors import MissingExtraError
from passerby.export.known import Known
from passerby.export.marks import COLOURS, Mark, marked_shots
from passerby.export.media_address import media_address


def otio(known: Known) -> bytes:
    """The timeline as ``.otio`` JSON. Raises MissingExtraError."""
    library = _library()
    schema = library.schema
    rate = float(known.rate)
    media = schema.ExternalReference(
        media_address(known.video.path), _range(library, 0, known.frame(known.video.duration), rate)
    )
    track = schema.Track("shots", kind=schema.TrackKind.Video)
    for shot in marked_shots(known):
        span = _range(library, shot.start, shot.end - shot.start, rate)
        clip = schema.Clip(shot.name, media.deepcopy(), span, {"passerby": {"scene": shot.scene}})
        clip.markers.extend(_marker(library, known, mark, rate) for mark in shot.marks)
        track.append(clip)
    timeline = schema.Timeline(known.name, metadata={"passerby": {"video": known.video.id}})
    timeline.tracks.append(track)
    written: str = timeline.to_json_string()
    return written.encode()


def _marker(library: Any, known: Known, mark: Mark, rate: float) -> Any:
    finding, seconds = mark.finding, known.video.time_base.seconds
    exact: dict[str, object] = {
        "kind": finding.kind,
        "label": finding.label,
        "start": seconds(finding.span.start),
        "end": seconds(finding.span.end),
    }
    if finding.score is not None:
        exact["score"] = round(finding.score, 4)
    span = _range(library, mark.start, mark.length, rate)
    return library.schema.Marker(mark.name, span, COLOURS[finding.kind], {"passerby": exact})


def _range(library: Any, start: int, length: int, rate: float) -> Any:
    time = library.opentime
    return time.TimeRange(time.RationalTime(start, rate), time.RationalTime(length, rate))


def _library() -> Any:
    try:
        return import_module("opentimelineio")
    except ImportError as error:
        raise MissingExtraError(
            "timelines in OTIO need OpenTimelineIO: install it with `pip install 'passerby[timelines]'`"
        ) from error
