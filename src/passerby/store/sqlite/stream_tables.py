"""What is watched, and what came of it, as tables. One migration of migrations.py."""

STREAM_TABLES = (
    # state: JSON of what the process that watches it has said last, "" for nothing yet.
    """CREATE TABLE sources (
        name TEXT PRIMARY KEY NOT NULL, description TEXT NOT NULL, created REAL NOT NULL,
        state TEXT NOT NULL DEFAULT '') WITHOUT ROWID""",
    # A segment goes with its video. What is recorded of a source may stay when the source goes.
    """CREATE TABLE source_segments (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, run TEXT NOT NULL,
        start_pts INTEGER NOT NULL, end_pts INTEGER NOT NULL, tick_over INTEGER NOT NULL, tick_under INTEGER NOT NULL,
        starts REAL NOT NULL, ends REAL NOT NULL, clock TEXT NOT NULL, gap REAL NOT NULL, why TEXT NOT NULL,
        unlooked TEXT NOT NULL, is_hidden INTEGER NOT NULL, size_bytes INTEGER NOT NULL,
        video INTEGER REFERENCES videos ON DELETE CASCADE)""",
    "CREATE INDEX source_segments_source ON source_segments (source, starts)",
    "CREATE INDEX source_segments_video ON source_segments (video)",
    """CREATE TABLE source_events (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL REFERENCES sources ON DELETE CASCADE,
        type TEXT NOT NULL, label TEXT NOT NULL, wall REAL NOT NULL, document TEXT NOT NULL)""",
    "CREATE INDEX source_events_source ON source_events (source, wall)",
    """CREATE TABLE hour_counts (
        source TEXT NOT NULL REFERENCES sources ON DELETE CASCADE, zone TEXT NOT NULL, hour INTEGER NOT NULL,
        kind TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (source, zone, hour, kind)) WITHOUT ROWID""",
)
