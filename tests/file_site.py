"""A web server on this machine that gives away one file, and what it is to do wrong."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

CONTENT = bytes(range(256)) * 4096  # 1 MiB


@dataclass
class Site:
    """A web server on this machine, and what it is to do."""

    port: int = 0
    path: str = "/model.onnx"  # of its only file
    ranges: bool = True
    cut_after: int | None = None  # bytes of the next answer, after which it hangs up
    redirect: str = ""
    asked: list[str | None] = field(default_factory=list)  # the Range of each request

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"


@contextmanager
def serving_files(content: bytes = CONTENT, path: str = "/model.onnx") -> Iterator[Site]:
    """A site with this file, for as long as the block lasts."""
    site = Site(path=path)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.headers["Range"])
            if self.path != site.path:
                self.send_error(404)
            elif site.redirect:
                self.send_response(302)
                self.send_header("Location", site.redirect)
                self.end_headers()
            else:
                self.answer()

        def answer(self) -> None:
            start = int(self.headers["Range"].removeprefix("bytes=").rstrip("-")) if self.headers["Range"] else 0
            if not site.ranges:
                start = 0
            if start >= len(content):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            end = len(content) if site.cut_after is None else start + site.cut_after
            self.wfile.write(content[start:end])

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()
