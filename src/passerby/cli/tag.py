"""``passerby tag``."""

from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, span, table
from passerby.cli.video_argument import VideoArgument
from passerby.errors import UsageError

GIVEN, REJECTED = "+", "-"


def tag(
    context: typer.Context,
    video: VideoArgument,
    when: Annotated[str, typer.Argument(help="START-END, such as 0:10-0:20.")] = "",
    labels: Annotated[
        list[str] | None, typer.Argument(help='+"what is there" and -"what is not"; without: what was said so far.')
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Correct what is said of a stretch of a video. No later run changes it.

    Labels say what is seen, never who: common names of people, and words such as "my boss", are refused. No list knows
    all names: leave those out that pass.
    """
    library = context_of(context).open_library()
    if when or labels:
        given, rejected = _sorted(labels or [])
        library.tag(video, when, given, rejected)
    notes = library.notes(video)
    if as_json:
        print_json({"notes": [note.document() for note in notes]})
        return
    table([(span(note.start, note.end), (REJECTED if note.rejected else GIVEN) + clean(note.label)) for note in notes])


def _sorted(labels: list[str]) -> tuple[list[str], list[str]]:
    """Those that fit, and those that do not, by their signs."""
    wrong = [label for label in labels if label[:1] not in (GIVEN, REJECTED) or not label[1:].strip()]
    if wrong or not labels:
        raise UsageError(f'expected +label or -label, such as +"street market", found {wrong[0] if wrong else "none"}')
    given = [label[1:].strip() for label in labels if label.startswith(GIVEN)]
    return given, [label[1:].strip() for label in labels if label.startswith(REJECTED)]
