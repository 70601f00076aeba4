"""What surrounds every answer and every request: security headers, faults, hosts that may be named, limits on bodies.

Plain ASGI, so that bodies stream through it.
"""

import asyncio
import ipaddress
import logging
from urllib.parse import urlsplit

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from passerby.addresses import Networks
from passerby.web.pages import fault_page, wants_page
from passerby.web.problems import problem
from passerby.web.public import PublicAddress
from passerby.wording import written_out

logger = logging.getLogger(__name__)

# Of a request's body, which is read before it is known who sends it. Plans of long videos are long; uploads are limited
# by the size that they have announced.
MOST_BYTES = 1 << 20
LONG_BODIES: dict[str, int | None] = {"/api/v1/plans/": 32 << 20, "/api/v1/stills": 64 << 20, "/api/v1/uploads/": None}
BODY_SECONDS = 30.0  # without a byte of a body, after which the request is given up

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cache-Control": "no-store",
}
# A year, for this host alone: others of its domain may not have TLS. Browsers heed it where it came by TLS.
STRICT = {"Strict-Transport-Security": "max-age=31536000"}
# For a self-contained page that this server made: it may show itself, and nothing else.
DOCUMENT_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


class SecurityHeaders:
    """Adds headers to all answers; those that a route has set itself stay. ``strict``: TLS alone leads to this host."""

    def __init__(self, app: ASGIApp, *, strict: bool = False) -> None:
        self._app = app
        self._strict = strict

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        added = HEADERS | (STRICT if self._is_strict(scope) else {})

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)

    def _is_strict(self, scope: Scope) -> bool:
        # Not for localhost, where a browser would ask every other server in vain for a year.
        return self._strict and scope["type"] == "http" and not is_loopback_name(Headers(scope=scope).get("host", ""))


class _Response:
    """What is sent of an answer, and whether any of it has been."""

    def __init__(self, send: Send) -> None:
        self.begun = False
        self._send = send

    async def send(self, message: Message) -> None:
        self.begun = True
        await self._send(message)


class Faults:
    """Answers for what nothing else has an answer for, and logs it. Within the headers, which it must have too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = _Response(send)
        try:
            await self._app(scope, receive, answer.send)
        except ClientDisconnect:  # nobody is there any more
            return
        except Exception:  # the request's outer door
            logger.exception("%s %s", scope["method"], written_out(scope["path"]))
            if answer.begun:
                raise
            await _fault(Request(scope))(scope, receive, send)


def _fault(request: Request) -> Response:
    if wants_page(request):
        return fault_page(request)
    return problem(500, "Fault", "a fault in Passerby itself; the server's log says more")


class KnownNames:
    """Refuses requests for another host than this machine and its public name.

    A page of another site may lead its own name here. A proxy that is trusted may name the host as it likes. To stand
    outside of what reads the proxy's headers.
    """

    def __init__(self, app: ASGIApp, public: PublicAddress | None, proxies: Networks) -> None:
        self._app, self._public, self._proxies = app, public, proxies

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not self._is_known(scope):
            names = "localhost" if self._public is None else f"localhost and {self._public.host}"
            await problem(421, "WrongHost", f"this server answers to {names} only")(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_known(self, scope: Scope) -> bool:
        host = Headers(scope=scope).get("host", "")
        peer = (scope.get("client") or ("",))[0]
        is_public = self._public is not None and host.lower() == self._public.host
        return is_public or is_loopback_name(host) or peer in self._proxies


def is_loopback_name(host: str) -> bool:
    """Whether the header Host names this machine itself.

    >>> [is_loopback_name(host) for host in ("localhost:80", "127.0.0.1", "[::1]:80", "localhost.example.org", "")]
    [True, True, True, False, False]
    """
    try:
        parts = urlsplit(f"//{host}")
        name = parts.hostname or ""
        return parts.netloc == host and (name == "localhost" or ipaddress.ip_address(name).is_loopback)
    except ValueError:
        return False


class BodyLimits:
    """Gives up requests whose body is too large, or comes too slowly."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        most = _most_bytes(scope)
        length = Headers(scope=scope).get("content-length", "0")
        if most is not None and length.isascii() and length.isdigit() and int(length) > most:
            await _too_large(most)(scope, receive, send)
            return
        body = _Body(receive, most)
        answer = _Response(send)
        refused = False

        async def noting(message: Message) -> None:
            # What reads a body may turn the exception into an answer of its own, which would name another reason.
            nonlocal refused
            if body.refusal is not None and not answer.begun:
                refused = True
                await body.refusal(scope, receive, answer.send)
            if not refused:
                await answer.send(message)

        try:
            await self._app(scope, body.receive, noting)
        except _RefusedError:
            if not answer.begun and body.refusal is not None:
                await body.refusal(scope, receive, send)


def _most_bytes(scope: Scope) -> int | None:
    for start, most in LONG_BODIES.items():
        if scope["path"].startswith(start):
            return most
    return MOST_BYTES


def _too_large(most: int) -> JSONResponse:
    return problem(413, "LargeBody", f"expected a body of at most {most >> 20} MB", {"Connection": "close"})


class _RefusedError(Exception):
    """The body is not received any further."""


class _Body:
    """Counts and times what is received of one body."""

    def __init__(self, receive: Receive, most: int | None) -> None:
        self.refusal: JSONResponse | None = None
        self._receive, self._most = receive, most
        self._bytes = 0
        self._more = True

    async def receive(self) -> Message:
        if not self._more:  # waiting for the end of the connection, which may take as long as it likes
            return await self._receive()
        if self.refusal is not None:
            raise _RefusedError
        try:
            message = await asyncio.wait_for(self._receive(), BODY_SECONDS)
        except TimeoutError as error:
            self.refusal = problem(408, "SlowBody", f"nothing came for {BODY_SECONDS:g} s", {"Connection": "close"})
            raise _RefusedError from error
        self._more = message.get("more_body", False)
        self._bytes += len(message.get("body", b""))
        if self._most is not None and self._bytes > self._most:
            self.refusal = _too_large(self._most)
            raise _RefusedError
        return message
