"""``passerby export``."""

from pathlib import Path
from typing import Annotated

import typer

from passerby.cli.complete import export_formats, video_names
from passerby.cli.context import context_of
from passerby.cli.output import OverwriteOption, write_file
from passerby.export.formats import FORMATS, format_names


def _format(name: str) -> str:
    """Raises ValueError for a name that is no format, of Passerby or of another package."""
    names = format_names()
    if name not in names:
        raise ValueError(f"{name!r} is not one of {', '.join(map(repr, names))}.")
    return name


def export(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A path, a name or the start of an id.", autocompletion=video_names)],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")],
    kind: Annotated[
        str,
        typer.Option(
            "--format",
            parser=_format,
            autocompletion=export_formats,
            metavar=f"<{'|'.join(FORMATS)}>",
            help="json: all that is known; sheet: a PNG with one picture a shot; what is in the others: "
            "docs/exports.md.",
        ),
    ] = "json",
    address: Annotated[
        str | None,
        typer.Option(help="Where the video is on the web, for annotations and iiif.", metavar="URL"),
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Write what is known of a video to a file."""
    content = context_of(context).open_library().export(video, kind, address=address)
    write_file(out, content, overwrite=overwrite)
