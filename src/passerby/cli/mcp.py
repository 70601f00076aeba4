"""``passerby mcp``."""

from __future__ import annotations

import typer

from passerby.cli.context import context_of
from passerby.errors import MissingExtraError


def mcp(context: typer.Context) -> None:
    """Let a program search the library by the Model Context Protocol, on stdin and stdout; it can change nothing."""
    try:
        from passerby.mcp_server import run
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"{error.name} is needed: pip install 'passerby[serve]'") from error
    run(context_of(context).open_library())
