"""Which labels videos of a library have, and the one that is meant by a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from passerby.store.listing import ALL_VIDEOS

if TYPE_CHECKING:
    from passerby.library import Library


def label_counts(library: Library) -> list[tuple[str, int]]:
    """Labels, each with how many videos have it, the most frequent first; so many as are counted."""
    return [(count.value, count.videos) for count in library.curation.facets(ALL_VIDEOS) if count.kind == "label"]


def label_as_kept(library: Library, label: str) -> str:
    """The label as it is kept, however large its letters are written."""
    return next((known for known, _ in label_counts(library) if known.casefold() == label.casefold()), label)
