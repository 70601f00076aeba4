"""What was found in a part of a video, until its parts are joined: no search and no export knows of it.

It is kept as a stage's records are, so it is there as a whole or not at all, and goes with its video.
"""

from dataclasses import dataclass, field

from passerby.records import Record
from passerby.store.records.base import RecordTable


@dataclass(frozen=True, slots=True)
class PartResult(Record):
    """Values that the pipeline has packed: geometry, and records; no pictures but thumbnails without people."""

    packed: bytes = field(repr=False)


TABLE = RecordTable(
    kind=PartResult,
    name="parts",
    columns={"packed": "blob"},
    to_row=lambda found: (found.packed,),
    from_row=PartResult,
    of="video",
    is_single=True,
)
