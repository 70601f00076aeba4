"""``passerby models``: what there is, fetching more, checking what is here."""

from pathlib import Path
from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table

ALL_WELL, SOME_WRONG = 0, 1

app = typer.Typer(no_args_is_help=True, help="List, pull and verify models.")


@app.command("list")
def list_models(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the models, and whether they are on this machine."""
    models = context_of(context).open_library().models.list()
    if as_json:
        print_json({"models": [model.document() for model in models]})
        return
    rows = [("NAME", "TASK", "HERE", "LICENCE", "MADE FROM")]
    rows += [(m.name, m.task, "yes" if m.here else "no", m.licence, m.made_from) for m in models]
    table(rows)


@app.command("pull")
def pull(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A name from `passerby models list`.")],
    source: Annotated[
        Path | None, typer.Option("--from", help="Take the weights from this file, or folder of files.")
    ] = None,
) -> None:
    """Fetch the weights of a model, checking that they are what the catalog says."""
    from passerby.cli.progress import DownloadProgress

    library = context_of(context).open_library()
    with DownloadProgress(name) as progress:
        pulled = library.models.pull(name, source, progress.update)
    typer.echo(clean(f"{name}: {pulled.path} (licence: {pulled.licence})"))


@app.command("verify")
def verify(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="Names; none: every model that is here.")] = None,
    as_json: JsonOption = False,
) -> int:
    """Check the weights on this machine against the catalog."""
    results = context_of(context).open_library().models.verify(names or ())
    if as_json:
        print_json({"models": [result.document() for result in results]})
    else:
        table([(result.name, result.problem or "ok") for result in results])
    return SOME_WRONG if any(result.problem for result in results) else ALL_WELL
