"""Findings as W3C Web Annotations, in JSON-LD: each has the video as its target, by a media fragment.

Sources: https://www.w3.org/TR/annotation-model/, https://www.w3.org/TR/media-frags/. Times are seconds to the
microsecond, boxes pixels of the upright frame. A box of an object stands from when it was seen to when the next one
was; the last one for one frame at the average rate. Scores have no place in the model and are left out.
"""

import json
import re
import uuid
from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

from passerby.documents import Document
from passerby.errors import UsageError
from passerby.export.known import Finding, Known, decimal
from passerby.records import Box
from passerby.times import Span
from passerby.version import __version__

_IN_ADDRESSES = "/?:@!$&'()*+,;=~%"  # RFC 3986: what needs no encoding in a path, a query and a fragment


def web_annotations(known: Known, address: str | None) -> bytes:
    """A page of annotations of the video at ``address``: its name, which is relative to the page, if that is None.

    Raises UsageError for an address that is none.
    """
    source = quote(known.name) if address is None else web_address(address)
    items = [
        annotation(known, finding, number, [_target(source, fragment) for fragment in fragments(known, finding)])
        for number, finding in enumerate(known.findings())
    ]
    page = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": _identifier(known, "annotations"),
        "type": "AnnotationPage",
        "items": items,
    }
    return json.dumps(page, ensure_ascii=False, indent=1).encode()


def web_address(text: str) -> str:
    """An address on the web as a URI: what cannot stand in one is encoded. Raises UsageError for what is none.

    >>> web_address("https://a.example/x y%20100%/\xe9.mp4?a=b c#t")
    'https://a.example/x%20y%20100%25/%C3%A9.mp4?a=b%20c#t'
    >>> web_address("https://b\xfccher.example:8080/")
    'https://xn--bcher-kva.example:8080/'
    """
    try:
        parts = urlsplit(text.strip())
        host = (parts.hostname or "").encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
        port = f":{parts.port}" if not parts.netloc.isascii() and parts.port else ""
    except ValueError as error:  # UnicodeError is one
        raise UsageError(f"expected the address of a video on the web, found {text!r}: {error}") from error
    if parts.scheme not in ("https", "http") or not re.fullmatch(r"[\w.:@%~\[\]-]+", host):
        raise UsageError(f"expected the address of a video on the web, found {text!r}; --address https://...")
    rest = (quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", part), safe=_IN_ADDRESSES) for part in parts[2:])
    return urlunsplit((parts.scheme, host + port, *rest))


def annotation(known: Known, finding: Finding, number: int, targets: list[Any]) -> Document:
    """The annotation for a finding, with these targets."""
    described = finding.kind in ("text", "said")
    body = {
        "type": "TextualBody",
        "value": finding.label,
        "format": "text/plain",
        "purpose": "describing" if described else "tagging",
    }
    return {
        "id": _identifier(known, str(number)),
        "type": "Annotation",
        "motivation": "describing" if described else "tagging",
        "generator": {"type": "Software", "name": f"Passerby {__version__}"},
        "body": body | ({"language": finding.language} if finding.language else {}),
        "target": targets[0] if len(targets) == 1 else targets,
    }


def fragments(known: Known, finding: Finding) -> Iterator[str]:
    """The media fragments at which a finding is: one, or for an object one for each of its boxes that has an area."""
    if finding.track is None:
        yield _fragment(known, finding.span, finding.box)
        return
    track = known.tracks[finding.track]
    frame = max(known.video.duration // max(known.video.frames, 1), 1)
    times = [*track.times.tolist(), int(track.times[-1]) + frame]
    for (start, end), box in zip(pairwise(times), known.boxes(track).tolist(), strict=True):
        if box[2] > box[0] and box[3] > box[1]:
            yield _fragment(known, Span(start, end), tuple(box))


def _fragment(known: Known, span: Span, box: Box | None) -> str:
    """``t=1.5,2&xywh=10,20,100,40``: a span, and whole pixels."""
    seconds = known.video.time_base.seconds
    time = f"t={decimal(seconds(span.start))},{decimal(seconds(span.end))}"
    if box is None:
        return time
    x1, y1, x2, y2 = map(round, box)
    return f"{time}&xywh={x1},{y1},{max(x2 - x1, 1)},{max(y2 - y1, 1)}"


def _target(source: str, fragment: str) -> Document:
    selector = {"type": "FragmentSelector", "conformsTo": "http://www.w3.org/TR/media-frags/", "value": fragment}
    return {"type": "SpecificResource", "source": source, "selector": selector}


def _identifier(known: Known, part: str) -> str:
    """The same name for the same part of the same video, each time."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"sha256:{known.video.id}#{part}").urn
