"""``passerby chapters``."""

import shlex
from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, span
from passerby.cli.timed_edit import tell_parts, time_of_edit
from passerby.cli.video_argument import VideoArgument
from passerby.errors import UsageError


def chapters(
    context: typer.Context,
    video: VideoArgument,
    when: Annotated[str, typer.Argument(help="When a chapter begins, such as 1:30.")] = "",
    name: Annotated[str, typer.Argument(help="What it is called.")] = "",
    remove: Annotated[bool, typer.Option(help="Remove the chapter that begins then.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tell the chapters of a video, or let one begin. `passerby export --format webvtt-chapters`, `ffmetadata` and
    `chapters-text` write them."""
    seconds = time_of_edit(
        when, name, back=remove, expected="expected a time and a name, or a time and --remove, or neither"
    )
    editing = context_of(context).open_library().editing
    if seconds is not None and name:
        editing.begin_chapter(video, seconds, name)
    elif seconds is not None and not editing.remove_chapter(video, seconds):
        raise UsageError(f"{when}: no chapter begins then; see `passerby chapters {video}`")
    found = editing.chapters(video)
    begin = shlex.join(["passerby", "chapters", video, "1:30", "NAME"])
    tell_parts(
        context,
        {"chapters": [chapter.document() for chapter in found]},
        [(span(chapter.start, chapter.end), clean(chapter.name)) for chapter in found],
        none=lambda: f"{video}: no chapters were made; `{begin}` begins one, and exports of chapters have its shots",
        as_json=as_json,
    )
