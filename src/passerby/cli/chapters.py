"""``passerby chapters``."""

from typing import Annotated

import typer

from passerby.cli.complete import video_names
from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, span, table
from passerby.errors import UsageError
from passerby.times import parse_timecode


def chapters(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A path, a name or the start of an id.", autocompletion=video_names)],
    when: Annotated[str, typer.Argument(help="When a chapter begins, such as 1:30.")] = "",
    name: Annotated[str, typer.Argument(help="What it is called.")] = "",
    remove: Annotated[bool, typer.Option(help="Remove the chapter that begins then.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tell the chapters of a video, or let one begin. `passerby export --format webvtt-chapters` writes them."""
    if bool(when) != (bool(name) or remove) or (name and remove):
        raise UsageError("expected a time and a name, or a time and --remove, or neither")
    editing = context_of(context).open_library().editing
    if name:
        editing.begin_chapter(video, float(parse_timecode(when)), name)
    elif remove and not editing.remove_chapter(video, float(parse_timecode(when))):
        raise UsageError(f"{when}: no chapter begins then; see `passerby chapters {video}`")
    found = editing.chapters(video)
    if as_json:
        print_json({"chapters": [chapter.document() for chapter in found]})
        return
    table([(span(chapter.start, chapter.end), clean(chapter.name)) for chapter in found])
