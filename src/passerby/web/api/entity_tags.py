"""Tags of what is asked for, and requests that depend on them (RFC 9110, 13.1)."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import Header, HTTPException

IfMatch = Annotated[
    str,
    Header(
        alias="If-Match",
        max_length=1000,
        description="The `ETag` of what is to be changed; 412 if it is not that any more.",
        examples=['"3f2a-3"'],
    ),
]


def plan_tag(plan: str, version: int) -> str:
    """The tag of a version of a plan."""
    return f'"{plan}-{version}"'


def is_known(headers: Mapping[str, str], tag: str) -> bool:
    """Whether who asks has what has this tag (13.1.2)."""
    return _is_among(headers.get("if-none-match", ""), tag)


def require_match(condition: str, tag: str) -> None:
    """Raise HTTPException (412) if a change is for what has other tags; "" is for whatever is there.

    A weak tag counts too, though it may not by the standard: compressing makes one of ours weak, and what it stands for
    is the same.
    """
    if condition and not _is_among(condition, tag):
        raise HTTPException(412, f"If-Match: expected {tag}, which is what is there now, found {condition[:100]}")


def _is_among(told: str, tag: str) -> bool:
    tags = [each.strip().removeprefix("W/") for each in told.split(",")]
    return "*" in tags or tag.removeprefix("W/") in tags
