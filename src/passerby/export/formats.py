"""The formats that a video can be exported to: a table of names, which loads nothing of what writes them.

A format is a file with one function, and its line here. Other packages add theirs under ``passerby.exports``: functions
that take what is known of a video (``known.py``) and give the bytes of a file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from passerby.errors import UsageError
from passerby.plugins import names_of
from passerby.wording import meant_instead


@dataclass(frozen=True, slots=True)
class Format:
    """What writes a file, and what of a video it takes.

    ``known``: all that is kept but vectors and pictures; ``addressed``: that, and where the video is on the web, or
    None; ``store``: the store and the video. All give bytes.
    """

    function: str  # "module:function"
    ending: str  # of its files
    media_type: str  # of their content
    takes: Literal["known", "addressed", "store"] = "known"
    empty: bytes = b""  # the file of a video of which it can hold nothing
    holds: Literal["all", "speech"] = "all"  # what it may hold: all that is known, or what is said alone


JSON, XML, ZIP, LINKED = "application/json", "application/xml", "application/zip", "application/ld+json"
VTT, PLAIN = "text/vtt; charset=utf-8", "text/plain; charset=utf-8"
NO_CUES, NO_CHAPTERS = b"WEBVTT\n", b";FFMETADATA1\n"

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "json": Format("passerby.export.json_file:json_file", ".json", JSON, takes="store"),
        "sheet": Format("passerby.export.sheet:contact_sheet", ".png", "image/png", takes="store"),
        "csv": Format("passerby.export.table:table", ".csv", "text/csv; charset=utf-8"),
        "text": Format("passerby.export.transcript_text:transcript_text", ".txt", PLAIN, holds="speech"),
        "webvtt": Format("passerby.export.webvtt:webvtt", ".vtt", VTT, empty=NO_CUES, holds="speech"),
        "webvtt-chapters": Format("passerby.export.webvtt:webvtt_chapters", ".chapters.vtt", VTT, empty=NO_CUES),
        "ffmetadata": Format("passerby.export.chapter_files:ffmetadata", ".ffmeta", PLAIN, empty=NO_CHAPTERS),
        "chapters-text": Format("passerby.export.chapter_files:chapters_text", ".chapters.txt", PLAIN),
        "webvtt-metadata": Format("passerby.export.webvtt:webvtt_metadata", ".metadata.vtt", VTT, empty=NO_CUES),
        "srt": Format("passerby.export.srt:srt", ".srt", "application/x-subrip", holds="speech"),
        "otio": Format("passerby.export.otio:otio", ".otio", JSON),
        "edl": Format("passerby.export.edl:edl", ".edl", PLAIN),
        "fcpxml": Format("passerby.export.fcpxml:fcpxml", ".fcpxml", XML),
        "coco": Format("passerby.export.coco:coco", ".coco.json", JSON),
        "cvat": Format("passerby.export.cvat:cvat", ".xml", XML),
        "mot": Format("passerby.export.mot:mot", ".mot.zip", ZIP),
        "yolo": Format("passerby.export.yolo:yolo", ".yolo.zip", ZIP),
        "annotations": Format(
            "passerby.export.annotations:web_annotations", ".annotations.json", LINKED, takes="addressed"
        ),
        "iiif": Format("passerby.export.iiif:iiif", ".manifest.json", LINKED, takes="addressed"),
    }
)


def format_names() -> tuple[str, ...]:
    """The names of all formats: Passerby's own, then those that other packages add."""
    return tuple(dict.fromkeys((*FORMATS, *names_of("passerby.exports"))))


def require_format(name: str) -> str:
    """The name of a format. Raises UsageError for one that there is not."""
    if name not in format_names():
        raise UsageError(f"no format is called {name!r}; {meant_instead(name, format_names())}")
    return name


def format_of(file_name: str) -> str:
    """The format of a file that is called so, by the longest ending that fits; of one without an ending: json.

    >>> format_of("street.vtt"), format_of("street.chapters.vtt"), format_of("street")
    ('webvtt', 'webvtt-chapters', 'json')

    Raises UsageError for an ending that no format has.
    """
    named = file_name.lower()
    fitting = [(len(each.ending), name) for name, each in FORMATS.items() if named.endswith(each.ending)]
    if fitting:
        return max(fitting)[1]
    if "." not in named.strip("."):
        return "json"
    endings = ", ".join(each.ending for each in FORMATS.values())
    raise UsageError(f"{file_name}: no format has this ending; say which by --format, or end it in one of {endings}")


def ending_of(name: str) -> str:
    """What the name of a file in this format ends in; one of another package says so by its own name."""
    return FORMATS[name].ending if name in FORMATS else f".{name}"


def media_type_of(name: str) -> str:
    """What a file in this format is, as HTTP says it; of another package's nothing is known."""
    return FORMATS[name].media_type if name in FORMATS else "application/octet-stream"
