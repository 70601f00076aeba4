"""``passerby transcript``."""

from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, span
from passerby.cli.timed_edit import tell_parts, time_of_edit
from passerby.cli.video_argument import VideoArgument
from passerby.export.speech_insight import Speech


def transcript(
    context: typer.Context,
    video: VideoArgument,
    when: Annotated[str, typer.Argument(help="A time in the line to put right, such as 0:12.4.")] = "",
    text: Annotated[str, typer.Argument(help="What is said there.")] = "",
    undo: Annotated[bool, typer.Option(help="Go back to what was heard in the line at that time.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Tell what is said in a video, or put a line of it right: searches and exports have the new words.

    What was heard is kept beside it, and no later run changes the correction. A * marks lines that were corrected, a ?
    corrections that are of no line any more, since a later run has cut what is said elsewhere: --undo drops them.
    """
    seconds = time_of_edit(
        when, text, back=undo, expected="expected a time and what is said there, or a time and --undo, or neither"
    )
    editing = context_of(context).open_library().editing
    if seconds is None:
        said = editing.speech(video)
    else:
        line = editing.undo_correction(video, seconds) if undo else editing.correct(video, seconds, text)
        said = Speech(() if line is None else (line,), ())
    rows = [(line.start, line.end, "*" if line.correction else " ", line.text) for line in said.lines]
    lost = [(each.start, each.end, "?", each.text) for each in said.unplaced]
    tell_parts(
        context,
        {
            "speech": [line.document() for line in said.lines],
            "unplaced": [each.document() for each in said.unplaced],
        },
        [(span(start, end), mark, clean(text)) for start, end, mark, text in sorted(rows + lost)],
        none=lambda: (
            editing.why_no_speech(video)
            if seconds is None
            else f"{when}: the correction is gone; nothing is said there any more"
        ),
        as_json=as_json,
    )
