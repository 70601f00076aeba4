"""Files as answers: by byte ranges (RFC 9110, 14), whether they lie on this machine or are objects."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import FileResponse, StreamingResponse
from starlette.datastructures import MutableHeaders
from starlette.types import Receive, Scope, Send

from passerby.object_storage.bucket import StoredObject
from passerby.web.api.entity_tags import is_known
from passerby.web.problems import problem

_RANGES = re.compile(r"bytes=(\d+-\d*|-\d+)(,(\d+-\d*|-\d+))*")
MOST_RANGES = 100
# By the browser of who may see it, which asks each time whether that is still so; or not at all.
KEPT, NOT_KEPT = {"Cache-Control": "private, no-cache"}, {"Cache-Control": "no-store"}

Ranges = list[tuple[int, int]]  # from one byte up to another


def file_answer(
    headers: Mapping[str, str],
    file: Path | StoredObject,
    kind: str,
    download_name: str | None = None,
    *,
    kept: bool,
) -> Response:
    """``headers`` are those of the request; with a ``download_name`` it is to be kept under that.

    ``kept``: whether browsers may keep it, as they may what shows nobody.
    """
    caching = KEPT if kept else NOT_KEPT
    told = {"Accept-Ranges": "bytes", **caching}
    if download_name is not None:
        told["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(download_name, safe='')}"
    if isinstance(file, Path):
        answer = _File(file, headers=told, media_type=kind, stat_result=file.stat())
        tags = {"ETag": answer.headers["etag"], "Last-Modified": answer.headers["last-modified"]}
        size = int(answer.headers["content-length"])
    else:
        tags, size = {"ETag": file.state.tag}, file.state.size_bytes
    if is_known(headers, tags["ETag"]):
        return Response(status_code=304, headers=tags | caching)
    is_same = headers.get("if-range", tags["ETag"]) in tags.values()
    ranges = _ranges(headers.get("range", ""), size) if is_same else None
    if ranges == []:
        outside = {"Content-Range": f"bytes */{size}"}
        return problem(416, "RangeOutside", f"expected a range that begins within its {size} bytes", outside)
    if isinstance(file, Path):
        answer.ranges = ranges
        return answer
    return _of_object(file, kind, told | tags, ranges)


class _File(FileResponse):
    """A file, of which ``ranges`` are told; all of it where that is None."""

    ranges: Ranges | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = {**scope, "headers": list(scope["headers"])}
        headers = MutableHeaders(scope=asked)
        for name in ("range", "if-range"):
            del headers[name]
        if self.ranges:
            headers["range"] = "bytes=" + ",".join(f"{start}-{end - 1}" for start, end in self.ranges)
        await super().__call__(asked, receive, send)


def _of_object(file: StoredObject, kind: str, told: dict[str, str], ranges: Ranges | None) -> Response:
    """Several ranges at once are answered with all, as the standard lets a server do."""
    size = file.state.size_bytes
    is_part = ranges is not None and len(ranges) == 1
    start, end = ranges[0] if ranges and is_part else (0, size)
    if is_part:
        told["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        file.blocks(start, end), 206 if is_part else 200, told | {"Content-Length": str(end - start)}, media_type=kind
    )


def _ranges(header: str, size: int) -> Ranges | None:
    """What is asked for of so many bytes: None for all, also where it is not told as it should be; [] for none."""
    plain = re.sub(r"\s", "", header).lower()
    if not _RANGES.fullmatch(plain) or plain.count(",") >= MOST_RANGES:
        return None
    found = []
    for first, last in (part.split("-") for part in plain.removeprefix("bytes=").split(",")):
        start, end = (int(first), int(last) + 1 if last else size) if first else (size - min(int(last), size), size)
        if first and last and int(last) < start:
            return None
        found.append((start, min(end, size)))
    return [(start, end) for start, end in found if start < end]
