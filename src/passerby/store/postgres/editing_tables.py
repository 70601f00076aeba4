"""What people put right in a video, as tables: lines of the transcript, and chapters.

One migration of migrations.py; sqlite/editing_tables.py has the reasons.
"""

from passerby.store.postgres.partitions import TEXT

EDITING_TABLES: tuple[str, ...] = (
    f"""CREATE TABLE corrections (
        video bigint NOT NULL REFERENCES videos ON DELETE CASCADE, start_pts bigint NOT NULL, end_pts bigint NOT NULL,
        text {TEXT}, "user" {TEXT}, changed double precision NOT NULL, PRIMARY KEY (video, start_pts, end_pts))""",
    f"""CREATE TABLE chapters (
        video bigint NOT NULL REFERENCES videos ON DELETE CASCADE, start_pts bigint NOT NULL, name {TEXT},
        "user" {TEXT}, PRIMARY KEY (video, start_pts))""",
)
