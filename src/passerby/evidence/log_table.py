"""The log as a table: CSV, as programs for tables read it, and nothing that they would run."""

import csv
import io
import json
from collections.abc import Iterable, Mapping

COLUMNS = ("number", "time", "user", "action", "subject", "name", "details", "previous", "hash")


def header() -> str:
    return _row(COLUMNS)


def lines_of(entries: Iterable[Mapping[str, object]]) -> str:
    """A line for each entry, with all of ``COLUMNS``."""
    return "".join(_row([_cell(entry[name]) for name in COLUMNS]) for entry in entries)


def _cell(value: object) -> str:
    """``value`` as no program for tables takes it for a formula.

    >>> _cell("=1+1"), _cell("march.mp4"), _cell({"role": "viewer"})
    ("'=1+1", 'march.mp4', '{"role": "viewer"}')
    """
    text = json.dumps(value, sort_keys=True) if isinstance(value, Mapping) else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
