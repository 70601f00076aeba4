"""The formats that a video can be exported to: a table of names, which loads nothing of what writes them.

A format is a file with one function, and its line here. Other packages add theirs under ``passerby.exports``: functions
that take what is known of a video (``known.py``) and give the bytes of a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from passerby.plugins import names_of


@dataclass(frozen=True, slots=True)
class Format:
    """What writes a file, and what of a video it takes.

    ``known``: all that is kept but vectors and pictures; ``addressed``: that, and where the video is on the web, or
    None; ``store``: the store and the video. All give bytes.
    """

    function: str  # "module:function"
    takes: Literal["known", "addressed", "store"] = "known"


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "json": Format("passerby.export.json_file:json_file", takes="store"),
        "sheet": Format("passerby.export.sheet:contact_sheet", takes="store"),
        "csv": Format("passerby.export.table:table"),
        "webvtt": Format("passerby.export.webvtt:webvtt"),
        "webvtt-chapters": Format("passerby.export.webvtt:webvtt_chapters"),
        "webvtt-metadata": Format("passerby.export.webvtt:webvtt_metadata"),
        "srt": Format("passerby.export.srt:srt"),
        "otio": Format("passerby.export.otio:otio"),
        "edl": Format("passerby.export.edl:edl"),
        "fcpxml": Format("passerby.export.fcpxml:fcpxml"),
        "coco": Format("passerby.export.coco:coco"),
        "cvat": Format("passerby.export.cvat:cvat"),
        "mot": Format("passerby.export.mot:mot"),
        "yolo": Format("passerby.export.yolo:yolo"),
        "annotations": Format("passerby.export.annotations:web_annotations", takes="addressed"),
        "iiif": Format("passerby.export.iiif:iiif", takes="addressed"),
    }
)


def format_names() -> tuple[str, ...]:
    """The names of all formats: Passerby's own, then those that other packages add."""
    return tuple(dict.fromkeys((*FORMATS, *names_of("passerby.exports"))))
