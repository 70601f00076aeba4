"""What people make of a library, as tables: names and reviews of videos, collections, the trash, searches, comments.

One migration of migrations.py; sqlite/collection_tables.py has the reasons.
"""

from passerby.store.postgres.partitions import TEXT, Partitioned

COLLECTION_TABLES: tuple[str | Partitioned, ...] = (
    f"ALTER TABLE videos ADD COLUMN title {TEXT} DEFAULT ''",
    f"ALTER TABLE videos ADD COLUMN description {TEXT} DEFAULT ''",
    f"""ALTER TABLE videos ADD COLUMN review {TEXT} DEFAULT 'to_check'
        CHECK (review IN ('to_check', 'checked', 'released'))""",
    f"ALTER TABLE videos ADD COLUMN listed_name {TEXT} DEFAULT ''",
    "ALTER TABLE videos ADD COLUMN added double precision NOT NULL DEFAULT 0",
    "ALTER TABLE videos ADD COLUMN trashed double precision",
    f"ALTER TABLE videos ADD COLUMN trashed_by {TEXT} DEFAULT ''",
    # Names of files need not be Unicode.
    """CREATE FUNCTION name_in_unicode(name bytea) RETURNS text LANGUAGE plpgsql AS $$
        BEGIN
            RETURN convert_from(name, 'UTF8');
        EXCEPTION WHEN OTHERS THEN RETURN encode(name, 'escape');
        END $$""",
    "UPDATE videos SET listed_name = lower(name_in_unicode(name))",
    "DROP FUNCTION name_in_unicode(bytea)",
    "CREATE INDEX ON videos (trashed) WHERE trashed IS NOT NULL",
    f"""CREATE TABLE collections (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id {TEXT} UNIQUE, name {TEXT} UNIQUE,
        description {TEXT}, is_case bigint NOT NULL CHECK (is_case IN (0, 1)), "user" {TEXT},
        created double precision NOT NULL)""",
    """CREATE TABLE members (
        collection bigint NOT NULL REFERENCES collections ON DELETE CASCADE,
        video bigint NOT NULL REFERENCES videos ON DELETE CASCADE, added double precision NOT NULL,
        PRIMARY KEY (collection, video))""",
    "CREATE INDEX ON members (video)",
    f"""CREATE TABLE searches (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id {TEXT} UNIQUE, "user" {TEXT}, name {TEXT},
        asked {TEXT}, created double precision NOT NULL, UNIQUE ("user", name))""",
    """CREATE FUNCTION remove_searches() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN DELETE FROM searches WHERE strpos(asked, old.id) > 0; RETURN NULL; END $$""",
    "CREATE TRIGGER videos_searches AFTER DELETE ON videos FOR EACH ROW EXECUTE FUNCTION remove_searches()",
    f"""CREATE TABLE comments (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id {TEXT} UNIQUE,
        video bigint NOT NULL REFERENCES videos ON DELETE CASCADE, "user" {TEXT}, start_pts bigint, text {TEXT},
        created double precision NOT NULL, changed double precision NOT NULL)""",
    "CREATE INDEX ON comments (video)",
    f"""CREATE TABLE mentions (
        comment bigint NOT NULL REFERENCES comments ON DELETE CASCADE, "user" {TEXT}, PRIMARY KEY (comment, "user"))""",
    'CREATE INDEX ON mentions ("user")',
    Partitioned("facets", [f"kind {TEXT}", f"value {TEXT}"], "videos", ["video, kind, value"], ["kind, value, video"]),
    """INSERT INTO facets (video, kind, value)
        SELECT video, 'label', label FROM sightings WHERE label <> 'person'
        UNION SELECT video, 'has', 'people' FROM sightings WHERE label = 'person'
        UNION SELECT video, 'label', label FROM tags WHERE NOT EXISTS (
            SELECT 1 FROM rejections WHERE rejections.video = tags.video
            AND rejections.moment = tags.moment AND rejections.label = tags.label)
        UNION SELECT video, 'has', 'text' FROM texts
        UNION SELECT video, 'has', 'speech' FROM utterances""",
)
