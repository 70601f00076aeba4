"""``passerby search``."""

from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_error, print_json, span
from passerby.errors import UsageError


def search(
    context: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(help="What to look for. In quotes: exactly so.")] = None,
    label: Annotated[str | None, typer.Option(help="Only moments with this object or tag.")] = None,
    text: Annotated[str, typer.Option(help="Only moments with these words on screen.", metavar="WORDS")] = "",
    said: Annotated[str, typer.Option(help="Only moments in which these words are said.", metavar="WORDS")] = "",
    like: Annotated[
        str | None,
        typer.Option(help="Moments that look like this one, or like a picture, people aside.", metavar="VIDEO@TIME"),
    ] = None,
    inside: Annotated[str | None, typer.Option("--in", help="Only in this video.", metavar="VIDEO")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many moments at most.")] = 20,
    as_json: JsonOption = False,
) -> None:
    """Find moments by words and what they mean, by label, or by what they look like."""
    asked = " ".join(words or ())
    if not (asked.strip() or text.strip() or said.strip()) and label is None and like is None:
        raise UsageError("expected words, --text, --said, --label or --like to search for, found none")
    library = context_of(context).open_library()
    found = library.search(asked, label=label, on_screen=text, said=said, like=like, inside=inside, limit=limit)
    if as_json:
        print_json(found)
        return
    if found["notice"]:
        print_error(f"passerby: {found['notice']}")
    last = ""
    for hit in found["hits"]:
        if hit["video"] != last:
            typer.echo(f"{clean(hit['name'])}  ({hit['video'][:12]})")
            last = hit["video"]
        typer.echo(f"  {span(hit['start'], hit['end'])}  {hit['score']:.2f}  {'; '.join(hit['why'])}")
    if not found["hits"]:
        typer.echo("no moment found")
