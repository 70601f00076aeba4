"""``passerby mcp``."""

from __future__ import annotations

import typer

from passerby.cli.context import context_of
from passerby.extras import needing


def mcp(context: typer.Context) -> None:
    """Let a program search the library by the Model Context Protocol, on stdin and stdout; it can change nothing."""
    with needing("serve"):
        from passerby.mcp_server import run
    run(context_of(context).open_library())
