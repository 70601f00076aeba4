"""Options that stand before a command or behind it, as one likes: which library, and how much is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

import typer
from typer.core import TyperOption

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
_NAMES: dict[str, tuple[str, ...]] = {
    "library": ("--library",),
    "blobs": ("--blobs",),
    "quiet": ("--quiet", "-q"),
    "verbose": ("--verbose", "-v"),
    "debug": ("--debug",),
}
_FLAGS = frozenset({"quiet", "verbose", "debug"})


def shared_options(*, with_letters: bool) -> list[TyperOption]:
    """Them, for one command, in whose help they are not listed again; with their short names, or without."""
    return [
        TyperOption(
            param_decls=[f"shared_{name}", *(spellings if with_letters else spellings[:1])],
            callback=_take,
            expose_value=False,
            hidden=True,
            is_flag=name in _FLAGS,
            default=False if name in _FLAGS else None,
        )
        for name, spellings in _NAMES.items()
    ]


def _take(context: typer.Context, option: Any, value: str | bool | None) -> None:
    """Have what is given behind a command count as if it were before it. Raises UsageError for what is at both."""
    given = context.obj
    if not value or not isinstance(given, Context):
        return
    name = option.name.removeprefix("shared_")
    if name not in _FLAGS and getattr(given, name) is not None:
        raise UsageError(f"--{name}: expected once, found 2 times; give it before the command or behind it")
    changes: dict[str, Any] = {name: value}
    context.obj = replace(given, **changes)
