"""Real authorities for time stamps on loopback: OpenSSL answers, and some do so late or wrongly."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

Manner = Literal["honest", "another request", "rubbish", "refuses", "silent", "elsewhere"]

_CONFIGURATION = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
[authority]
extendedKeyUsage = critical, timeStamping
"""


@dataclass(frozen=True)
class Keys:
    """The files of an authority: its root, and a certificate that it signs stamps with."""

    folder: Path

    @classmethod
    def made(cls, folder: Path, name: str = "Authority") -> "Keys":
        folder.mkdir()
        (folder / "tsa.cnf").write_text(_CONFIGURATION.format(folder=folder))
        (folder / "serial").write_text("01\n")
        new = ["req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        openssl(
            folder, *new, "-x509", "-days", "10", "-subj", f"/CN={name} root", "-keyout", "root.key", "-out", "root.pem"
        )
        openssl(folder, *new, "-subj", f"/CN={name}", "-keyout", "tsa.key", "-out", "tsa.csr")
        openssl(
            folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
            "-days", "5", "-extfile", "tsa.cnf", "-extensions", "authority", "-out", "tsa.pem",
        )  # fmt: skip
        return cls(folder)

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, request: bytes) -> bytes:
        (self.folder / "request.tsq").write_bytes(request)
        openssl(
            self.folder, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request.tsq", "-signer", "tsa.pem",
            "-inkey", "tsa.key", "-out", "reply.tsr",
        )  # fmt: skip
        return (self.folder / "reply.tsr").read_bytes()


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@contextmanager
def serving(keys: Keys, manner: Manner = "honest") -> Iterator[str]:
    """The address of one that answers in that manner, for the block."""
    earlier: list[bytes] = []
    ended = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            if manner == "silent":
                ended.wait()
                return
            if manner == "elsewhere":
                self.send_response(307)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()
                return
            earlier.append(request)
            body = b"no stamp" if manner == "rubbish" else keys.answer(earlier[0])
            self.send_response(500 if manner == "refuses" else 200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *message: object) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            ended.set()
            server.shutdown()
            thread.join()
