"""Uploads by tus 1.0.0 (https://tus.io/protocols/resumable-upload): creation, termination, checksum, expiration."""

import base64
import binascii
from typing import Annotated

from fastapi import APIRouter, Header, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from passerby.errors import UsageError
from passerby.service.uploads import ALGORITHMS, Upload
from passerby.web.access import TheDesk, Writer

router = APIRouter(tags=["uploads"])

VERSION = "1.0.0"
TUS = {"Tus-Resumable": VERSION}
BODY = "application/offset+octet-stream"
JOB_HEADER = "Passerby-Job"  # the id of the job that takes the whole file in

Version = Annotated[str, Header(alias="Tus-Resumable", examples=[VERSION])]


@router.options("/uploads")
def options(desk: TheDesk) -> Response:
    """What of the protocol this server does."""
    headers = TUS | {
        "Tus-Version": VERSION,
        "Tus-Extension": "creation,termination,checksum,expiration",
        "Tus-Checksum-Algorithm": ",".join(ALGORITHMS),
        "Tus-Max-Size": str(int(desk.settings.upload_gb * 1e9)),
    }
    return Response(status_code=204, headers=headers)


@router.post("/uploads", status_code=201)
def begin(
    desk: TheDesk,
    caller: Writer,
    version: Version,
    length: Annotated[int, Header(alias="Upload-Length", ge=1)],
    metadata: Annotated[str, Header(alias="Upload-Metadata", max_length=4000)] = "",
) -> Response:
    """Begin an upload of so many bytes; ``filename`` in the metadata is its name."""
    _check(version)
    upload = desk.uploads.begin(_filename(metadata), length, caller.name)
    return Response(status_code=201, headers=TUS | {"Location": f"/api/v1/uploads/{upload.id}"})


@router.head("/uploads/{upload}")
def state(desk: TheDesk, caller: Writer, upload: str) -> Response:
    """How many bytes are there."""
    return Response(status_code=200, headers=_headers(desk.uploads.get(upload, caller.name)))


@router.patch("/uploads/{upload}", status_code=204)
async def receive(
    request: Request,
    desk: TheDesk,
    caller: Writer,
    upload: str,
    version: Version,
    offset: Annotated[int, Header(alias="Upload-Offset", ge=0)],
    checksum: Annotated[str, Header(alias="Upload-Checksum", max_length=200)] = "",
) -> Response:
    """Send bytes from an offset on. With the last of them a job begins, whose id is in the header Passerby-Job."""
    _check(version)
    if request.headers.get("content-type") != BODY:
        raise HTTPException(415, f"expected a body of {BODY}")
    found = await run_in_threadpool(desk.uploads.get, upload, caller.name)
    now = await desk.uploads.receive(found, offset, request.stream(), checksum)
    headers = _headers(now)
    if now.offset == now.size:
        headers[JOB_HEADER] = await run_in_threadpool(desk.uploads.finish, now)
        await run_in_threadpool(desk.accounts.note, caller.name, "add", f"job:{headers[JOB_HEADER]}")
    return Response(status_code=204, headers=headers)


@router.delete("/uploads/{upload}", status_code=204)
def give_up(desk: TheDesk, caller: Writer, upload: str, version: Version) -> Response:
    """Give an upload up."""
    _check(version)
    desk.uploads.give_up(desk.uploads.get(upload, caller.name))
    return Response(status_code=204, headers=TUS)


def _check(version: str) -> None:
    if version != VERSION:
        raise HTTPException(412, f"expected tus {VERSION}", TUS | {"Tus-Version": VERSION})


def _headers(upload: Upload) -> dict[str, str]:
    return TUS | {
        "Upload-Offset": str(upload.offset),
        "Upload-Length": str(upload.size),
        "Cache-Control": "no-store",
    }


def _filename(metadata: str) -> str:
    for pair in metadata.split(","):
        key, _, value = pair.strip().partition(" ")
        if key == "filename":
            try:
                return base64.b64decode(value, validate=True).decode("utf-8")
            except (binascii.Error, UnicodeDecodeError) as error:
                raise UsageError("Upload-Metadata: expected a filename in Base64 and UTF-8") from error
    return "upload"
