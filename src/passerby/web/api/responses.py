"""Documents of the library as answers."""

import json

from fastapi import Response

from passerby.documents import Document
from passerby.wording import in_unicode


def as_json(document: Document) -> Response:
    """An answer of a document that Passerby has made, in which there is nothing to check: some have 100,000 parts.

    Bytes of names that are no UTF-8 turn into the sign of replacement.
    """
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Response(in_unicode(text), media_type="application/json")
