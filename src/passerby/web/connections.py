"""What connections may cost: a head that does not come ends one, and nobody has so many that others have none.

uvicorn counts connections, but waits for the head of a first request for as long as it takes.
"""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from passerby.addresses import Networks, network_of
from passerby.web.problems import problem


@dataclass(frozen=True, slots=True)
class ConnectionLimits:
    """The limits of one server."""

    head_seconds: float = 10.0  # for the whole head of a request, once the connection or its first byte is there
    of_one: int = 250  # connections of one customer; a whole office can have one address
    of_all: int = 1000
    proxies: Networks = field(default_factory=Networks)  # trusted: their connections are those of many


class Connections:
    """The connections of one server, by whose they are, the oldest first."""

    def __init__(self, limits: ConnectionLimits) -> None:
        self.limits = limits
        self._of: dict[str, dict[LimitedProtocol, None]] = {}
        self._count = 0

    def add(self, connection: "LimitedProtocol") -> None:
        """Count a connection, and end another or this one if that is too many."""
        mine = self._of.setdefault(connection.whose, {})
        mine[connection] = None
        self._count += 1
        if len(mine) > self.limits.of_one and connection.whose:
            _end_one(mine, connection)
        elif self._count > self.limits.of_all:
            _end_one(max(self._of.values(), key=len), connection)

    def remove(self, connection: "LimitedProtocol") -> None:
        mine = self._of.get(connection.whose, {})
        if connection in mine:
            del mine[connection]
            self._count -= 1
        if not mine:
            self._of.pop(connection.whose, None)


def _end_one(connections: dict["LimitedProtocol", None], newest: "LimitedProtocol") -> None:
    """End the oldest of those that wait for a request; the newest, if all others are at work."""
    waiting = (each for each in connections if each is not newest and each.is_waiting())
    next(waiting, newest).end()


class LimitedProtocol(H11Protocol):
    """uvicorn's protocol of one connection, within the limits."""

    whose = ""  # the customer's; "" for a proxy that is trusted

    def __init__(self, *arguments: Any, connections: Connections, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._among = connections
        self._head: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        self.whose = "" if address in self._among.limits.proxies else network_of(address)
        self._wait_for_head()
        self._among.add(self)

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.is_waiting():
            self._wait_for_head()
        else:
            self._stop_waiting()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._among.remove(self)
        super().connection_lost(exc)

    def send_400_response(self, msg: str) -> None:
        """As all errors are told: uvicorn's own answer is plain text."""
        answer = problem(400, "MalformedRequest", msg.rstrip(".").lower(), {"Connection": "close"})
        for event in (
            h11.Response(status_code=400, headers=list(answer.raw_headers)),
            h11.Data(data=bytes(answer.body)),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.write(self.conn.send(h11.EndOfMessage()) or b"")
        self.transport.close()

    def is_waiting(self) -> bool:
        """Whether no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def end(self) -> None:
        self._among.remove(self)  # at once: the transport tells of it later
        self.transport.abort()

    def _wait_for_head(self) -> None:
        if self._head is None:
            self._head = self.loop.call_later(self._among.limits.head_seconds, self.end)

    def _stop_waiting(self) -> None:
        if self._head is not None:
            self._head.cancel()
            self._head = None
