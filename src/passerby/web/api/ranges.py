"""Files as answers: by byte ranges (RFC 9110, 14), whether they lie on this machine or are objects."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from fastapi import Response
from fastapi.responses import FileResponse, StreamingResponse

from passerby.object_storage.bucket import StoredObject

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def file_answer(
    headers: Mapping[str, str], file: Path | StoredObject, kind: str, download_name: str | None = None
) -> Response:
    """``headers`` are those of the request; with a ``download_name`` it is to be kept under that."""
    if isinstance(file, Path):
        return FileResponse(file, media_type=kind, filename=download_name)
    size, tag = file.state.size_bytes, file.state.tag
    told = {"Accept-Ranges": "bytes", "ETag": tag}
    if download_name is not None:
        told["Content-Disposition"] = f"attachment; filename*=utf-8''{quote(download_name, safe='')}"
    asked = _range(headers.get("range", ""), size) if headers.get("if-range", tag) == tag else (0, size)
    if asked is None:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    start, end = asked
    is_whole = (start, end) == (0, size)
    if not is_whole:
        told["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    return StreamingResponse(
        file.blocks(start, end), 200 if is_whole else 206, told | {"Content-Length": str(end - start)}, media_type=kind
    )


def _range(header: str, size: int) -> tuple[int, int] | None:
    """The bytes that are asked for, from one up to another; all where none are; None for some that there are not.

    Several ranges at once are answered with all, as the standard lets a server do.
    """
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or found[0] == "bytes=-":
        return 0, size
    first, last = found.groups()
    start, end = (size - min(int(last), size), size) if not first else (int(first), size)
    if first and last:
        end = min(int(last) + 1, size)
    return (start, end) if start < end else None
