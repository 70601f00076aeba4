"""What people put right in a video, as tables: lines of transcripts, and chapters. One migration of migrations.py."""

EDITING_TABLES = (
    # By the span of the utterance that it is of: that itself stays as the stage has written it.
    """CREATE TABLE corrections (
        video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE, start_pts INTEGER NOT NULL,
        end_pts INTEGER NOT NULL, text TEXT NOT NULL, "user" TEXT NOT NULL, changed REAL NOT NULL,
        PRIMARY KEY (video, start_pts, end_pts)) WITHOUT ROWID""",
    """CREATE TABLE chapters (
        video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE, start_pts INTEGER NOT NULL, name TEXT NOT NULL,
        "user" TEXT NOT NULL, PRIMARY KEY (video, start_pts)) WITHOUT ROWID""",
)
