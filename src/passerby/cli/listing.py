"""``passerby list``."""

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table
from passerby.times import format_timecode


def list_videos(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the videos in the library."""
    videos = context_of(context).open_library().videos()
    if as_json:
        print_json({"videos": [video.document() for video in videos]})
        return
    rows = [("ID", "LENGTH", "STATUS", "NAME")]
    rows += [(v.id[:12], format_timecode(v.duration), v.status, clean(v.name)) for v in videos]
    table(rows)
