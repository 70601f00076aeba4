"""How commands speak: one JSON document or text on stdout, one line an error on stderr."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from passerby.errors import UnreadableError, UsageError
from passerby.files.publish import publish, unfinished
from passerby.times import format_timecode
from passerby.wording import written_out as clean

__all__ = ["JsonOption", "OverwriteOption", "clean", "print_error", "print_json", "span", "table", "write_file"]

# What commands a terminal or turns the direction of reading, and may stand in JSON as it is: C1 controls, and marks
# that cannot be seen.
_UNSEEN = re.compile("[\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there already.")]


def print_json(document: Any) -> None:
    """``document`` on stdout, and nothing else."""
    written = json.dumps(document, ensure_ascii=False, indent=2)
    typer.echo(_UNSEEN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", written))


def write_file(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file and say so. Raises UsageError for one that is there already, UnreadableError
    for one that cannot be written."""
    if path.is_file() and not overwrite:
        raise UsageError(f"{path}: there is a file already; name another one, or use --overwrite")
    try:
        if path.exists() and not path.is_file():  # a device or a pipe, which is not replaced
            path.write_bytes(content)
        else:
            with unfinished(path) as part:
                part.write_bytes(content)
                publish(part, path)
    except OSError as error:
        raise UnreadableError(f"{path}: expected a file that can be written, found: {error.strerror}") from error
    typer.echo(f"written: {clean(str(path))}")


def print_error(message: str) -> None:
    """One line on stderr, whatever is in ``message``."""
    typer.echo(clean(message), err=True)


def table(rows: Sequence[tuple[str, ...]]) -> None:
    """Rows of text in columns, the last as wide as it is; no cell can break its line."""
    cells = [tuple(map(clean, row)) for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def span(start: float, end: float) -> str:
    """``0:10.000-0:12.500``."""
    return f"{format_timecode(start)}-{format_timecode(end)}"
