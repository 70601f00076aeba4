"""``passerby models``: what there is, fetching more, carrying it elsewhere, checking what is here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.complete import model_names
from passerby.cli.context import Loudness, context_of
from passerby.cli.output import JsonOption, clean, print_error, print_json, table
from passerby.errors import ModelError, UsageError

if TYPE_CHECKING:
    from passerby.model_shop import ModelInfo, ModelShop

ALL_WELL, SOME_WRONG = 0, 1

app = typer.Typer(help="List, pull and verify models.")


SPARE = (5, 4)  # columns that a narrow terminal need not have: where it is from, the licence


@app.command("list")
def list_models(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the models, and whether they are on this machine."""
    models = context_of(context).open_library().models.list()
    if as_json:
        print_json({"models": [model.document() for model in models]})
        return
    rows = [("NAME", "TASK", "HERE", "SIZE", "LICENCE", "MADE FROM")]
    rows += [(m.name, m.task, _is_here(m), _size(m.size), m.licence, m.made_from) for m in models]
    table(rows, SPARE)
    typer.echo("* not all of this could be tried by those who wrote it down: --json says what")


def _is_here(model: ModelInfo) -> str:
    return ("yes" if model.here else "no") + " *" * bool(model.unchecked)


@app.command("pull")
def pull(
    context: typer.Context,
    names: Annotated[
        list[str] | None,
        typer.Argument(
            help="Names from `passerby models list`, or `recommended`; none, with --from: all that are in that folder.",
            autocompletion=model_names,
        ),
    ] = None,
    source: Annotated[
        Path | None,
        typer.Option("--from", help="Take the weights from this file, or folder of files, such as a bundle."),
    ] = None,
) -> int:
    """Fetch the weights of models, checking that they are what the catalog says."""
    console = context_of(context)
    models = console.open_library().models
    wanted = models.wanted(names or [], source)
    if len(wanted) == 1:
        _pull(models, wanted[0].name, source, console.loudness)
        return ALL_WELL
    typer.echo(_told_before(wanted))
    return SOME_WRONG if sum(_fails(models, model.name, source, console.loudness) for model in wanted) else ALL_WELL


@app.command("bundle")
def bundle(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="Where the files go.")],
    names: Annotated[
        list[str] | None, typer.Argument(help="Names; none: every model that was pulled.", autocompletion=model_names)
    ] = None,
) -> None:
    """Copy models that are here to a folder, to be carried to a machine without a network."""
    carried, size = context_of(context).open_library().models.bundle(folder, names or ())
    typer.echo(clean(f"{folder}: {', '.join(model.name for model in carried)} ({_size(size)})"))
    typer.echo(clean(f"on the other machine: passerby models pull --from {folder.name or folder}"))


@app.command("verify")
def verify(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="Names; none: every model that is here.", autocompletion=model_names)
    ] = None,
    as_json: JsonOption = False,
) -> int:
    """Check the weights on this machine against the catalog."""
    results = context_of(context).open_library().models.verify(names or ())
    if as_json:
        print_json({"models": [result.document() for result in results]})
    else:
        table([(result.name, result.problem or "ok") for result in results])
    return SOME_WRONG if any(result.problem for result in results) else ALL_WELL


def _pull(models: ModelShop, name: str, source: Path | None, loudness: Loudness) -> None:
    from passerby.cli.progress import CountProgress

    with CountProgress(name, "B", loudness) as progress:
        pulled = models.pull(name, source, progress.update)
    typer.echo(clean(f"{name}: {pulled.path} (licence: {pulled.licence})"))


def _fails(models: ModelShop, name: str, source: Path | None, loudness: Loudness) -> bool:
    """Pull one of several: what goes wrong is told in one line, and the others go on."""
    try:
        _pull(models, name, source, loudness)
    except (ModelError, UsageError) as error:
        print_error(f"passerby: {error}")
        return True
    return False


def _told_before(wanted: tuple[ModelInfo, ...]) -> str:
    if not wanted:
        return "nothing to fetch: all of them are here"
    each = ", ".join(f"{model.name} ({_size(model.size)})" for model in wanted)
    return f"to fetch: {each}; {_size(sum(model.size for model in wanted))} in all"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size else "?"
