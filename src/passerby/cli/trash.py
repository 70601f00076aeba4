"""``passerby trash``: videos on their way out, which can be taken back."""

from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table
from passerby.times import format_timecode
from passerby.wording import counted

app = typer.Typer(help="Throw videos away, and take them back. Until they are forgotten they are on the disk.")

TrashableArgument = Annotated[list[str], typer.Argument(help="Paths, names or starts of ids.")]


@app.command("put")
def put(context: typer.Context, videos: TrashableArgument) -> None:
    """Move videos to the trash: nothing finds them any more, and nothing of them is removed yet.

    `passerby forget` removes at once and for good.
    """
    library = context_of(context).open_library()
    moved = library.curation.trash([library.video(video).id for video in videos])
    days = context_of(context).settings().trash_days
    typer.echo(
        f"in the trash: {counted(moved, 'video')}; on the disk still, for {days:g} days: `passerby trash restore` "
        "takes them back, `passerby forget` removes them now"
    )


@app.command("list")
def list_trash(context: typer.Context, as_json: JsonOption = False) -> None:
    """List what is in the trash, and until when it is on the disk."""
    found = context_of(context).open_library().curation.trashed()
    if as_json:
        print_json({"videos": [each.document() for each in found]})
        return
    rows = [("ID", "LENGTH", "ON THE DISK UNTIL", "NAME")]
    rows += [(each.id[:12], format_timecode(each.duration), each.until[:10], clean(each.name)) for each in found]
    table(rows)


@app.command("restore")
def restore(context: typer.Context, videos: TrashableArgument) -> None:
    """Take videos out of the trash: they are in the library as before."""
    curation = context_of(context).open_library().curation
    restored = curation.restore([curation.in_trash(video) for video in videos])
    typer.echo(f"restored: {counted(restored, 'video')}")


@app.command("empty")
def empty(
    context: typer.Context,
    all_of_it: Annotated[bool, typer.Option("--all", help="Also what has not been there for long.")] = False,
) -> None:
    """Forget for good what has been in the trash for PASSERBY_TRASH_DAYS. A server does so by itself."""
    library = context_of(context).open_library()
    gone = library.curation.overdue(all_of_it=all_of_it)
    for video in gone:
        library.forget(video)
    typer.echo(f"forgotten: {counted(len(gone), 'video')}")
    for duty in library.kept_elsewhere() if gone else ():
        typer.echo(f"to do: {clean(duty)}")
