"""The socket that the server listens on."""

import asyncio
import socket

import pytest

from passerby.errors import UsageError
from passerby.web.server import _listen


def test_an_answer_in_two_parts_is_not_held_back() -> None:
    """A head and a body are two writes: without TCP_NODELAY the second waits for the client's acknowledgement."""

    async def option() -> int:
        found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            found.set_result(writer.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        with _listen("127.0.0.1", 0) as listening:
            async with await asyncio.start_server(connected, sock=listening):
                _, writer = await asyncio.open_connection(*listening.getsockname())
                nodelay = await asyncio.wait_for(found, 10)
                writer.close()
                await writer.wait_closed()
                return nodelay

    assert asyncio.run(option()) != 0


def test_a_port_that_is_taken_is_a_usage_error() -> None:
    with _listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match="choose another --port"):
            _listen("127.0.0.1", port)
