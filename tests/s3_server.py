"""A server of S3 on loopback, moto's, as a process of its own: it can be killed, and started again with what it had.

moto keeps objects in memory, so what a server had is gone with it; a test that starts it again makes its buckets anew.
"""

import os
import socket
import subprocess
import sys
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
