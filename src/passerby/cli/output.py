"""How commands speak: one JSON document or text on stdout, one line an error on stderr."""

import json
import re
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import Annotated, Any

import typer
from rich.cells import cell_len, set_cell_size

from passerby.errors import UnreadableError, UsageError
from passerby.files.publish import publish, unfinished
from passerby.times import format_timecode
from passerby.wording import written_out as clean

__all__ = [
    "JsonOption", "OverwriteOption", "clean", "fit", "folded", "in_bytes", "print_error", "print_json", "span", "table",
    "terminal_width", "write_file",
]  # fmt: skip

# What commands a terminal or turns the direction of reading, and may stand in JSON as it is: C1 controls, and marks
# that cannot be seen.
_UNSEEN = re.compile("[\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]")

LEAST_WIDTH = 8  # of a column that is cut
READABLE = 40  # of the last column, for which others are left out

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


def table(rows: Sequence[tuple[str, ...]], spare: Sequence[int] = ()) -> None:
    """Rows of text in columns, the last as wide as it is; no cell can break its line.

    In a terminal no row is wider than that: of the ``spare`` columns as many are left out, in this order, as have to
    be, and then the widest columns lose their ends.
    """
    cells = [tuple(map(clean, row)) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]
    if (width := terminal_width()) is not None:
        kept = _kept(widths, spare, width)
        cells = [tuple(row[place] for place in kept) for row in cells]
        widths = _fitting([widths[place] for place in kept], width)
    for row in cells:
        typer.echo("  ".join(_cell(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def terminal_width() -> int | None:
    """The columns of the terminal that stdout is; None where it is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def folded(text: str) -> str:
    """Prose on as many lines as a terminal needs, none of which ends within a word."""
    width = terminal_width()
    return text if width is None else "\n".join(wrap(text, width, break_long_words=False, break_on_hyphens=False))


def fit(text: str, width: int | None) -> str:
    """A line that is no wider than that, if it is to fit."""
    return text if width is None or cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"


def _kept(widths: Sequence[int], spare: Sequence[int], room: int) -> list[int]:
    """Which columns are told, so that the others need not be cut, and the last can be read."""
    kept = list(range(len(widths)))
    for place in spare:
        needed = sum(widths[each] for each in kept[:-1]) + min(widths[kept[-1]], READABLE) + 2 * (len(kept) - 1)
        if needed > room:
            kept.remove(place)
    return kept


def _fitting(widths: list[int], room: int) -> list[int]:
    """Widths of columns that fit, with two blanks between: those above the rest are cut to one width."""
    free = room - 2 * (len(widths) - 1)
    most = max(widths)
    while sum(min(width, most) for width in widths) > free and most > LEAST_WIDTH:
        most -= 1
    return [min(width, most) for width in widths]


def _cell(text: str, width: int) -> str:
    cut = fit(text, width)
    return cut + " " * (width - cell_len(cut))


def in_bytes(size: int) -> str:
    """A number of bytes for people.

    >>> in_bytes(950), in_bytes(31_200_000), in_bytes(4_700_000_000)
    ('950 B', '31.2 MB', '4.7 GB')
    """
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"


def span(start: float, end: float) -> str:
    """``0:10.000-0:12.500``."""
    return f"{format_timecode(start)}-{format_timecode(end)}"
