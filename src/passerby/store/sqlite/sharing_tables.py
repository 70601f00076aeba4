"""What leaves a library by links and messages, and who comes from elsewhere, as tables: one migration of migrations.py.

users ─┬─ outside_logins, contacts ── mails ── jobs, comments
files ─┴─ share_copies ── shares ── share_visits
"""

SHARING_TABLES = (
    # Links by which those who are no users see copies. most: how often one may be opened, 0: as often as one likes.
    # AUTOINCREMENT: the log names them by their numbers.
    """CREATE TABLE shares (
        number INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE, label TEXT NOT NULL,
        "user" TEXT NOT NULL, password TEXT NOT NULL, most INTEGER NOT NULL, opened INTEGER NOT NULL,
        created INTEGER NOT NULL, expires INTEGER NOT NULL)""",
    """CREATE TABLE share_copies (
        share INTEGER NOT NULL REFERENCES shares ON DELETE CASCADE,
        file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE, PRIMARY KEY (share, file)) WITHOUT ROWID""",
    "CREATE INDEX share_copies_file ON share_copies (file)",
    # With the last of its copies a link goes, and what somebody called it.
    """CREATE TRIGGER share_copies_deleted AFTER DELETE ON share_copies
        BEGIN DELETE FROM shares WHERE number = old.share AND NOT EXISTS (
            SELECT 1 FROM share_copies WHERE share = old.share); END""",
    # Who has opened one, by the hash of what their browser was given.
    """CREATE TABLE share_visits (
        hash TEXT PRIMARY KEY NOT NULL, share INTEGER NOT NULL REFERENCES shares ON DELETE CASCADE,
        expires INTEGER NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX share_visits_share ON share_visits (share)",
    # As whom somebody comes whom another server has logged in.
    """CREATE TABLE outside_logins (
        issuer TEXT NOT NULL, subject TEXT NOT NULL, "user" TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
        PRIMARY KEY (issuer, subject)) WITHOUT ROWID""",
    'CREATE INDEX outside_logins_user ON outside_logins ("user")',
    "ALTER TABLE sessions ADD COLUMN client TEXT NOT NULL DEFAULT ''",  # the browser, in a word or two
    # Where a user is reached, and of what they want to hear: words with spaces between them.
    """CREATE TABLE contacts (
        "user" TEXT PRIMARY KEY NOT NULL REFERENCES users ON DELETE CASCADE, mail TEXT NOT NULL, wanted TEXT NOT NULL)
        WITHOUT ROWID""",
    # Whom the end of a job, or a comment, is still to be told. What is told is its row: nothing of a video lies here.
    """CREATE TABLE mails (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
        "user" TEXT NOT NULL REFERENCES contacts ON DELETE CASCADE,
        job TEXT REFERENCES jobs (id) ON DELETE CASCADE, comment INTEGER REFERENCES comments ON DELETE CASCADE,
        attempts INTEGER NOT NULL, due REAL NOT NULL)""",
    "CREATE INDEX mails_due ON mails (due)",
    'CREATE INDEX mails_user ON mails ("user")',
    "CREATE INDEX mails_job ON mails (job)",
    "CREATE INDEX mails_comment ON mails (comment)",
    """CREATE TRIGGER jobs_mailed AFTER UPDATE OF status ON jobs
        WHEN new.status IN ('done', 'failed') AND old.status NOT IN ('done', 'failed', 'cancelled')
        BEGIN INSERT INTO mails (id, "user", job, attempts, due)
            SELECT lower(hex(randomblob(16))), "user", new.id, 0, new.ended FROM contacts
            WHERE "user" = new.caller AND mail <> '' AND wanted <> ''; END""",
    """CREATE TRIGGER mentions_mailed AFTER INSERT ON mentions
        BEGIN INSERT INTO mails (id, "user", comment, attempts, due)
            SELECT lower(hex(randomblob(16))), contacts."user", new.comment, 0, changed FROM contacts
            JOIN comments ON comments.number = new.comment
            WHERE contacts."user" = new."user" AND mail <> '' AND instr(' ' || wanted || ' ', ' mention '); END""",
)
