"""``passerby serve``."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated

import typer

from passerby.addresses import Networks
from passerby.cli.context import context_of
from passerby.cli.output import print_error
from passerby.errors import UsageError
from passerby.extras import needing


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
    public_url: Annotated[
        str | None,
        typer.Option(help="The address that browsers ask, where a reverse proxy leads them here.", metavar="ADDRESS"),
    ] = None,
    trusted_proxy: Annotated[
        list[str] | None,
        typer.Option(
            help="An address or network of reverse proxies whose X-Forwarded-For and -Proto are believed; may be "
            "repeated.",
            metavar="NETWORK",
        ),
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Serve other machines without TLS: passwords and films can be read.")
    ] = False,
) -> None:
    """Serve the library: an API and pages to look, search, correct and redact in."""
    with needing("serve"):
        from passerby.web.public import PublicAddress
        from passerby.web.server import run
    if (certificate is None) != (key is None):
        raise UsageError("expected both --tls-certificate and --tls-key, found one of them")
    options = context_of(context)
    loopback = _is_loopback(host)
    proxies = Networks.parse(trusted_proxy or ())
    public = None if public_url is None else PublicAddress.parse(public_url)
    # Behind a proxy others can connect to a loopback address, too.
    needed = accounts or not loopback or bool(proxies.names) or public is not None
    if needed and options.open_accounts().empty():
        raise UsageError(
            f"{host}: others can connect to this address, so users must log in, and there are none; make one with "
            "`passerby users add NAME --role admin`"
        )
    _require_secrecy(host, is_secret=loopback or certificate is not None or bool(proxies.names), insecure=insecure)
    run(
        options.settings(), host, port, accounts=needed, loopback=loopback, certificate=certificate, key=key,
        public=public, proxies=proxies,
        announce=lambda address: typer.echo(f"serving at {address} (Ctrl-C ends it)"),
    )  # fmt: skip


def _require_secrecy(host: str, *, is_secret: bool, insecure: bool) -> None:
    """Raise UsageError where passwords would go over a network in clear, unless that is meant; then warn."""
    if is_secret:
        return
    told = f"{host}: passwords, cookies and films would go over the network in clear"
    if not insecure:
        raise UsageError(
            f"{told}; give --tls-certificate and --tls-key, or --trusted-proxy with the address of a reverse proxy "
            "with TLS (docs/serving.md), or --insecure if nobody else can listen"
        )
    print_error(f"passerby: warning: {told.replace('would go', 'go')}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
