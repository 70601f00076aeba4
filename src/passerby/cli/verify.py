"""``passerby verify``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json
from passerby.evidence.bag_check import check_bag, is_bag
from passerby.evidence.item_check import ItemCheck
from passerby.wording import counted

SOUND, UNSOUND = 0, 1


def verify(
    context: typer.Context,
    items: Annotated[
        list[str] | None, typer.Argument(help="A bag, or items; none: all of the library, or of --case.")
    ] = None,
    case: Annotated[str, typer.Option("--case", help="The case: its name or id.", metavar="NAME")] = "",
    head: Annotated[
        Path | None, typer.Option("--head", help="An end of the log that was kept elsewhere.", metavar="FILE")
    ] = None,
    key: Annotated[
        str, typer.Option("--key", help="The hash of the key that must have signed a bag.", metavar="HEX")
    ] = "",
    as_json: JsonOption = False,
) -> int:
    """Check that evidence is still what was taken, and that the log was not cut or written anew."""
    if items and len(items) == 1 and is_bag(Path(items[0])):
        return _verify_bag(Path(items[0]), key, as_json=as_json)
    from passerby.casework.casework import Casework
    from passerby.evidence.signed_head import SignedHead

    casework = Casework(context_of(context).open_library())
    found = casework.verify(
        items or (), casework.case(case) if case else "", SignedHead.read(head) if head is not None else None
    )
    if as_json:
        print_json(found.document())
        return SOUND if found.is_sound else UNSOUND
    _print_items(found.items)
    typer.echo(f"log: {clean(found.log_fault) or 'whole'}")
    return SOUND if found.is_sound else UNSOUND


def _verify_bag(bag: Path, key: str, *, as_json: bool) -> int:
    found = check_bag(bag, key)
    if as_json:
        print_json(found.document())
        return SOUND if found.is_sound else UNSOUND
    _print_items(found.items)
    for fault in found.faults:
        typer.echo(f"NOT SOUND: {clean(fault)}")
    for stamp in found.stamps:
        typer.echo(f"stamped: {clean(stamp)}")
    typer.echo(f"signed by: {found.key or 'nobody'}{'' if key else ' (compare it with what its makers told you)'}")
    return SOUND if found.is_sound else UNSOUND


def _print_items(items: Sequence[ItemCheck]) -> None:
    for item in items:
        typer.echo(f"{'NOT SOUND' if item.faults else 'sound'}: {clean(item.name)} {item.video}")
        for line in (*item.faults, *item.shown):
            typer.echo(f"  {clean(line)}")
    unsound = sum(bool(item.faults) for item in items)
    typer.echo(f"{counted(len(items), 'item')}, {unsound} not sound")
