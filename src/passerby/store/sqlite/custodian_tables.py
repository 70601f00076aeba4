"""Who keeps evidence, who may see a case, and when items were checked, as tables. One migration of migrations.py."""

CUSTODIAN_TABLES = (
    # A custodian is a reviewer with this: the table of users, which others refer to, cannot be given another check.
    "ALTER TABLE users ADD COLUMN keeps_evidence INTEGER NOT NULL DEFAULT 0 CHECK (keeps_evidence IN (0, 1))",
    """CREATE TABLE case_people (
        collection INTEGER NOT NULL REFERENCES collections ON DELETE CASCADE,
        "user" TEXT NOT NULL REFERENCES users ON DELETE CASCADE, PRIMARY KEY (collection, "user")) WITHOUT ROWID""",
    'CREATE INDEX case_people_user ON case_people ("user")',
    """INSERT INTO case_people (collection, "user") SELECT number, collections."user" FROM collections
        WHERE collections."user" IN (SELECT name FROM users)""",
    # faults: a JSON list of lines.
    """CREATE TABLE checks (
        number INTEGER PRIMARY KEY, video INTEGER NOT NULL REFERENCES evidence ON DELETE CASCADE, time REAL NOT NULL,
        clock TEXT NOT NULL, "user" TEXT NOT NULL, faults TEXT NOT NULL)""",
    "CREATE INDEX checks_video ON checks (video, time)",
)
