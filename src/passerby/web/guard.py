"""What surrounds every answer and every request: security headers, hosts that may be named, limits on bodies.

Plain ASGI, so that bodies stream through it.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders

from passerby.web.problems import problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 32 << 20  # of a request's body, but for uploads, whose own size limits them
BODY_SECONDS = 30.0  # without a byte of a body, after which the request is given up
UPLOADS = "/api/v1/uploads/"
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
    "Cache-Control": "no-store",
}
# For a self-contained page that this server made: it may show itself, and nothing else.
DOCUMENT_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


class SecurityHeaders:
    """Adds headers to all answers; those that a route has set itself stay."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers if scope["type"] == "http" else send)


class LoopbackNames:
    """Refuses requests for another host than this machine: a page of another site may lead its own name here."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            host = Headers(scope=scope).get("host", "").rsplit(":", 1)[0] if not _is_bare(scope) else _bare(scope)
            if host not in LOOPBACK_NAMES:
                await problem(421, "WrongHost", "this server answers to localhost only")(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _bare(scope: Scope) -> str:
    return Headers(scope=scope).get("host", "")


def _is_bare(scope: Scope) -> bool:
    """Whether the host is named without a port."""
    host = _bare(scope)
    return host.endswith("]") or ":" not in host


class BodyLimits:
    """Gives up requests whose body is too large, or comes too slowly."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_upload = scope["path"].startswith(UPLOADS)
        length = Headers(scope=scope).get("content-length", "0")
        if not is_upload and length.isdigit() and int(length) > MOST_BYTES:
            await _too_large(scope, receive, send)
            return
        limits = _Limits(receive, None if is_upload else MOST_BYTES)
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, limits.receive, noting)
        except _TooLargeError:
            if not begun:
                await _too_large(scope, receive, send)
        except _TooSlowError:
            if not begun:
                answer = problem(408, "SlowBody", f"nothing came for {BODY_SECONDS:g} s", {"Connection": "close"})
                await answer(scope, receive, send)


async def _too_large(scope: Scope, receive: Receive, send: Send) -> None:
    detail = f"expected a body of at most {MOST_BYTES >> 20} MB"
    await problem(413, "LargeBody", detail, {"Connection": "close"})(scope, receive, send)


class _TooLargeError(Exception):
    pass


class _TooSlowError(Exception):
    pass


class _Limits:
    """Counts and times what is received of one body."""

    def __init__(self, receive: Receive, most: int | None) -> None:
        self._receive, self._most = receive, most
        self._bytes = 0
        self._more = True

    async def receive(self) -> Message:
        if not self._more:  # waiting for the end of the connection, which may take as long as it likes
            return await self._receive()
        try:
            message = await asyncio.wait_for(self._receive(), BODY_SECONDS)
        except TimeoutError as error:
            raise _TooSlowError from error
        self._more = message.get("more_body", False)
        self._bytes += len(message.get("body", b""))
        if self._most is not None and self._bytes > self._most:
            raise _TooLargeError
        return message
