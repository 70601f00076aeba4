"""What people make of a library, as tables: names and reviews of videos, collections, the trash, searches, comments.

One migration of migrations.py. ``facets`` is made by words.py, as sightings are: what a list of videos is narrowed by.
"""

COLLECTION_TABLES = (
    # What people call it and say of it, and how far they are with it; the title comes before the name of the file.
    "ALTER TABLE videos ADD COLUMN title TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE videos ADD COLUMN description TEXT NOT NULL DEFAULT ''",
    """ALTER TABLE videos ADD COLUMN review TEXT NOT NULL DEFAULT 'to_check'
        CHECK (review IN ('to_check', 'checked', 'released'))""",
    # What it is called, as lists are ordered and narrowed by it.
    "ALTER TABLE videos ADD COLUMN listed_name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE videos ADD COLUMN added REAL NOT NULL DEFAULT 0",  # seconds since 1970; 0: by an older Passerby
    "ALTER TABLE videos ADD COLUMN trashed REAL",  # since when it is in the trash; NULL: it is not
    "ALTER TABLE videos ADD COLUMN trashed_by TEXT NOT NULL DEFAULT ''",
    "UPDATE videos SET listed_name = lower(CASE typeof(name) WHEN 'text' THEN name ELSE hex(name) END)",
    "CREATE INDEX videos_trashed ON videos (trashed) WHERE trashed IS NOT NULL",
    # A case is a collection of which more will be asked than of others.
    """CREATE TABLE collections (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, description TEXT NOT NULL,
        is_case INTEGER NOT NULL CHECK (is_case IN (0, 1)), "user" TEXT NOT NULL, created REAL NOT NULL)""",
    """CREATE TABLE members (
        collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
        video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE, added REAL NOT NULL,
        PRIMARY KEY (collection, video)) WITHOUT ROWID""",
    "CREATE INDEX members_video ON members (video)",
    # Searches that are kept. asked: JSON.
    """CREATE TABLE searches (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, "user" TEXT NOT NULL, name TEXT NOT NULL,
        asked TEXT NOT NULL, created REAL NOT NULL, UNIQUE ("user", name))""",
    # One may name a video that it is asked in.
    """CREATE TRIGGER videos_searches AFTER DELETE ON videos
        BEGIN DELETE FROM searches WHERE instr(asked, old.id); END""",
    """CREATE TABLE comments (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE, "user" TEXT NOT NULL,
        start_pts INTEGER, text TEXT NOT NULL, created REAL NOT NULL, changed REAL NOT NULL)""",
    "CREATE INDEX comments_video ON comments (video)",
    """CREATE TABLE mentions (
        comment INTEGER NOT NULL REFERENCES comments ON DELETE CASCADE, "user" TEXT NOT NULL,
        PRIMARY KEY (comment, "user")) WITHOUT ROWID""",
    'CREATE INDEX mentions_user ON mentions ("user")',
    """CREATE TABLE facets (
        video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE, kind TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (video, kind, value)) WITHOUT ROWID""",
    "CREATE INDEX facets_value ON facets (kind, value, video)",
    """INSERT OR IGNORE INTO facets (video, kind, value)
        SELECT moments.video, 'label', label FROM sightings JOIN moments ON moments.id = moment WHERE label <> 'person'
        UNION SELECT moments.video, 'has', 'people'
            FROM sightings JOIN moments ON moments.id = moment WHERE label = 'person'
        UNION SELECT moments.video, 'label', label FROM tags JOIN moments ON moments.id = tags.moment
            WHERE NOT EXISTS (
                SELECT 1 FROM rejections WHERE rejections.moment = tags.moment AND rejections.label = tags.label)
        UNION SELECT video, 'has', 'text' FROM texts JOIN results ON results.number = result
        UNION SELECT video, 'has', 'speech' FROM utterances JOIN results ON results.number = result""",
)
