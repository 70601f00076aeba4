"""Listens, and runs the application until it is told to end."""

import ctypes
import gc
import resource
import socket
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI

from passerby.addresses import Networks
from passerby.errors import UsageError
from passerby.settings import Settings
from passerby.web.app import Door, create_app
from passerby.web.connections import ConnectionLimits, Connections, LimitedProtocol
from passerby.web.public import PublicAddress

# A client that keeps a connection and asks nothing is let go after this long, in seconds.
IDLE_SECONDS = 20
CLOSING_SECONDS = 3  # for answers that are under way
_M_ARENA_MAX = -8  # in glibc's malloc.h
# Seconds after which a thread that computes lets another one run. SQLite and the models let go of the interpreter many
# times a search, and wait this long whenever the parts of an upload are being taken in.
TURN_SECONDS = 1e-4


def run(
    settings: Settings,
    host: str,
    port: int,
    *,
    accounts: bool,
    loopback: bool,
    certificate: Path | None,
    key: Path | None,
    public: PublicAddress | None,
    proxies: Networks,
    announce: Callable[[str], None],
) -> None:
    """Serve until Ctrl-C. Raises UsageError if the address cannot be listened on, StoreError for the library."""
    _share_heaps()
    _allow_many_files()
    sys.setswitchinterval(TURN_SECONDS)
    door = Door(certificate is not None, public, proxies)
    app = create_app(settings, accounts=accounts, loopback=loopback, door=door)
    # What is loaded by now stays: it need not be looked through for garbage time and again while a long answer is made.
    gc.freeze()
    listening = _listen(host, port)
    scheme = "https" if certificate else "http"
    shown = f"[{host}]" if ":" in host else host
    config = configured(app, ConnectionLimits(proxies=proxies), ssl_certfile=certificate, ssl_keyfile=key)
    try:
        config.load()
    except OSError as error:
        listening.close()
        raise UsageError(f"{certificate}, {key}: expected a certificate and its key in PEM ({error})") from error
    announce(f"{scheme}://{shown}:{listening.getsockname()[1]}")
    with listening:
        Server(config, app).run([listening])


def configured(app: FastAPI, limits: ConnectionLimits, **options: Any) -> uvicorn.Config:
    """uvicorn as this server needs it; ``options`` are further ones of uvicorn's."""
    return uvicorn.Config(
        app,
        http=partial(LimitedProtocol, connections=Connections(limits)),  # type: ignore[arg-type]
        ws="none",
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # the application looks at them itself
        timeout_keep_alive=IDLE_SECONDS,
        h11_max_incomplete_event_size=64 << 10,
        **{"timeout_graceful_shutdown": CLOSING_SECONDS} | options,
    )


class Server(uvicorn.Server):
    """Tells its application that it ends before it waits for answers, some of which would have no end."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.closing.set()
        await super().shutdown(sockets)


def _share_heaps() -> None:
    """Have glibc keep two heaps for all threads: of one for each, what many searches have freed is of use to none."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:  # another C library has none
        mallopt(_M_ARENA_MAX, 2)


def _allow_many_files() -> None:
    """As many files and connections as the system lets this process have: silent ones must not use them up."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named asyncio sends at once what there is to send (TCP_NODELAY); without, an answer's body waits
    # for the client to acknowledge its head, which takes 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise UsageError(f"{host}:{port}: cannot be listened on ({error.strerror}); choose another --port") from error
    return listening
