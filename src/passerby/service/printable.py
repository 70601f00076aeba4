"""Documents that JSON can hold, whatever files are called."""

from typing import Any


def printable(document: Any) -> Any:
    """``document`` with a question mark in the place of each byte of a file's name that is no UTF-8."""
    if isinstance(document, str):
        return document.encode("utf-8", "replace").decode("utf-8")
    if isinstance(document, dict):
        return {name: printable(value) for name, value in document.items()}
    if isinstance(document, list):
        return [printable(value) for value in document]
    return document
