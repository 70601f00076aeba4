"""``passerby collection``: collections of videos, and cases, which are collections too."""

from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table
from passerby.curation import Curation
from passerby.errors import UsageError
from passerby.library import Library
from passerby.wording import counted

app = typer.Typer(help="Gather videos in collections and cases.")

CollectionArgument = Annotated[str, typer.Argument(help="What the collection is called, or its id.")]
MemberArgument = Annotated[list[str], typer.Argument(help="Paths, names or starts of ids.")]
DescriptionOption = Annotated[str, typer.Option("--description", help="What it is about.", metavar="TEXT")]
CaseOption = Annotated[bool, typer.Option("--case", help="It is a case.")]


@app.command("list")
def list_collections(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the collections."""
    found = _curation(context).collections()
    if as_json:
        print_json({"collections": [each.document() for each in found]})
        return
    rows = [("VIDEOS", "KIND", "NAME")]
    rows += [(str(each.videos), "case" if each.is_case else "collection", clean(each.name)) for each in found]
    table(rows)


@app.command("make")
def make(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="What it is to be called: never who is in it.")],
    description: DescriptionOption = "",
    case: CaseOption = False,
) -> None:
    """Make an empty collection."""
    made = _curation(context).make_collection(name, description, is_case=case)
    typer.echo(f"made: {clean(made.name)} ({made.id})")


@app.command("add")
def add(context: typer.Context, name: CollectionArgument, videos: MemberArgument) -> None:
    """Put videos into a collection. A video may be in several."""
    curation, ids = _curation(context), _ids(context, videos)
    collection = curation.collection(name)
    typer.echo(f"added: {counted(curation.collect(collection.id, ids), 'video')} to {clean(collection.name)}")


@app.command("take")
def take(context: typer.Context, name: CollectionArgument, videos: MemberArgument) -> None:
    """Take videos out of a collection. They stay in the library."""
    curation, ids = _curation(context), _ids(context, videos)
    collection = curation.collection(name)
    taken = curation.collect(collection.id, ids, remove=True)
    typer.echo(f"taken out: {counted(taken, 'video')} of {clean(collection.name)}")


@app.command("change")
def change(
    context: typer.Context,
    name: CollectionArgument,
    new: Annotated[str | None, typer.Option("--name", help="What it is to be called.", metavar="NAME")] = None,
    description: Annotated[str | None, typer.Option("--description", help="What it is about.", metavar="TEXT")] = None,
    case: Annotated[bool | None, typer.Option("--case/--no-case", help="Whether it is a case.")] = None,
) -> None:
    """Change what is told of a collection."""
    if new is None and description is None and case is None:
        raise UsageError("expected something to change: --name, --description, --case or --no-case; found none")
    curation = _curation(context)
    changed = curation.change_collection(curation.collection(name).id, name=new, description=description, is_case=case)
    typer.echo(f"changed: {clean(changed.name)}")


@app.command("remove")
def remove(context: typer.Context, name: CollectionArgument) -> None:
    """Remove a collection. Its videos stay in the library."""
    curation = _curation(context)
    collection = curation.collection(name)
    curation.remove_collection(collection.id)
    typer.echo(f"removed: {clean(collection.name)}; its videos stay")


def _library(context: typer.Context) -> Library:
    return context_of(context).open_library()


def _curation(context: typer.Context) -> Curation:
    return _library(context).curation


def _ids(context: typer.Context, videos: list[str]) -> list[str]:
    library = _library(context)
    return [library.video(video).id for video in videos]
