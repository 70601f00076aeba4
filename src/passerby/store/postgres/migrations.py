"""The tables of a library in PostgreSQL, as numbered migrations: entry n of MIGRATIONS turns version n into n + 1.

All are in one schema. Migrations that have been released are never edited; a change is a new entry. Tables of kinds of
records are not here: schema.py makes them from ``store.records``.

    videos ─┬─ paths, notes, plans, files ── releases, answers
            ├─ results (one a finished stage) ── encoders, and all tables of records
            └─ sightings, rejections, words (made by words.py), examples ── classes ── matches
    users ──── sessions, tokens          tries, log: by themselves
    jobs ───── declined, deliveries ── hooks

What has the content of videos and grows with them is partitioned by video (``Partitioned``), since forgetting a video
ends in writing anew what its rows lay in (erase.py); and the planner keeps no samples of its columns. Rows there do
not refer to others by foreign keys, which take longer to check than rows to write: triggers remove what goes with a
video, a result or a moment, all that one statement removes at once. Times are pts; arrays are blobs
(store/records/arrays.py). Names of files are bytes, as a file system has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


def goes_with(table: str, key: str, parent: str, of: str, video: str = "") -> str:
    """What has rows of ``table`` removed with the row of ``parent`` whose column ``of`` is in their column ``key``.

    ``video`` is the column of ``parent`` with the number of the video, if both have one.
    """
    columns = ", ".join(f"'{name}'" for name in (table, key, of, *[video] * bool(video)))
    return (
        f"CREATE TRIGGER {table}_go AFTER DELETE ON {parent} REFERENCING OLD TABLE AS gone "
        f"FOR EACH STATEMENT EXECUTE FUNCTION remove_with({columns})"
    )


@dataclass(frozen=True, slots=True)
class Partitioned:
    """A table whose rows belong to videos: it has a column ``video`` besides those named here, and so many parts.

    ``keys`` are lists of columns that are there once only, ``indexes`` other lists of columns that are looked for.
    Rows go with those of ``parent`` that they belong to.
    """

    name: str
    columns: Sequence[str]  # as in CREATE TABLE
    parent: Literal["videos", "results", "moments"]
    keys: Sequence[str] = ()
    indexes: Sequence[str] = ()

    def statements(self, parts: int) -> list[str]:
        """What makes it."""
        columns = ", ".join(["video bigint NOT NULL", *self.columns])
        made = [f"CREATE TABLE {self.name} ({columns}) PARTITION BY HASH (video)"]
        for part in range(parts):
            of = f"FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})"
            made.append(f"CREATE TABLE {self.name}_{part} PARTITION OF {self.name} {of}")
        made += [f"CREATE UNIQUE INDEX ON {self.name} ({key})" for key in self.keys]
        made += [f"CREATE INDEX ON {self.name} ({columns})" for columns in self.indexes]
        if self.parent == "videos":
            return [*made, goes_with(self.name, "video", self.parent, "number")]
        key, of = ("result", "number") if self.parent == "results" else ("moment", "id")
        return [*made, goes_with(self.name, key, self.parent, of, "video")]


TEXT = 'text COLLATE "C" NOT NULL'  # compared byte by byte, as SQLite does

MIGRATIONS: tuple[tuple[str | Partitioned, ...], ...] = (
    (
        # Values are JSON. erasing: 1 while a forgotten video may have left bytes behind.
        "CREATE TABLE state (name text PRIMARY KEY, value text NOT NULL)",
        f"""INSERT INTO state VALUES ('erasing', '0'), ('log_count', '0'), ('log_head', '"{"0" * 64}"')""",
        # Ids of moments are never used again: a hit of a moment that was forgotten cannot turn into another moment.
        """CREATE FUNCTION remove_with() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF NOT EXISTS (SELECT FROM gone) THEN RETURN NULL; END IF;
                IF TG_NARGS = 4 THEN
                    EXECUTE format('DELETE FROM %I WHERE video = ANY (ARRAY(SELECT DISTINCT %I FROM gone)) '
                        'AND %I = ANY (ARRAY(SELECT %I FROM gone))', TG_ARGV[0], TG_ARGV[3], TG_ARGV[1], TG_ARGV[2]);
                ELSE
                    EXECUTE format('DELETE FROM %I WHERE %I = ANY (ARRAY(SELECT %I FROM gone))',
                        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]);
                END IF;
                RETURN NULL;
            END $$""",
        "CREATE SEQUENCE moment_ids",
        "CREATE SEQUENCE record_ids",
        f"""CREATE TABLE videos (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id {TEXT} UNIQUE, name bytea NOT NULL,
            path bytea NOT NULL, size_bytes bigint NOT NULL, width bigint NOT NULL, height bigint NOT NULL,
            tick_numerator bigint NOT NULL, tick_denominator bigint NOT NULL, frames bigint NOT NULL,
            duration bigint NOT NULL, status {TEXT} CHECK (status IN ('incomplete', 'done', 'damaged')), note {TEXT},
            recorded bigint, recorded_source text CHECK (recorded_source IN ('container', 'file')),
            recorded_told {TEXT}, recorded_zone {TEXT}, recorded_zone_source {TEXT})""",
        """CREATE TABLE paths (
            path bytea PRIMARY KEY, name bytea NOT NULL, video bigint NOT NULL REFERENCES videos ON DELETE CASCADE)""",
        "CREATE INDEX ON paths (video)",
        "CREATE INDEX ON paths (name)",
        f"""CREATE TABLE results (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            video bigint NOT NULL REFERENCES videos ON DELETE CASCADE, stage {TEXT}, key {TEXT},
            UNIQUE (video, stage))""",
        # What people say. No stage touches it.
        f"""CREATE TABLE notes (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            video bigint NOT NULL REFERENCES videos ON DELETE CASCADE, start_pts bigint NOT NULL,
            end_pts bigint NOT NULL, label {TEXT}, rejected bigint NOT NULL CHECK (rejected IN (0, 1)),
            UNIQUE (video, start_pts, end_pts, label))""",
        f"""CREATE TABLE classes (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name {TEXT} UNIQUE,
            threshold double precision NOT NULL)""",
        # An example from a video goes with the video (law 4).
        """CREATE TABLE examples (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            class bigint NOT NULL REFERENCES classes ON DELETE CASCADE,
            video bigint REFERENCES videos ON DELETE CASCADE, vector bytea NOT NULL)""",
        "CREATE INDEX ON examples (class)",
        "CREATE INDEX ON examples (video)",
    ),
    # Here the tables of records are made.
    (
        Partitioned(
            "matches",
            ["class bigint NOT NULL", "moment bigint NOT NULL", "score double precision NOT NULL"],
            "moments",
            keys=["class, moment, video"],
            indexes=["video", "moment"],
        ),
        goes_with("matches", "class", "classes", "id"),
        Partitioned(
            "sightings",
            ["moment bigint NOT NULL", f"label {TEXT}", "score double precision NOT NULL"],
            "moments",
            keys=["moment, label, video"],
            indexes=["video", "label, moment, score"],
        ),
        # Labels that people have rejected, by moment.
        Partitioned(
            "rejections",
            ["moment bigint NOT NULL", f"label {TEXT}"],
            "moments",
            keys=["moment, label, video"],
            indexes=["video"],
        ),
        # What of a moment is found by words, as it is looked for, and as it is told where that is another thing.
        Partitioned(
            "words",
            [
                "moment bigint NOT NULL",
                *(f"{column} {TEXT}" for column in ("objects", "tags", "text", "speech", "cues", "people", "name")),
                f"shown {TEXT}",
            ],
            "moments",
            keys=["moment, video"],
            indexes=["video"],
        ),
        # Where each term is: postings.py.
        Partitioned(
            "postings",
            [
                f"term {TEXT}",
                *(f"{count} integer NOT NULL" for count in ("moments", "tokens", "columns")),
                "places bytea NOT NULL",
            ],
            "videos",
            keys=["term, video) INCLUDE (moments, tokens, columns"],
            indexes=["video"],
        ),
    ),
)
