"""Where people are, as geometry only. A moment in which there are some has one label that says so, and no score."""

import json
from collections.abc import Mapping, Sequence

import numpy as np

from passerby.records import PeopleMasks
from passerby.store.records.arrays import pack, unpack
from passerby.store.records.base import CellValue, MomentSpans, RecordTable
from passerby.times import Span

PERSON = "person"  # the label of moments with people


def _row(masks: PeopleMasks) -> tuple[CellValue, ...]:
    return (
        pack(masks.times, "<i8"),
        pack(masks.offsets, "<i4"),
        pack(masks.boxes, "<f4"),
        pack(masks.counts, "<i4"),
        pack(masks.coverage, "<f4"),
        json.dumps(masks.doubts),
    )


def _masks(times: bytes, offsets: bytes, boxes: bytes, counts: bytes, coverage: bytes, doubts: str) -> PeopleMasks:
    return PeopleMasks(
        unpack(times, "<i8", np.int64),
        unpack(offsets, "<i4", np.int32),
        unpack(boxes, "<f4", np.float32, columns=4),
        unpack(counts, "<i4", np.int32),
        unpack(coverage, "<f4", np.float32),
        tuple(json.loads(doubts)),
    )


def _peopled(found: Sequence[PeopleMasks], spans: MomentSpans) -> Mapping[tuple[int, str], float]:
    """People are not tracked by name, and a count has no score: they are there or not."""
    return {
        (moment, PERSON): 1.0
        for masks in found
        for moment, span in spans.items()
        if np.diff(np.searchsorted(masks.times[masks.counts > 0], [span.start, span.end]))[0] > 0
    }


def _doubts(masks: PeopleMasks, span: Span) -> set[str]:
    return {
        doubt
        for pts, doubt in zip(masks.times.tolist(), masks.doubts, strict=True)
        if doubt and span.start <= pts < span.end
    }


TABLE = RecordTable(
    kind=PeopleMasks,
    name="people",
    columns={
        "times": "blob", "offsets": "blob", "boxes": "blob", "counts": "blob", "coverage": "blob", "doubts": "text",
    },
    to_row=_row,
    from_row=_masks,
    of="video",
    is_single=True,
    labels=_peopled,
    doubts=_doubts,
)  # fmt: skip
