"""Tags: labels of moments that a classifier guesses."""

from passerby.records import Tag
from passerby.store.records.base import RecordTable

TABLE = RecordTable(
    kind=Tag,
    name="tags",
    columns={"label": "text", "score": "real"},
    to_row=lambda tag: (tag.label, tag.score),
    from_row=Tag,
    of="moment",
)
