"""``passerby serve``."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.errors import MissingExtraError, UsageError


def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on; any but this machine's own needs users.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0: any that is free.")] = 8470,
    accounts: Annotated[bool, typer.Option("--accounts", help="Ask for a log-in on this machine, too.")] = False,
    certificate: Annotated[
        Path | None, typer.Option("--tls-certificate", help="PEM file with the server's certificates.", metavar="PEM")
    ] = None,
    key: Annotated[
        Path | None, typer.Option("--tls-key", help="PEM file with the server's private key.", metavar="PEM")
    ] = None,
) -> None:
    """Serve the library: an API and pages to look, search, correct and redact in."""
    try:
        from passerby.web.server import run
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"{error.name} is needed: pip install 'passerby[serve]'") from error
    if (certificate is None) != (key is None):
        raise UsageError("expected both --tls-certificate and --tls-key, found one of them")
    options = context_of(context)
    loopback = _is_loopback(host)
    needed = accounts or not loopback
    if needed and options.open_accounts().empty():
        raise UsageError(
            f"{host}: others can connect to this address, so users must log in, and there are none; make one with "
            "`passerby users add NAME --role admin`"
        )
    run(
        options.settings(), host, port, accounts=needed, loopback=loopback, certificate=certificate, key=key,
        announce=lambda address: typer.echo(f"serving at {address} (Ctrl-C ends it)"),
    )  # fmt: skip


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
