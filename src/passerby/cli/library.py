"""``passerby library``: what is done with whole libraries."""

from typing import Annotated

import typer

from passerby.callers import CONSOLE
from passerby.cli.context import context_of
from passerby.cli.output import clean

app = typer.Typer(help="Copy whole libraries.")


@app.command("copy")
def copy(
    context: typer.Context,
    source: Annotated[str, typer.Argument(help="A library: a folder, or postgresql://...", metavar="SRC")],
    target: Annotated[str, typer.Argument(help="Where its copy is to be, or is unfinished.", metavar="DST")],
) -> None:
    """Copy a library to a folder or a database, and compare all of it. Run again, it goes on where it ended."""
    from passerby.cli.progress import CountProgress
    from passerby.library_copy import copy_library

    with CountProgress("copying", "rows", context_of(context).loudness) as progress:
        made = copy_library(source, target, CONSOLE, lambda table, done, total: progress.update(done, total, table))
    typer.echo(clean(f"copied and compared: {made.videos} videos, {made.rows} rows, {made.files} files"))
