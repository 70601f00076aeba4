"""Documents of the library as answers."""

import json
from typing import Any

from fastapi import Response

from passerby.documents import Document
from passerby.wording import in_unicode

Responses = dict[int | str, dict[str, Any]]


def _bytes_of(*kinds: str) -> Responses:
    """For the description: answers of bytes, of one of these media types."""
    return {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}}}


JPEG, HTML, ANYTHING = _bytes_of("image/jpeg"), _bytes_of("text/html"), _bytes_of("*/*")
CSV: Responses = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
KNOWN: Responses = {304: {"description": "What is known already, by its `ETag` in `If-None-Match`"}}
FILE: Responses = _bytes_of("video/*", "application/octet-stream", "application/json") | {
    206: {"description": "A part", "content": {"video/*": {}, "multipart/byteranges": {}}},
    **KNOWN,
}


def as_json(document: Document) -> Response:
    """An answer of a document that Passerby has made, in which there is nothing to check: some have 100,000 parts.

    Bytes of names that are no UTF-8 turn into the sign of replacement.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(in_unicode(text), media_type="application/json")
