"""Sources, segments, events and counts as rows."""

import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from passerby.errors import ForgottenError, UnknownError
from passerby.store.sql import video_rows
from passerby.store.sql.base import Row, SqlDatabase
from passerby.store.streams import HourCount, SourceState, StoredEvent, StoredSegment, StoredSource, StreamStore

_SEGMENTS = (
    "SELECT source_segments.id, source, run, start_pts, end_pts, tick_over, tick_under, starts, ends, clock, gap, why, "
    "unlooked, is_hidden, source_segments.size_bytes, coalesce(videos.id, '') "
    "FROM source_segments LEFT JOIN videos ON videos.number = source_segments.video WHERE"
)


class SqlStreams(StreamStore):
    """See StreamStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def put_source(self, name: str, description: str) -> None:
        self._db.rows(
            "INSERT INTO sources (name, description, created) VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET description = excluded.description",
            [name, description, time.time()],
        )

    def sources(self) -> list[StoredSource]:
        return [
            StoredSource(*row) for row in self._db.rows("SELECT name, description, created FROM sources ORDER BY name")
        ]

    def drop_source(self, name: str) -> None:
        with self._db.alone(f"source {name}"):
            if self._db.row("SELECT name FROM sources WHERE name = ?", [name]) is None:
                raise UnknownError(f"there is no source {name} (any more)")
            self._db.rows("DELETE FROM sources WHERE name = ?", [name])

    def report(self, state: SourceState) -> None:
        told = json.dumps(asdict(state))
        self._db.rows("UPDATE sources SET state = ? WHERE name = ?", [told, state.source])

    def states(self) -> list[SourceState]:
        rows = self._db.rows("SELECT state FROM sources WHERE state <> '' ORDER BY name")
        return [_state(json.loads(told)) for (told,) in rows]

    def add_segment(self, segment: StoredSegment) -> None:
        over, under = segment.time_base
        unlooked = json.dumps(segment.unlooked)
        self._db.rows(
            "INSERT INTO source_segments (id, source, run, start_pts, end_pts, tick_over, tick_under, starts, ends, "
            "clock, gap, why, unlooked, is_hidden, size_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                segment.id, segment.source, segment.run, segment.start_pts, segment.end_pts, over, under, segment.start,
                segment.end, segment.clock, segment.gap, segment.why, unlooked, int(segment.is_hidden),
                segment.size_bytes,
            ],
        )  # fmt: skip

    def settle_segment(self, segment: str, video: str) -> None:
        with self._db.alone(f"video {video}"):
            if video_rows.find(self._db, video) is None:
                raise ForgottenError(f"video {video[:12]} is not in the library (any more)")
            number = video_rows.number_of(self._db, video)
            self._db.rows("UPDATE source_segments SET video = ? WHERE id = ?", [number, segment])

    def drop_segment(self, segment: str) -> None:
        self._db.rows("DELETE FROM source_segments WHERE id = ?", [segment])

    def segments(self, source: str = "", start: float = 0.0, end: float = float("inf")) -> list[StoredSegment]:
        rows = self._db.rows(
            f"{_SEGMENTS} (? = '' OR source = ?) AND ends >= ? AND starts <= ? ORDER BY starts, source_segments.number",
            [source, source, start, min(end, 1e12)],
        )
        return [_segment(row) for row in rows]

    def add_events(self, events: Sequence[StoredEvent]) -> None:
        self._db.run_many(
            "INSERT INTO source_events (id, source, type, label, wall, document) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (event.id, event.source, event.type, event.label, event.wall, json.dumps(event.document))
                for event in events
            ],
        )

    def events(self, source: str = "", *, limit: int, before: int = 0) -> list[tuple[int, StoredEvent]]:
        rows = self._db.rows(
            "SELECT number, id, source, type, label, wall, document FROM source_events "
            "WHERE (? = '' OR source = ?) AND (? = 0 OR number < ?) ORDER BY number DESC LIMIT ?",
            [source, source, before, before, limit],
        )
        return [
            (number, StoredEvent(id_, name, kind, label, wall, json.loads(document)))
            for number, id_, name, kind, label, wall, document in rows
        ]

    def prune_events(self, source: str, before: float) -> int:
        with self._db.alone(f"source {source}"):
            old = int(
                self._db.value("SELECT count(*) FROM source_events WHERE source = ? AND wall < ?", [source, before])
            )
            self._db.rows("DELETE FROM source_events WHERE source = ? AND wall < ?", [source, before])
            self._db.rows("DELETE FROM hour_counts WHERE source = ? AND hour < ?", [source, int(before)])
        return old

    def count(self, counts: Sequence[HourCount]) -> None:
        self._db.run_many(
            "INSERT INTO hour_counts (source, zone, hour, kind, count) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (source, zone, hour, kind) DO UPDATE SET count = hour_counts.count + excluded.count",
            [(each.source, each.zone, each.hour, each.kind, each.number) for each in counts],
        )

    def counts(self, source: str, start: float, end: float) -> list[HourCount]:
        rows = self._db.rows(
            "SELECT source, zone, hour, kind, count FROM hour_counts WHERE source = ? AND hour >= ? AND hour < ? "
            "ORDER BY hour, zone, kind",
            [source, int(start), int(end)],
        )
        return [HourCount(*row) for row in rows]


def _state(told: dict[str, Any]) -> SourceState:
    width, height = told["size"]
    return SourceState(**told | {"size": (width, height), "paused": tuple(told["paused"])})


def _segment(row: Row) -> StoredSegment:
    id_, source, run, start_pts, end_pts, over, under, start, end = row[:9]
    clock, gap, why, unlooked, is_hidden, size, video = row[9:]
    return StoredSegment(
        id_, source, run, start_pts, end_pts, (over, under), start, end, clock, gap, why,
        tuple((float(first), float(last)) for first, last in json.loads(unlooked)), bool(is_hidden), size, video,
    )  # fmt: skip
