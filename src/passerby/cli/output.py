"""How commands speak: one JSON document or text on stdout, one line an error on stderr."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from passerby.times import format_timecode

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


def print_json(document: Any) -> None:
    """``document`` on stdout, and nothing else."""
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_error(message: str) -> None:
    """One line on stderr."""
    typer.echo(" ".join(message.split()), err=True)


def table(rows: Sequence[tuple[str, ...]]) -> None:
    """Rows of text in columns, the last as wide as it is."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        typer.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def clean(name: str) -> str:
    """A name on one line, whatever is in it."""
    return name if name.isprintable() else repr(name)[1:-1]


def span(start: float, end: float) -> str:
    """``0:10.000-0:12.500``."""
    return f"{format_timecode(start)}-{format_timecode(end)}"
