"""The files of the pages: under an address that changes with any of them, which browsers may keep for good.

Modules name each other relatively, so those of one page all come from the same address. Under the plain one, which
people may have noted, browsers ask each time whether a file is another by now.
"""

from hashlib import sha256
from os import PathLike, stat_result
from pathlib import Path

from fastapi import Response
from fastapi.staticfiles import StaticFiles
from jinja2.ext import Extension
from starlette.types import Scope

FOLDER = Path(__file__).parent / "static"
PLAIN = "/static"
FOR_GOOD, ASKED_EACH_TIME = "public, max-age=31536000, immutable", "no-cache"


def _digest() -> str:
    files = sorted(path for path in FOLDER.rglob("*") if path.is_file())
    return sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()[:16]


HASHED = f"{PLAIN}/{_digest()}"


class PageFiles(StaticFiles):
    """The files, with how long browsers may keep them."""

    def __init__(self, kept: str) -> None:
        super().__init__(directory=FOLDER)
        self._kept = kept

    def file_response(
        self, full_path: str | PathLike[str], stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = self._kept
        return response


class KeptForGood(Extension):
    """Has templates, which write plain addresses, name those that browsers may keep."""

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return source.replace(f'"{PLAIN}/', f'"{HASHED}/')
