"""``passerby export``."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.errors import UnreadableError


class Format(StrEnum):
    """What can be written."""

    JSON = "json"
    SHEET = "sheet"


def export(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A path, a name or the start of an id.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="File to write.")],
    kind: Annotated[
        Format, typer.Option("--format", help="json: all that is known; sheet: a PNG with one picture a shot.")
    ] = Format.JSON,
) -> None:
    """Write what is known of a video to a file."""
    library = context_of(context).open_library()
    if kind is Format.SHEET:
        content = library.contact_sheet(video)
    else:
        content = json.dumps(library.show(video), ensure_ascii=False, indent=2).encode()
    try:
        out.write_bytes(content)
    except OSError as error:
        raise UnreadableError(f"{out}: expected a file that can be written, found: {error.strerror}") from error
    typer.echo(f"written: {out}")
