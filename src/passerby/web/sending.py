"""How answers are sent: without their body to who asks for the head alone, and compressed where nothing can be guessed.

Plain ASGI, so that bodies stream through it.
"""

from contextlib import suppress

from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LEAST_BYTES = 1000  # below, a packet of the network holds it anyway
LEVEL = 5
NOT_COMPRESSED = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/octet-stream", "multipart/*")


class _HeadIsSentError(OSError):
    """Nothing more of the answer is wanted; what sends files and streams takes it for a broken connection."""


class Heads:
    """Answers HEAD wherever there is an answer to GET; ``own``: what addresses begin with whose routes know it."""

    def __init__(self, app: ASGIApp, own: str) -> None:
        self._app, self._own = app, own

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD" or scope["path"].startswith(self._own):
            await self._app(scope, receive, send)
            return
        asked = {**scope, "method": "GET"}

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.start":
                scope["route"] = asked.get("route")  # by which requests are counted
                await send(message)
                await send({"type": "http.response.body", "body": b""})
            elif message.get("more_body", False):
                raise _HeadIsSentError

        with suppress(_HeadIsSentError):
            await self._app(asked, receive, send_head)


class Compression:
    """Compresses documents, pages and scripts that are only read.

    Not what answers a change: it may hold a secret, and beside text that somebody else chose its length would tell of
    it (BREACH). The token of a session, which pages and one document hold, is another one in each answer: access.py.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressing = GZipMiddleware(app, LEAST_BYTES, LEVEL, exclude_content_types=NOT_COMPRESSED)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_read = scope["type"] == "http" and scope["method"] == "GET"
        await (self._compressing if is_read else self._app)(scope, receive, _weakened(send))


def _weakened(send: Send) -> Send:
    """As ``send``, but the tag of what is compressed is that of the same content in other bytes."""

    async def send_weak(message: Message) -> None:
        if message["type"] == "http.response.start" and any(
            name.lower() == b"content-encoding" for name, _ in message["headers"]
        ):
            message["headers"] = [
                (name, b"W/" + value if name.lower() == b"etag" and not value.startswith(b"W/") else value)
                for name, value in message["headers"]
            ]
        await send(message)

    return send_weak
