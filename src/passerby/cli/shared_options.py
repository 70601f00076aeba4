"""Options that stand before a command or behind it, as one likes: which library, and how much is told."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

import typer

from passerby.cli.context import Context
from passerby.errors import UsageError

LibraryOption = Annotated[
    str | None,
    typer.Option(
        help="Folder of the library, or its address: postgresql://USER@HOST/DATABASE.  [default: $PASSERBY_LIBRARY "
        "or ./passerby-library]",
        metavar="DIR",
    ),
]
BlobsOption = Annotated[
    str | None,
    typer.Option(
        help="Where a new library keeps its files: a folder, or s3://BUCKET/PREFIX.  [default: $PASSERBY_BLOBS or "
        "the library]",
        metavar="PLACE",
    ),
]
QuietOption = Annotated[
    bool, typer.Option("--quiet", "-q", help="Tell results and errors alone: no progress, no notices.")
]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Tell progress in lines, each step of each video.")
]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show where in the program an error arose.")]

# What the help of every command ends with.
SHARED_HELP = "Before or after every command: --library, --blobs, --quiet, --verbose, --debug (see passerby --help)."
_FLAGS = frozenset({"quiet", "verbose", "debug"})


def shared_options(*, with_letters: bool) -> list[Any]:
    """Them, for one command, in whose help they are not listed again; with their short names, or without."""
    made = typer.main.get_command(_made(("-q",) if with_letters else (), ("-v",) if with_letters else ()))
    return [option for option in made.params if (option.name or "").startswith(_PREFIX)]


_PREFIX = "shared_"


def _made(quiet: Sequence[str], verbose: Sequence[str]) -> typer.Typer:
    """A command that has no other options: Typer alone knows how one is made of what is declared."""
    app = typer.Typer(add_completion=False)

    @app.command()
    def command(
        shared_library: Annotated[str | None, _hidden("--library")] = None,
        shared_blobs: Annotated[str | None, _hidden("--blobs")] = None,
        shared_quiet: Annotated[bool, _hidden("--quiet", *quiet)] = False,
        shared_verbose: Annotated[bool, _hidden("--verbose", *verbose)] = False,
        shared_debug: Annotated[bool, _hidden("--debug")] = False,
    ) -> None:
        """Nobody calls it."""

    return app


def _hidden(*names: str) -> Any:
    return typer.Option(*names, hidden=True, expose_value=False, callback=_take)


def _take(context: typer.Context, option: typer.CallbackParam, value: str | bool | None) -> None:
    """Have what is given behind a command count as if it were before it. Raises UsageError for what is at both."""
    given = context.obj
    if not value or not isinstance(given, Context):
        return
    name = (option.name or "").removeprefix(_PREFIX)
    if name not in _FLAGS and getattr(given, name) is not None:
        raise UsageError(f"--{name}: expected once, found 2 times; give it before the command or behind it")
    changes: dict[str, Any] = {name: value}
    context.obj = replace(given, **changes)
