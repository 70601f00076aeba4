"""What ``chapters`` and ``transcript`` share: a video of which parts are told, or one is written at a time in it."""

from collections.abc import Callable, Sequence

import typer

from passerby.cli.context import context_of
from passerby.cli.output import print_error, print_json, table
from passerby.documents import Document
from passerby.errors import UsageError
from passerby.times import parse_timecode


def time_of_edit(when: str, text: str, *, back: bool, expected: str) -> float | None:
    """The time, in seconds, at which ``text`` is written or something is taken ``back``; None where nothing is.

    Raises UsageError, with what is ``expected``, for a time without either, either without a time, and both.
    """
    if bool(when) != (bool(text) or back) or (text and back):
        raise UsageError(expected)
    try:
        return float(parse_timecode(when)) if when else None
    except ValueError as error:
        raise UsageError(str(error)) from error


def tell_parts(
    context: typer.Context,
    document: dict[str, Sequence[Document]],
    rows: Sequence[tuple[str, ...]],
    *,
    none: Callable[[], str],
    as_json: bool,
) -> None:
    """The parts as one JSON document or as rows; where there are none, on stderr why."""
    if as_json:
        print_json(document)
    elif rows:
        table(rows)
    if not rows and context_of(context).loudness != "quiet":
        print_error(f"passerby: {none()}")
