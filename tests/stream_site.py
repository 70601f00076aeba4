"""A web server on this machine that sends what a test tells it to, piece by piece if it likes."""

import base64
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

Chunks = bytes | Callable[[], Iterator[bytes]]


@dataclass
class SiteAnswer:
    """What is sent for a path."""

    body: Chunks = b""
    kind: str = "application/octet-stream"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class StreamSite:
    """Paths, and what is sent for them; what was asked."""

    port: int = 0
    answers: dict[str, SiteAnswer] = field(default_factory=dict)
    login: str = ""  # user:password that is asked for
    certificate: Path | None = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}" if self.certificate is None else f"https://localhost:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.asked]


@contextmanager
def stream_site(certificate: Path | None = None) -> Iterator[StreamSite]:
    """A site, for as long as the block lasts; with a ``certificate`` and its key it speaks TLS."""
    site = StreamSite(certificate=certificate)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append((self.path, dict(self.headers)))
            answer = site.answers.get(self.path, SiteAnswer(status=404))
            wanted = "Basic " + base64.b64encode(site.login.encode()).decode()
            if site.login and self.headers["Authorization"] != wanted:
                answer = SiteAnswer(status=401, headers={"WWW-Authenticate": 'Basic realm="camera"'})
            self.answer(answer)

        def answer(self, answer: SiteAnswer) -> None:
            body, status = answer.body, answer.status
            if isinstance(body, bytes) and self.headers["Range"]:
                start, end = map(int, self.headers["Range"].removeprefix("bytes=").split("-"))
                body, status = body[start : end + 1], 206
            self.send_response(status)
            for name, value in {"Content-Type": answer.kind, **answer.headers}.items():
                self.send_header(name, value)
            if isinstance(body, bytes):
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                for chunk in [body] if isinstance(body, bytes) else body():
                    self.wfile.write(chunk)
            except ConnectionError:
                self.close_connection = True  # the reader went away

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    site.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
