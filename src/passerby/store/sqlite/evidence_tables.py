"""Items of evidence, and holds, as tables. One migration of migrations.py."""

EVIDENCE_TABLES = (
    """CREATE TABLE evidence (
        video INTEGER PRIMARY KEY NOT NULL REFERENCES videos ON DELETE CASCADE, sha512 TEXT NOT NULL,
        record TEXT NOT NULL, taken REAL NOT NULL)""",
    # On a video, or on a case with all that is in it.
    """CREATE TABLE holds (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, video INTEGER REFERENCES videos ON DELETE CASCADE,
        collection INTEGER REFERENCES collections ON DELETE CASCADE, reason TEXT NOT NULL, "user" TEXT NOT NULL,
        since REAL NOT NULL, CHECK ((video IS NULL) <> (collection IS NULL)))""",
    "CREATE INDEX holds_video ON holds (video)",
    "CREATE INDEX holds_collection ON holds (collection)",
)
