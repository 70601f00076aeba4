"""How commands speak: one JSON document or text on stdout, one line an error on stderr."""

import json
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from passerby.errors import UnreadableError, UsageError
from passerby.times import format_timecode

# Part of how emoji and the words of some languages are written; like spaces other than " ", not "printable".
_JOINERS = "\u200c\u200d"

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace a file that is there already.")]


def print_json(document: Any) -> None:
    """``document`` on stdout, and nothing else."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def write_file(path: Path, content: bytes, *, overwrite: bool) -> None:
    """Write a file and say so. Raises UsageError for one that is there already, UnreadableError."""
    if path.is_file() and not overwrite:
        raise UsageError(f"{path}: there is a file already; name another one, or use --overwrite")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UnreadableError(f"{path}: expected a file that can be written, found: {error.strerror}") from error
    typer.echo(f"written: {path}")


def print_error(message: str) -> None:
    """One line on stderr, whatever is in ``message``."""
    typer.echo(clean(message), err=True)


def table(rows: Sequence[tuple[str, ...]]) -> None:
    """Rows of text in columns, the last as wide as it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def clean(text: str) -> str:
    """``text`` on one line: what would break it, move the cursor or turn the direction of reading is written out."""
    return "".join(char if _is_shown(char) else repr(char)[1:-1] for char in text)


def _is_shown(char: str) -> bool:
    return char.isprintable() or unicodedata.category(char) == "Zs" or char in _JOINERS


def span(start: float, end: float) -> str:
    """``0:10.000-0:12.500``."""
    return f"{format_timecode(start)}-{format_timecode(end)}"
