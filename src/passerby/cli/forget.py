"""``passerby forget``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.listing import is_missing
from passerby.cli.output import clean, print_error
from passerby.cli.video_argument import VideosArgument
from passerby.errors import UnknownVideoError, UsageError

if TYPE_CHECKING:
    from passerby.library import Library

DONE, SOME_FAILED = 0, 1


def forget(
    context: typer.Context,
    videos: VideosArgument = None,
    missing: Annotated[bool, typer.Option("--missing", help="Those whose file is gone; see `list --missing`.")] = False,
) -> int:
    """Erase videos from the library. Their files are not touched."""
    library = context_of(context).open_library()
    if bool(videos) == missing:
        raise UsageError("expected names of videos, or --missing; see `passerby forget --help`")
    names = [video.id for video in library.videos() if is_missing(video.path)] if missing else list(videos or ())
    if len(names) == 1:
        _forget(library, names[0])
    failed = sum(not _forgets(library, name) for name in dict.fromkeys(names)) if len(names) > 1 else 0
    if missing and not names:
        typer.echo("no video's file is gone")
    for duty in library.kept_elsewhere() if names else ():
        typer.echo(f"to do: {clean(duty)}")
    return SOME_FAILED if failed else DONE


def _forgets(library: Library, name: str) -> bool:
    """Whether one of several was there; the others go on if not."""
    try:
        _forget(library, name)
    except UnknownVideoError as error:
        print_error(f"passerby: {error}")
        return False
    return True


def _forget(library: Library, name: str) -> None:
    """Raises UnknownVideoError."""
    try:
        forgotten = library.forget(name)
    except UnknownVideoError:
        if not library.release(name):
            raise
        typer.echo(f"forgotten: {clean(name)} (it was in quarantine)")
    else:
        typer.echo(f"forgotten: {clean(forgotten.name)} ({forgotten.id[:12]})")
