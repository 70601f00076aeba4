"""``passerby config``."""

from __future__ import annotations

from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table
from passerby.configuration import DEFAULT, SettingSource, template, usual_files
from passerby.store.library import is_postgres, shown_address


def config(
    context: typer.Context,
    changed: Annotated[bool, typer.Option("--changed", help="Only what is not at its default.")] = False,
    as_template: Annotated[
        bool, typer.Option("--template", help="Print a file with all settings, to be kept and edited.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show every setting, and where its value is from: an option, the environment, a file, or its default."""
    if as_template:
        typer.echo(template(), nl=False)
        return
    found = context_of(context).configuration()
    given = [each for each in found.given if not changed or each.source != DEFAULT]
    if as_json:
        settings = {each.name: {"value": _shown(each), "source": each.source} for each in given}
        print_json({"settings": settings, "files": [str(path) for path in found.files]})
        return
    table([("SETTING", "VALUE", "FROM"), *((each.name, str(_shown(each)), clean(each.source)) for each in given)])
    read = {str(path) for path in found.files}
    for path in dict.fromkeys([*found.files, *usual_files()]):
        typer.echo(
            clean(f"{path}: {'read' if str(path) in read else 'not there' if not path.exists() else 'not read'}")
        )


def _shown(given: SettingSource) -> str | int | float:
    """The value, without a password in it."""
    return shown_address(str(given.value)) if is_postgres(str(given.value)) else given.value
