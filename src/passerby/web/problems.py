"""Errors as HTTP tells them: ``application/problem+json`` (RFC 9457), by one table."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from passerby.errors import (
    BusyUploadError,
    ChecksumError,
    ForgottenError,
    HeldError,
    LargeUploadError,
    LogInError,
    ManyUploadsError,
    MediaError,
    MissingExtraError,
    MissingModelError,
    NotAllowedError,
    OffsetError,
    OutputError,
    PasserbyError,
    StaleError,
    StoreError,
    TooManyTriesError,
    UnknownError,
    UnknownUploadError,
    UnknownVideoError,
    UsageError,
)
from passerby.web.access import SessionTokenError
from passerby.web.pages import error_page, wants_page
from passerby.wording import written_out

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
CHECKSUM_MISMATCH = 460  # as tus has it

# The first kind that an error is of counts.
STATUSES: tuple[tuple[type[PasserbyError], int], ...] = (
    (UnknownVideoError, 404),
    (UnknownUploadError, 404),
    (UnknownError, 404),
    (ForgottenError, 404),
    (HeldError, 409),
    (StaleError, 409),
    (OffsetError, 409),
    (BusyUploadError, 423),
    (LargeUploadError, 413),
    (ManyUploadsError, 429),
    (ChecksumError, CHECKSUM_MISMATCH),
    (TooManyTriesError, 429),
    (NotAllowedError, 403),
    (LogInError, 401),
    (UsageError, 400),
    (MediaError, 422),
    (MissingModelError, 409),
    (MissingExtraError, 503),
    (OutputError, 507),
    (StoreError, 503),
)


def problem(status: int, kind: str, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """``kind`` is the name of an error of errors.py, of the service or of this server."""
    title = "Checksum Mismatch" if status == CHECKSUM_MISMATCH else HTTPStatus(status).phrase
    content = {"type": f"urn:passerby:{kind}", "title": title, "status": status, "detail": detail}
    return JSONResponse(content, status, dict(headers or {}), media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Have all errors of ``app`` told so."""

    @app.exception_handler(PasserbyError)
    async def passerby_error(request: Request, error: PasserbyError) -> Response:
        status = next((status for kind, status in STATUSES if isinstance(error, kind)), 500)
        headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooManyTriesError) else None
        detail = str(error)
        if isinstance(error, StoreError) and not isinstance(error, ForgottenError):
            # It names paths of the server, and tells what only those can do who have its files.
            logger.error("%s %s: %s", request.method, written_out(request.url.path), written_out(str(error)))
            detail = "the library cannot be read or written at this moment; the server's log says why"
        if wants_page(request):
            return await error_page(request, status)
        return problem(status, type(error).__name__, detail, headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        told = [f"{'.'.join(map(str, each['loc'][1:])) or each['loc'][0]}: {each['msg']}" for each in error.errors()]
        return problem(422, "InvalidRequest", "; ".join(told))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if wants_page(request):
            return await error_page(request, error.status_code)
        kind = "SessionTokenError" if isinstance(error, SessionTokenError) else "HttpError"
        return problem(error.status_code, kind, str(error.detail), error.headers)
