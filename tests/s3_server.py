"""A server of S3 on loopback, moto's, as a process of its own: it can be killed, and started again with what it had.

moto keeps objects in memory, so what a server had is gone with it; a test that starts it again makes its buckets anew.
"""

import os
import select
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

KEYS = {"AWS_ACCESS_KEY_ID": "testing-key-id", "AWS_SECRET_ACCESS_KEY": "testing-secret-0c7e5f"}


@dataclass
class S3Server:
    """The server, and how to reach it."""

    port: int
    settings: Mapping[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None
    reader: Mapping[str, str] = field(default_factory=dict)  # keys of one who may read only, if there is one

    @property
    def environment(self) -> dict[str, str]:
        """What a program needs in its environment to use it."""
        return KEYS | {
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{self.port}",
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", _SERVE, str(self.port)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | self.settings,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == b"ready\n"

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        self.process = None

    def client(self, service: str = "s3", **keys: str) -> Any:
        """A client of another make than ours."""
        import boto3  # here, since it takes a while, and few tests need it

        return boto3.client(
            service,
            endpoint_url=f"http://127.0.0.1:{self.port}",
            region_name="us-east-1",
            aws_access_key_id=keys.get("key_id", KEYS["AWS_ACCESS_KEY_ID"]),
            aws_secret_access_key=keys.get("secret", KEYS["AWS_SECRET_ACCESS_KEY"]),
        )

    def keys(self, bucket: str) -> list[str]:
        pages = self.client().get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return [entry["Key"] for page in pages for entry in page.get("Contents", ())]

    def leftovers(self, bucket: str) -> list[str]:
        """Objects that were begun in parts and are not whole."""
        return [entry["Key"] for entry in self.client().list_multipart_uploads(Bucket=bucket).get("Uploads", ())]


# Listens before it says so, and answers several at once. Its pattern of keys knows no newline: it is told of it.
_SERVE = r"""
import sys
from werkzeug.serving import make_server
from moto.moto_server import werkzeug_app
from moto.moto_server.utilities import RegexConverter

class AnyKey(RegexConverter):
    def __init__(self, url_map, *patterns):
        super().__init__(url_map, *(pattern.replace(".+", r"[\s\S]+") for pattern in patterns))

werkzeug_app.RegexConverter = AnyKey
app = werkzeug_app.DomainDispatcherApplication(werkzeug_app.create_backend_app)
server = make_server("127.0.0.1", int(sys.argv[1]), app, threaded=True)
print("ready", flush=True)
server.serve_forever()
"""


@contextmanager
def s3_server(**settings: str) -> Iterator[S3Server]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
    server = S3Server(port, settings)
    server.start()
    try:
        yield server
    finally:
        if server.process is not None:
            server.kill()


class Line:
    """A line to a server, which can be cut: what goes over it then breaks off, and nothing new is taken."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._left = -1  # bytes that still go over it before it is cut; -1: all
        self.is_cut = threading.Event()
        self.bytes_down = 0  # that came from the server
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, size: int) -> None:
        """Have it cut when so many further bytes have gone over it, in any direction."""
        with self._lock:
            self._left = size

    def mend(self) -> None:
        with self._lock:
            self._left = -1
            self.is_cut.clear()

    def close(self) -> None:
        self._listening.close()
        self._cut()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:  # it was closed
                return
            if self.is_cut.is_set():
                near.close()
                continue
            threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        try:
            with near, socket.create_connection(("127.0.0.1", self._to)) as far:
                with self._lock:
                    self._open |= {near, far}
                others = {near: far, far: near}
                while True:
                    for one in select.select([near, far], [], [])[0]:
                        content = one.recv(65536)
                        if not content or not self._may_pass(len(content)):
                            return
                        others[one].sendall(content)
                        if one is far:
                            self.bytes_down += len(content)
        except (OSError, ValueError):  # the other end, or the whole line, was closed
            return

    def _may_pass(self, size: int) -> bool:
        with self._lock:
            if self._left < 0:
                return True
            self._left -= size
            if self._left > 0:
                return True
            self._left = 0
        self._cut()
        return False

    def _cut(self) -> None:
        self.is_cut.set()
        with self._lock:
            for one in self._open:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:  # it is closed already
                    continue
            self._open.clear()


@contextmanager
def line(server: S3Server) -> Iterator[Line]:
    made = Line(server.port)
    try:
        yield made
    finally:
        made.close()
