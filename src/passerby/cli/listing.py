"""``passerby list``."""

from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table
from passerby.times import format_timecode


def list_videos(
    context: typer.Context,
    collection: Annotated[
        str, typer.Option("--collection", help="Only those in this collection or case.", metavar="NAME")
    ] = "",
    as_json: JsonOption = False,
) -> None:
    """List the videos in the library."""
    library = context_of(context).open_library()
    videos = library.curation.videos_in(collection) if collection else library.videos()
    held = () if collection else library.quarantined()
    if as_json:
        quarantine = [{"id": e.video, "path": str(e.path), "reason": e.reason, "failures": e.failures} for e in held]
        print_json({"videos": [video.document() for video in videos]} | ({"quarantine": quarantine} if held else {}))
        return
    rows = [("ID", "LENGTH", "STATUS", "NAME")]
    rows += [(v.id[:12], format_timecode(v.duration), v.status, clean(v.name)) for v in videos]
    table(rows)
    for entry in held:
        typer.echo(clean(f"in quarantine: {entry.path}: its worker {entry.reason}, {entry.failures} times"))
