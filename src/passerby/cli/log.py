"""``passerby log``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table
from passerby.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from passerby.evidence.custody import LogEntry

SOUND, UNSOUND = 0, 1


def log(
    context: typer.Context,
    limit: Annotated[int, typer.Option(help="The last so many entries.", min=1)] = 100,
    words: Annotated[
        str,
        typer.Option(help="Only those with these words: of users, acts, ids and details, or of the names of videos."),
    ] = "",
    head: Annotated[
        bool,
        typer.Option("--head", help="Only how many entries there are, and the hash of the last: keep it elsewhere."),
    ] = False,
    verify: Annotated[
        str | None, typer.Option(help="Check the log, and that an earlier --head is still in it.", metavar="HASH")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Show who saw, exported, shared or forgot what, by the ids of videos: on servers, and here as (console)."""
    if (as_json or words) and (head or verify is not None):
        raise UsageError("--json and --words are about entries; expected them without --head and --verify")
    custody = context_of(context).open_custody()
    if verify is not None:
        fault = custody.fault(verify)
        typer.echo(fault or "the log is whole, and that hash is in it")
        return UNSOUND if fault else SOUND
    count, last = custody.head()
    if head:
        typer.echo(f"{count} {last}")
        return SOUND
    entries: Sequence[LogEntry] = custody.entries(max(count - limit, 0), limit)
    if words:
        entries = custody.newest(limit, words=words)[::-1]
    if as_json:
        print_json({"entries": entries})
        return SOUND
    head_row = ("NUMBER", "TIME", "USER", "ACTION", "SUBJECT", "DETAILS")
    table([head_row, *map(_row, entries)])
    return SOUND


def _row(entry: LogEntry) -> tuple[str, ...]:
    details = ", ".join(f"{name}: {json.dumps(value)}" for name, value in entry["details"].items())
    told = (entry["time"][:19], entry["user"], entry["action"], entry["subject"], details)
    return (str(entry["number"]), *map(clean, told))
