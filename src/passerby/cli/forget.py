"""``passerby forget``."""

from typing import Annotated

import typer

from passerby.cli.complete import video_names
from passerby.cli.context import context_of
from passerby.cli.output import clean
from passerby.errors import UnknownVideoError


def forget(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A path, a name or the start of an id.", autocompletion=video_names)],
) -> None:
    """Erase a video from the library. Its file is not touched."""
    library = context_of(context).open_library()
    try:
        forgotten = library.forget(video)
    except UnknownVideoError:
        if not library.release(video):
            raise
        typer.echo(f"forgotten: {clean(video)} (it was in quarantine)")
    else:
        typer.echo(f"forgotten: {clean(forgotten.name)} ({forgotten.id[:12]})")
        for duty in library.kept_elsewhere():
            typer.echo(f"to do: {clean(duty)}")
