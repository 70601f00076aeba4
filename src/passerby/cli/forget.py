"""``passerby forget``."""

from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import clean


def forget(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A path, a name or the start of an id.")],
) -> None:
    """Erase a video from the library. Its file is not touched."""
    forgotten = context_of(context).open_library().forget(video)
    typer.echo(f"forgotten: {clean(forgotten.name)} ({forgotten.id[:12]})")
