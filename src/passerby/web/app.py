"""The server's application: the API and the pages, with all that surrounds them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from anyio import CapacityLimiter
from fastapi import APIRouter, Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from passerby.addresses import Networks
from passerby.service.desk import Desk
from passerby.settings import Settings
from passerby.version import __version__
from passerby.web import links, login_elsewhere, pages, problems, static_files
from passerby.web.api import (
    batches,
    cases,
    comments,
    contact,
    copies,
    curation,
    editing,
    health,
    hooks,
    jobs,
    log,
    models,
    plans,
    search,
    sessions,
    shares,
    source_events,
    stills,
    tokens,
    uploads,
    users,
    videos,
    watched_sources,
)
from passerby.web.api.documents import Problem
from passerby.web.api.known_parameters import require_known_parameters
from passerby.web.description import ApiDescription, operation_id
from passerby.web.guard import BodyLimits, Faults, KnownNames, SecurityHeaders
from passerby.web.languages import read_languages
from passerby.web.public import PublicAddress
from passerby.web.sending import Compression, Heads


@dataclass(frozen=True, slots=True)
class Door:
    """By what browsers come in."""

    tls: bool = False  # the server speaks it itself
    public: PublicAddress | None = None
    proxies: Networks = field(default_factory=Networks)  # whose words on who asks are trusted

    @property
    def is_tls(self) -> bool:
        """Whether browsers come by TLS alone."""
        return self.tls if self.public is None else self.public.scheme == "https"


PLAIN = Door()
API = "/api/v1"
PARTS = (
    sessions,
    contact,
    users,
    tokens,
    log,
    videos,
    editing,
    comments,
    curation,
    cases,
    uploads,
    search,
    plans,
    batches,
    copies,
    shares,
    stills,
    jobs,
    models,
    hooks,
    watched_sources,
    source_events,
    health,
)
SEARCHES = 16  # at once: more than there are cores, since each waits for the disk and for others now and then
DESCRIPTION = """Tags, search and safe copies of video, on your own machine. Errors are `application/problem+json`.

Log in with `POST /api/v1/session` and send the token that it tells in `X-CSRF-Token` with all that changes
something, or send an API token as `Authorization: Bearer pby_...`."""


def create_app(settings: Settings, *, accounts: bool, loopback: bool, door: Door = PLAIN) -> FastAPI:
    """The application for a library.

    ``accounts``: whether callers must be users of the library, or everybody who can connect is its admin. ``loopback``:
    whether only requests for this machine itself, and its public name, are answered. Raises StoreError if the library
    cannot be opened.
    """
    desk = Desk(settings, "" if door.public is None else door.public.origin)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(desk.start)
        with desk.held_open():
            yield
        await run_in_threadpool(desk.close)

    app = FastAPI(
        title="Passerby",
        version=__version__,
        description=DESCRIPTION,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,  # its scripts come from another host
        redoc_url=None,
        generate_unique_id_function=operation_id,
        redirect_slashes=False,  # that would lead to whatever host a request names
        lifespan=lifespan,
    )
    app.state.desk = desk
    app.state.languages = read_languages()
    app.state.accounts_needed = accounts
    app.state.public = door.public
    app.state.is_tls = door.is_tls
    app.state.closing = asyncio.Event()  # set when the server begins to end
    # Or searches would take the threads that everything else is answered in.
    app.state.searches = CapacityLimiter(SEARCHES)
    app.openapi = ApiDescription(app)  # type: ignore[method-assign]
    app.state.metrics = health.Metrics()
    problems.install(app)
    told = {"model": Problem}
    api = APIRouter(prefix=API, responses={"4XX": told, "5XX": told}, dependencies=[Depends(require_known_parameters)])
    for part in PARTS:
        api.include_router(part.router)
    app.include_router(api)
    app.include_router(pages.router, include_in_schema=False)
    app.include_router(links.router, include_in_schema=False)
    app.include_router(login_elsewhere.router, include_in_schema=False)
    app.mount(static_files.HASHED, static_files.PageFiles(static_files.FOR_GOOD))
    app.mount(static_files.PLAIN, static_files.PageFiles(static_files.ASKED_EACH_TIME))
    app.add_middleware(Heads, own=f"{API}/uploads/")  # the innermost
    app.add_middleware(Compression)
    app.add_middleware(BodyLimits)
    app.add_middleware(Faults)
    app.add_middleware(health.Counting, metrics=app.state.metrics, prefix=API)
    if door.proxies.names:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(door.proxies.names))
    if loopback or door.public is not None:
        app.add_middleware(KnownNames, public=door.public, proxies=door.proxies)
    app.add_middleware(SecurityHeaders, strict=door.is_tls)
    return app
