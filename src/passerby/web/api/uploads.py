"""Uploads by tus 1.0.0 (https://tus.io/protocols/resumable-upload): creation, termination, checksum, expiration."""

import base64
import re
import time
from dataclasses import replace
from email.utils import formatdate
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from passerby.errors import OffsetError, UsageError
from passerby.service.uploads import ALGORITHMS, Upload
from passerby.web.access import TheDesk, Writer

router = APIRouter(tags=["uploads"])

VERSION = "1.0.0"
TUS = {"Tus-Resumable": VERSION}
BODY = "application/offset+octet-stream"
BYTES = {"requestBody": {"required": True, "content": {BODY: {"schema": {"type": "string", "format": "binary"}}}}}
JOB_HEADER = "Passerby-Job"  # the id of the job that takes the whole file in


def _require_version(version: Annotated[str, Header(alias="Tus-Resumable", examples=[VERSION])]) -> str:
    if version != VERSION:
        raise HTTPException(412, f"expected tus {VERSION}", TUS | {"Tus-Version": VERSION})
    return version


Version = Annotated[str, Depends(_require_version)]


@router.options("/uploads", status_code=204)
def describe_uploads(desk: TheDesk) -> Response:
    """What of the protocol this server does."""
    headers = TUS | {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,termination,checksum,expiration",
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        "Tus-Max-Size": str(int(desk.settings.upload_gb * 1e9)),
    }
    return Response(status_code=204, headers=headers)


@router.post("/uploads", status_code=201, response_class=Response)
def begin_upload(
    desk: TheDesk,
    caller: Writer,
    version: Version,
    length: Annotated[int, Header(alias="Upload-Length", ge=1)],
    metadata: Annotated[str, Header(alias="Upload-Metadata", max_length=4000)] = "",
) -> Response:
    """Begin an upload of so many bytes; ``filename`` in the metadata is its name.

    ``lastModified`` is when it was last written to, in milliseconds since 1970: it may tell when it was recorded.
    """
    told = _told(metadata)
    upload = desk.uploads.begin(told.get("filename", "upload"), length, caller.name, _written(told))
    return Response(status_code=201, headers=_headers(upload) | {"Location": f"/api/v1/uploads/{upload.id}"})


@router.head("/uploads/{upload}", response_class=Response)
def get_upload(desk: TheDesk, caller: Writer, upload: str) -> Response:
    """How many bytes are there; once all are, the header Passerby-Job has the id of the job."""
    return Response(status_code=200, headers=_headers(desk.uploads.get(upload, caller.name)))


@router.patch("/uploads/{upload}", status_code=204, openapi_extra=BYTES)
async def send_bytes(
    request: Request,
    desk: TheDesk,
    caller: Writer,
    upload: str,
    version: Version,
    offset: Annotated[int, Header(alias="Upload-Offset", ge=0)],
    checksum: Annotated[str, Header(alias="Upload-Checksum", max_length=200)] = "",
) -> Response:
    """Send bytes from an offset on. With the last of them a job begins, whose id is in the header Passerby-Job."""
    if request.headers.get("content-type") != BODY:
        raise HTTPException(415, f"expected a body of {BODY}")
    found = await run_in_threadpool(desk.uploads.get, upload, caller.name)
    if found.job:
        raise OffsetError("the whole file is there; nothing more is expected")
    now = await desk.uploads.receive(found, offset, request.stream(), checksum)
    if now.offset == now.size:
        now = replace(now, job=await run_in_threadpool(desk.uploads.finish, now))
    return Response(status_code=204, headers=_headers(now))


@router.delete("/uploads/{upload}", status_code=204)
def give_up_upload(desk: TheDesk, caller: Writer, upload: str, version: Version) -> Response:
    """Give an upload up."""
    desk.uploads.give_up(desk.uploads.get(upload, caller.name))
    return Response(status_code=204, headers=TUS)


def _headers(upload: Upload) -> dict[str, str]:
    headers = TUS | {"Upload-Offset": str(upload.offset), "Upload-Length": str(upload.size)}
    if upload.job:
        return headers | {JOB_HEADER: upload.job}
    return headers | {"Upload-Expires": formatdate(upload.expires, usegmt=True)}


def _told(metadata: str) -> dict[str, str]:
    """What the metadata says that is read here. Raises UsageError."""
    told = {}
    for pair in metadata.split(","):
        key, _, value = pair.strip().partition(" ")
        if key in ("filename", "lastModified"):
            try:
                told[key] = base64.b64decode(value, validate=True).decode("utf-8")
            except ValueError as error:  # of Base64 or of UTF-8
                raise UsageError(f"Upload-Metadata: expected a {key} in Base64 and UTF-8") from error
    return told


def _written(told: dict[str, str]) -> int:
    """When a file was last written to; 0 where that is not told, or cannot be. Raises UsageError for no number."""
    text = told.get("lastModified", "0")
    if not re.fullmatch(r"-?[0-9]{1,16}", text):
        raise UsageError(f"Upload-Metadata: expected lastModified in milliseconds since 1970, found {text!r}")
    seconds = int(text) // 1000
    return seconds if seconds <= time.time() + 86_400 else 0
