"""``passerby export``."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import OverwriteOption, write_file


class Format(StrEnum):
    """What can be written: the names in ``export/formats.py``, which loads too much for ``--help``."""

    JSON = "json"
    SHEET = "sheet"
    CSV = "csv"
    WEBVTT = "webvtt"
    WEBVTT_CHAPTERS = "webvtt-chapters"
    WEBVTT_METADATA = "webvtt-metadata"
    SRT = "srt"
    OTIO = "otio"
    EDL = "edl"
    FCPXML = "fcpxml"
    COCO = "coco"
    CVAT = "cvat"
    MOT = "mot"
    YOLO = "yolo"
    ANNOTATIONS = "annotations"
    IIIF = "iiif"


def export(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A path, a name or the start of an id.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")],
    kind: Annotated[
        Format,
        typer.Option(
            "--format",
            help="json: all that is known; sheet: a PNG with one picture a shot; what is in the others: "
            "docs/exports.md.",
        ),
    ] = Format.JSON,
    address: Annotated[
        str | None,
        typer.Option(help="Where the video is on the web, for annotations and iiif.", metavar="URL"),
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Write what is known of a video to a file."""
    options = context_of(context)
    library = options.open_library()
    content = library.export(video, kind.value, address=address)
    options.note("export", library.video(video).id, format=kind.value)
    write_file(out, content, overwrite=overwrite)
