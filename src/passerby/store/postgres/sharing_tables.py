"""What leaves a library by links and messages, and who comes from elsewhere, as tables.

One migration of migrations.py; sqlite/sharing_tables.py has the reasons.
"""

from passerby.store.postgres.partitions import TEXT

_ID = "replace(gen_random_uuid()::text, '-', '')"

SHARING_TABLES: tuple[str, ...] = (
    f"""CREATE TABLE shares (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash {TEXT} UNIQUE, label {TEXT}, "user" {TEXT},
        password {TEXT}, most bigint NOT NULL, opened bigint NOT NULL, created bigint NOT NULL,
        expires bigint NOT NULL)""",
    """CREATE TABLE share_copies (
        share bigint NOT NULL REFERENCES shares ON DELETE CASCADE,
        file bigint NOT NULL REFERENCES files ON DELETE CASCADE, PRIMARY KEY (share, file))""",
    "CREATE INDEX ON share_copies (file)",
    """CREATE FUNCTION remove_empty_share() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM shares WHERE number = old.share AND NOT EXISTS (
                SELECT FROM share_copies WHERE share = old.share);
            RETURN NULL;
        END $$""",
    """CREATE TRIGGER share_copies_deleted AFTER DELETE ON share_copies
        FOR EACH ROW EXECUTE FUNCTION remove_empty_share()""",
    f"""CREATE TABLE share_visits (
        hash {TEXT} PRIMARY KEY, share bigint NOT NULL REFERENCES shares ON DELETE CASCADE, expires bigint NOT NULL)""",
    "CREATE INDEX ON share_visits (share)",
    f"""CREATE TABLE outside_logins (
        issuer {TEXT}, subject {TEXT}, "user" {TEXT} REFERENCES users ON DELETE CASCADE,
        PRIMARY KEY (issuer, subject))""",
    'CREATE INDEX ON outside_logins ("user")',
    f"ALTER TABLE sessions ADD COLUMN client {TEXT} DEFAULT ''",
    f"""CREATE TABLE contacts (
        "user" {TEXT} PRIMARY KEY REFERENCES users ON DELETE CASCADE, mail {TEXT}, wanted {TEXT})""",
    f"""CREATE TABLE mails (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id {TEXT} UNIQUE,
        "user" {TEXT} REFERENCES contacts ON DELETE CASCADE,
        job text COLLATE "C" REFERENCES jobs (id) ON DELETE CASCADE,
        comment bigint REFERENCES comments ON DELETE CASCADE, attempts bigint NOT NULL,
        due double precision NOT NULL)""",
    "CREATE INDEX ON mails (due)",
    'CREATE INDEX ON mails ("user")',
    "CREATE INDEX ON mails (job)",
    "CREATE INDEX ON mails (comment)",
    f"""CREATE FUNCTION mail_end() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO mails (id, "user", job, attempts, due)
                SELECT {_ID}, "user", new.id, 0, new.ended FROM contacts
                WHERE "user" = new.caller AND mail <> '' AND wanted <> '';
            RETURN NULL;
        END $$""",
    """CREATE TRIGGER jobs_mailed AFTER UPDATE OF status ON jobs FOR EACH ROW
        WHEN (new.status IN ('done', 'failed') AND old.status NOT IN ('done', 'failed', 'cancelled'))
        EXECUTE FUNCTION mail_end()""",
    f"""CREATE FUNCTION mail_mention() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO mails (id, "user", comment, attempts, due)
                SELECT {_ID}, contacts."user", new.comment, 0, changed FROM contacts
                JOIN comments ON comments.number = new.comment
                WHERE contacts."user" = new."user" AND mail <> ''
                AND strpos(' ' || wanted || ' ', ' mention ') > 0;
            RETURN NULL;
        END $$""",
    "CREATE TRIGGER mentions_mailed AFTER INSERT ON mentions FOR EACH ROW EXECUTE FUNCTION mail_mention()",
)
