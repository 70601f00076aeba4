"""``passerby transcript``."""

from typing import Annotated

import typer

from passerby.cli.complete import video_names
from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, span, table
from passerby.errors import UsageError
from passerby.times import parse_timecode


def transcript(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A path, a name or the start of an id.", autocompletion=video_names)],
    when: Annotated[str, typer.Argument(help="A time in the line to put right, such as 0:12.4.")] = "",
    text: Annotated[str, typer.Argument(help="What is said there.")] = "",
    undo: Annotated[bool, typer.Option(help="Go back to what was heard in the line at that time.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tell what is said in a video, or put a line of it right: searches and exports have the new words.

    What was heard is kept beside it, and no later run changes the correction. A * marks lines that were corrected.
    """
    if bool(when) != (bool(text) or undo) or (text and undo):
        raise UsageError("expected a time and what is said there, or a time and --undo, or neither")
    editing = context_of(context).open_library().editing
    if undo:
        lines = [editing.undo_correction(video, float(parse_timecode(when)))]
    elif text:
        lines = [editing.correct(video, float(parse_timecode(when)), text)]
    else:
        lines = [*editing.speech(video)]
    if as_json:
        print_json({"speech": [line.document() for line in lines]})
        return
    table([(span(line.start, line.end), "*" if line.correction else " ", clean(line.text)) for line in lines])
