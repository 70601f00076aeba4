"""``passerby teach``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table
from passerby.errors import UsageError

if TYPE_CHECKING:
    from passerby.search.teaching import TaughtClass


def teach(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What moments of this class are called; without: all classes.")] = "",
    examples: Annotated[
        list[str] | None, typer.Argument(help="Pictures, and moments as VIDEO@TIME; people in them do not count.")
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(min=0, max=1, help="How like an example a moment must be.  [default: told by the examples]"),
    ] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Forget the class of this name.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Teach a class of your own by examples, such as a logo or a place; never one of people.

    Common names of people, and words such as "my boss", are refused. No list knows all names:
    leave those out that pass.
    """
    options = context_of(context)
    library = options.open_library()
    if remove:
        if not name or examples:
            raise UsageError("expected the name of one class with --remove, and nothing else")
        library.unteach(name)
    elif name:
        if not examples:
            raise UsageError(f"expected examples of {name!r}: picture files, or moments as VIDEO@TIME; found none")
        from passerby.cli.progress import watched

        with watched(options.settings(), options.loudness):
            taught = library.teach(name, examples, threshold)
        _tell_new(taught, as_json=as_json)
        return
    lessons = library.lessons()
    if as_json:
        print_json({"classes": [lesson.document() for lesson in lessons]})
    else:
        rows = [
            (clean(lesson.name), str(lesson.threshold), str(lesson.examples), str(lesson.moments)) for lesson in lessons
        ]
        table([("NAME", "THRESHOLD", "EXAMPLES", "MOMENTS"), *rows])


def _tell_new(lesson: TaughtClass, *, as_json: bool) -> None:
    if as_json:
        print_json(lesson.document())
        return
    typer.echo(f"{clean(lesson.name)}: {lesson.examples} examples, threshold {lesson.threshold}")
    if lesson.examples > 1:
        typer.echo(f"  found again by the others: {lesson.found_again} of {lesson.examples}")
    else:
        typer.echo("  one example tells little: give more")
    typer.echo(f"  moments that look so: {lesson.moments} of {lesson.of_moments}; look at them: some may be wrong")
