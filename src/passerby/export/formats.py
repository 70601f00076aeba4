"""The formats that a video can be exported to, by their names."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType

from passerby.errors import UsageError
from passerby.export.annotations import web_annotations
from passerby.export.coco import coco
from passerby.export.cvat import cvat
from passerby.export.edl import edl
from passerby.export.fcpxml import fcpxml
from passerby.export.iiif import iiif
from passerby.export.insights import Insights
from passerby.export.known import Known
from passerby.export.mot import mot
from passerby.export.otio import otio
from passerby.export.sheet import contact_sheet
from passerby.export.srt import srt
from passerby.export.table import table
from passerby.export.webvtt import webvtt, webvtt_chapters, webvtt_metadata
from passerby.export.yolo import yolo
from passerby.records import Video
from passerby.store.store import Store

Writer = Callable[[Store, Video, str | None], bytes]


def export(store: Store, video: Video, name: str, address: str | None) -> bytes:
    """The file in the format ``name``; ``address`` is where the video is on the web, for formats that refer to it.

    Raises UsageError for a format that there is not, or that needs an address; MissingExtraError.
    """
    writer = FORMATS.get(name)
    if writer is None:
        raise UsageError(f"no format is called {name!r}; known are: {', '.join(FORMATS)}")
    return writer(store, video, address)


def _json(store: Store, video: Video, address: str | None) -> bytes:
    document = Insights.of(store, video).document()
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")


def _sheet(store: Store, video: Video, address: str | None) -> bytes:
    return contact_sheet(store, video)


def _known(write: Callable[[Known], bytes], store: Store, video: Video, address: str | None) -> bytes:
    return write(Known.of(store, video))


def _addressed(write: Callable[[Known, str | None], bytes], store: Store, video: Video, address: str | None) -> bytes:
    return write(Known.of(store, video), address)


FORMATS: Mapping[str, Writer] = MappingProxyType(
    {
        "json": _json,
        "sheet": _sheet,
        "csv": partial(_known, table),
        "webvtt": partial(_known, webvtt),
        "webvtt-chapters": partial(_known, webvtt_chapters),
        "webvtt-metadata": partial(_known, webvtt_metadata),
        "srt": partial(_known, srt),
        "otio": partial(_known, otio),
        "edl": partial(_known, edl),
        "fcpxml": partial(_known, fcpxml),
        "coco": partial(_known, coco),
        "cvat": partial(_known, cvat),
        "mot": partial(_known, mot),
        "yolo": partial(_known, yolo),
        "annotations": partial(_addressed, web_annotations),
        "iiif": partial(_addressed, iiif),
    }
)
