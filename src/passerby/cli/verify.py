"""``passerby verify``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json
from passerby.errors import LeakError, UsageError
from passerby.evidence.bag_check import BagCheck, check_bag, is_bag
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
    copies: Annotated[
        bool,
        typer.Option(
            "--copies", help="Make the copies in a bag again by their plans, and compare: takes as long as making them."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Check that evidence is still what was taken, and that the log was not cut or written anew.

    Exit code 3 if a copy is not what its plan makes.
    """
    if items and len(items) == 1 and is_bag(Path(items[0])):
        bag = Path(items[0])
        checked = check_bag(bag, key)
        return _tell_bag(_with_copies(context, bag, checked) if copies else checked, key, as_json=as_json)
    if copies:
        raise UsageError("--copies: expected a bag, in which originals, copies and plans lie beside each other")
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


def _with_copies(context: typer.Context, bag: Path, found: BagCheck) -> BagCheck:
    from passerby.casework.copies_again import with_copies
    from passerby.cli.progress import watched

    options = context_of(context)
    models = options.open_library().models.open()
    with watched(options.settings(), options.loudness) as progress:
        return with_copies(bag, found, models, progress.update)


def _tell_bag(found: BagCheck, key: str, *, as_json: bool) -> int:
    """Raises LeakError."""
    if as_json:
        print_json(found.document())
    else:
        _print_bag(found, key)
    unlike = [line for item in found.items for line in item.unlike]
    if unlike:
        raise LeakError(f"{unlike[0]}{f'; and {len(unlike) - 1} more' if len(unlike) > 1 else ''}")
    return SOUND if found.is_sound else UNSOUND


def _print_bag(found: BagCheck, key: str) -> None:
    _print_items(found.items)
    for fault in found.faults:
        typer.echo(f"NOT SOUND: {clean(fault)}")
    for stamp in found.stamps:
        typer.echo(f"stamped: {clean(stamp)}")
    typer.echo(f"signed by: {found.key or 'nobody'}{'' if key else ' (compare it with what its makers told you)'}")


def _print_items(items: Sequence[ItemCheck]) -> None:
    for item in items:
        typer.echo(f"{'sound' if item.is_sound else 'NOT SOUND'}: {clean(item.name)} {item.video}")
        for line in (*item.faults, *item.unlike, *item.shown):
            typer.echo(f"  {clean(line)}")
    unsound = sum(not item.is_sound for item in items)
    typer.echo(f"{counted(len(items), 'item')}, {unsound} not sound")
