"""``passerby verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json
from passerby.wording import counted

SOUND, UNSOUND = 0, 1


def verify(
    context: typer.Context,
    videos: Annotated[list[str] | None, typer.Argument(help="Items; none: all of the library, or of --case.")] = None,
    case: Annotated[str, typer.Option("--case", help="The case: its name or id.", metavar="NAME")] = "",
    head: Annotated[
        Path | None, typer.Option("--head", help="An end of the log that was kept elsewhere.", metavar="FILE")
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Check that evidence is still what was taken, and that the log was not cut or written anew."""
    from passerby.casework import Casework
    from passerby.evidence.signed_head import SignedHead

    casework = Casework(context_of(context).open_library())
    found = casework.verify(
        videos or (), casework.case(case) if case else "", SignedHead.read(head) if head is not None else None
    )
    if as_json:
        print_json(found.document())
        return SOUND if found.is_sound else UNSOUND
    for item in found.items:
        typer.echo(f"{'sound' if not item.faults else 'NOT SOUND'}: {clean(item.name)} {item.video}")
        for fault in item.faults:
            typer.echo(f"  {clean(fault)}")
    typer.echo(f"log: {clean(found.log_fault) or 'whole'}")
    typer.echo(f"{counted(len(found.items), 'item')}, {counted(sum(bool(i.faults) for i in found.items), 'fault')}")
    return SOUND if found.is_sound else UNSOUND
