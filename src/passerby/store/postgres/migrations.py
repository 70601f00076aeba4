"""The tables of a library in PostgreSQL, as numbered migrations: entry n of MIGRATIONS turns version n into n + 1.

All are in one schema. Migrations that have been released are never edited; a change is a new entry. Tables of kinds of
records are not here: schema.py makes them from ``store.records``.

    videos ─┬─ paths, notes, plans, files ── releases, answers
            ├─ results (one a finished stage) ── encoders, and all tables of records
            └─ sightings, rejections, words (made by words.py), examples ── classes ── matches
    users ──── sessions, tokens          tries, log: by themselves
    jobs ───── declined, deliveries ── hooks

What has the content of videos and grows with them is partitioned by video (``Partitioned``), since forgetting a video
ends in writing anew what its rows lay in (erase.py); vectors, for the sake of their indexes, by the ids of moments
(``SEGMENT``). The planner keeps no samples of columns with content. Rows there do
not refer to others by foreign keys, which take longer to check than rows to write: triggers remove what goes with a
video, a result or a moment, all that one statement removes at once. Times are pts; arrays are blobs
(store/records/arrays.py). Names of files are bytes, as a file system has them.
"""

from passerby.store.postgres.collection_tables import COLLECTION_TABLES
from passerby.store.postgres.custodian_tables import CUSTODIAN_TABLES
from passerby.store.postgres.editing_tables import EDITING_TABLES
from passerby.store.postgres.evidence_tables import EVIDENCE_TABLES
from passerby.store.postgres.partitions import TEXT, Partitioned, goes_with
from passerby.store.postgres.sharing_tables import SHARING_TABLES
from passerby.store.postgres.stream_tables import STREAM_TABLES

# Vectors are partitioned by the ids of their moments: so many of them are a segment.
SEGMENT = 1 << 16
# A segment is made with the first of its moments, by whoever writes that; two who do at once wait for each other.
SEGMENT_FUNCTIONS = (
    f"""CREATE FUNCTION make_segment(whole text, segment bigint) RETURNS void LANGUAGE plpgsql AS $$
        DECLARE
            part text := whole || '_' || segment;
        BEGIN
            IF to_regclass(quote_ident(part)) IS NOT NULL THEN RETURN; END IF;
            -- Not an advisory lock: after that this session may still not know of a table that another has made.
            EXECUTE format('LOCK TABLE %I IN SHARE UPDATE EXCLUSIVE MODE', whole);
            IF to_regclass(quote_ident(part)) IS NOT NULL THEN RETURN; END IF;
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', part, whole);
            EXECUTE format('ALTER TABLE %I ALTER COLUMN vector SET STATISTICS 0', part);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%s) TO (%s)',
                whole, part, segment * {SEGMENT}, (segment + 1) * {SEGMENT});
        END $$""",
    f"""CREATE FUNCTION note_segments() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO segments SELECT DISTINCT video, id / {SEGMENT} FROM made ON CONFLICT DO NOTHING;
            IF FOUND THEN
                PERFORM make_segment(relname::text, segment)
                    FROM (SELECT DISTINCT id / {SEGMENT} AS segment FROM made) AS begun
                    CROSS JOIN pg_partitioned_table JOIN pg_class ON pg_class.oid = partrelid
                    WHERE relnamespace = current_schema()::regnamespace AND partstrat = 'r' ORDER BY relname;
            END IF;
            RETURN NULL;
        END $$""",
)

# What a job's end, and the end of a video, do to jobs: as in SQLite (sqlite/migrations.py has the reasons).
JOB_TRIGGERS = (
    """CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE state SET value = (value::bigint + 1)::text WHERE name = 'jobs';
            PERFORM pg_notify('passerby_jobs', '');
            RETURN NULL;
        END $$""",
    """CREATE TRIGGER jobs_changed AFTER INSERT OR UPDATE OR DELETE ON jobs
        FOR EACH STATEMENT EXECUTE FUNCTION count_change()""",
    # Empty for a name that is not valid Unicode, which JSON has a spelling for and PostgreSQL has not: such a job goes
    # with any video.
    """CREATE FUNCTION asked_path(asked text) RETURNS bytea LANGUAGE plpgsql AS $$
        BEGIN
            RETURN convert_to(asked::json ->> 'path', 'UTF8');
        EXCEPTION WHEN data_exception THEN RETURN '';
        END $$""",
    # A job is no row of a video's, since it may be of a file that was never taken in; what it was asked for and told
    # can name one that it is not about. Before and not after: with the video go the paths where it was found.
    """CREATE FUNCTION remove_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM jobs WHERE video = old.id OR (
                status IN ('done', 'failed', 'cancelled') AND (
                    strpos(result, old.id) > 0
                    OR (kind = 'add' AND EXISTS (
                        SELECT FROM (
                            SELECT path, name, asked_path(asked) AS added FROM paths WHERE paths.video = old.number
                            UNION ALL SELECT old.path, old.name, asked_path(asked)) AS known
                        WHERE added IN (path, '')
                            OR substr(added, greatest(length(added) - length(name), 1)) = '/'::bytea || name
                            OR substr(path, 1, length(added) + 1) = added || '/'::bytea))));
            RETURN old;
        END $$""",
    "CREATE TRIGGER videos_jobs BEFORE DELETE ON videos FOR EACH ROW EXECUTE FUNCTION remove_jobs()",
    # A job that adds files has heard of what was forgotten meanwhile, and where it lay.
    """CREATE FUNCTION hush_job() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NOT EXISTS (SELECT FROM declined WHERE job = new.id) THEN RETURN new; END IF;
            DELETE FROM declined WHERE job = new.id;
            new.message := 'a video was forgotten meanwhile';
            BEGIN
                new.asked := jsonb_set(new.asked::jsonb, '{path}', '"(forgotten)"')::text;
            EXCEPTION WHEN data_exception THEN new.asked := '{"path": "(forgotten)"}';
            END;
            IF NOT EXISTS (SELECT FROM videos WHERE id = new.video) THEN new.video := ''; END IF;
            IF new.result::jsonb -> 'videos' IS NOT NULL THEN
                new.result := jsonb_set(new.result::jsonb, '{videos}', (
                    SELECT coalesce(jsonb_agg(value ORDER BY place), '[]') FROM
                    jsonb_array_elements_text(new.result::jsonb -> 'videos') WITH ORDINALITY AS told (value, place)
                    WHERE value IN (SELECT id FROM videos)))::text;
            END IF;
            UPDATE state SET value = '1' WHERE name = 'erasing';
            RETURN new;
        END $$""",
    """CREATE FUNCTION deliver_end() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO deliveries (id, job, hook, attempts, due)
                SELECT replace(gen_random_uuid()::text, '-', ''), new.id, id, 0, new.ended FROM hooks;
            RETURN NULL;
        END $$""",
    *(
        f"""CREATE TRIGGER {name} {moment} UPDATE OF status ON jobs FOR EACH ROW
            WHEN (new.status IN ('done', 'failed', 'cancelled')
                AND old.status NOT IN ('done', 'failed', 'cancelled')) EXECUTE FUNCTION {function}()"""
        for name, moment, function in (("jobs_hushed", "BEFORE", "hush_job"), ("jobs_ended", "AFTER", "deliver_end"))
    ),
)

MIGRATIONS: tuple[tuple[str | Partitioned, ...], ...] = (
    (
        # Values are JSON. erasing: 1 while a forgotten video may have left bytes behind.
        "CREATE TABLE state (name text PRIMARY KEY, value text NOT NULL)",
        # blobs: where files lie.
        """INSERT INTO state VALUES ('erasing', '0'), ('blobs', '""')""",
        f"""INSERT INTO state VALUES ('log_count', '0'), ('log_head', '"{"0" * 64}"')""",
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
        # In which segments there are, or were, vectors of a video: as many as it has had moments there.
        """CREATE TABLE segments (
            video bigint NOT NULL REFERENCES videos ON DELETE CASCADE, segment bigint NOT NULL,
            PRIMARY KEY (video, segment))""",
        *SEGMENT_FUNCTIONS,
        """CREATE TABLE paths (
            path bytea PRIMARY KEY, name bytea NOT NULL, video bigint NOT NULL REFERENCES videos ON DELETE CASCADE,
            state text NOT NULL DEFAULT '')""",
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
            indexes=["video", "label, score DESC, moment"],
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
    (
        # Who may what. Times are microseconds of UTC; of a password, a session and a token only a hash is kept.
        f"""CREATE TABLE users (
            name {TEXT} PRIMARY KEY, role {TEXT} CHECK (role IN ('viewer', 'reviewer', 'admin')), password {TEXT},
            created bigint NOT NULL)""",
        f"""CREATE TABLE sessions (
            hash {TEXT} PRIMARY KEY, "user" {TEXT} REFERENCES users ON DELETE CASCADE, created bigint NOT NULL,
            used bigint NOT NULL, expires bigint NOT NULL)""",
        'CREATE INDEX ON sessions ("user")',
        f"""CREATE TABLE tokens (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, hash {TEXT} UNIQUE,
            "user" {TEXT} REFERENCES users ON DELETE CASCADE, label {TEXT}, scopes {TEXT}, created bigint NOT NULL,
            expires bigint NOT NULL)""",
        'CREATE INDEX ON tokens ("user")',
        # Tries to log in that have not succeeded, by hashes of names and addresses.
        f"""CREATE TABLE tries (
            key {TEXT} PRIMARY KEY, failed bigint NOT NULL, until bigint NOT NULL, expires bigint NOT NULL)""",
        "CREATE INDEX ON tries (expires)",
        # Append-only and chained: store/audit_log.py. The head is kept apart from the entries (state).
        f"""CREATE TABLE log (
            number bigint PRIMARY KEY, time bigint NOT NULL, "user" {TEXT}, action {TEXT}, subject {TEXT},
            details {TEXT}, previous {TEXT}, hash {TEXT})""",
        """CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN RAISE EXCEPTION 'the log is append-only'; END $$""",
        "CREATE TRIGGER log_changed BEFORE UPDATE OR DELETE ON log FOR EACH ROW EXECUTE FUNCTION refuse_change()",
        """CREATE FUNCTION refuse_earlier() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF new.number <= (SELECT max(number) FROM log) THEN RAISE EXCEPTION 'the log is append-only'; END IF;
                RETURN new;
            END $$""",
        "CREATE TRIGGER log_emptied BEFORE TRUNCATE ON log EXECUTE FUNCTION refuse_change()",
        """CREATE TRIGGER log_inserted BEFORE INSERT ON log
            FOR EACH ROW EXECUTE FUNCTION refuse_earlier()""",
    ),
    (
        f"""CREATE TABLE plans (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id {TEXT} UNIQUE,
            video bigint NOT NULL REFERENCES videos ON DELETE CASCADE, text {TEXT}, version bigint NOT NULL,
            changed double precision NOT NULL)""",
        "CREATE INDEX ON plans (video)",
        f"""CREATE TABLE files (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, path {TEXT} UNIQUE,
            kind {TEXT} CHECK (kind IN ('upload', 'original', 'copy')),
            video bigint REFERENCES videos ON DELETE CASCADE, ready bigint NOT NULL CHECK (ready IN (0, 1)),
            created double precision NOT NULL, bytes bigint NOT NULL, caller {TEXT})""",
        "CREATE INDEX ON files (video)",
        f"CREATE TABLE discarded (path {TEXT} PRIMARY KEY)",  # files to be removed: files.py
        """CREATE FUNCTION discard_file() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO discarded VALUES (old.path) ON CONFLICT DO NOTHING; RETURN NULL; END $$""",
        "CREATE TRIGGER files_deleted AFTER DELETE ON files FOR EACH ROW EXECUTE FUNCTION discard_file()",
        # What people say of copies. leaks: a JSON list of [time, x1, y1, x2, y2].
        f"""CREATE TABLE releases (
            file bigint PRIMARY KEY REFERENCES files ON DELETE CASCADE, "user" {TEXT},
            time double precision NOT NULL)""",
        f"""CREATE TABLE answers (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            file bigint NOT NULL REFERENCES files ON DELETE CASCADE, reason {TEXT}, "user" {TEXT},
            time double precision NOT NULL, leaks {TEXT})""",
        "CREATE INDEX ON answers (file)",
        # What has cost its workers as often as it may. Its video need not be here.
        f"""CREATE TABLE quarantine (
            video {TEXT}, unit {TEXT}, path bytea NOT NULL, size_bytes bigint NOT NULL, reason {TEXT},
            failures bigint NOT NULL, since double precision NOT NULL, PRIMARY KEY (video, unit))""",
        goes_with("quarantine", "video", "videos", "id"),
    ),
    (
        f"""CREATE TABLE jobs (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id {TEXT} UNIQUE, kind {TEXT}, asked {TEXT},
            video {TEXT}, caller {TEXT}, key text COLLATE "C",
            status {TEXT} DEFAULT 'waiting'
                CHECK (status IN ('waiting', 'running', 'stopping', 'done', 'failed', 'cancelled')),
            step {TEXT} DEFAULT '', done double precision NOT NULL DEFAULT 0, total double precision,
            message {TEXT} DEFAULT '', result {TEXT} DEFAULT '{{}}', attempts bigint NOT NULL DEFAULT 0,
            created double precision NOT NULL, started double precision NOT NULL DEFAULT 0,
            ended double precision NOT NULL DEFAULT 0, interruptions bigint NOT NULL DEFAULT 0,
            UNIQUE (caller, key))""",
        "CREATE INDEX ON jobs (status)",
        "CREATE INDEX ON jobs (video)",
        # Who does a job, and until when that is so without another word.
        f"""CREATE TABLE leases (
            job {TEXT} PRIMARY KEY REFERENCES jobs (id) ON DELETE CASCADE, claim {TEXT},
            until double precision NOT NULL)""",
        f"""CREATE TABLE hooks (id {TEXT} PRIMARY KEY, url {TEXT}, secret {TEXT}, created double precision NOT NULL)""",
        # Whom a job's end is still to be told. What is told is the job's row, so nothing of a video lies here.
        f"""CREATE TABLE deliveries (
            number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id {TEXT} UNIQUE,
            job {TEXT} REFERENCES jobs (id) ON DELETE CASCADE, hook {TEXT} REFERENCES hooks ON DELETE CASCADE,
            attempts bigint NOT NULL, due double precision NOT NULL)""",
        "CREATE INDEX ON deliveries (due)",
        "CREATE INDEX ON deliveries (job)",
        "CREATE INDEX ON deliveries (hook)",
        # Videos that were forgotten while a job that adds files had not ended: sql/declined.py.
        f"""CREATE TABLE declined (
            job {TEXT} REFERENCES jobs (id) ON DELETE CASCADE, salt bytea NOT NULL, hash bytea NOT NULL)""",
        "CREATE INDEX ON declined (job)",
        "INSERT INTO state VALUES ('jobs', '0')",
        *JOB_TRIGGERS,
        # What forgotten videos may have left bytes in, by the transaction that removed each: parts of partitioned
        # tables, and segments of vectors.
        "CREATE TABLE unerased (removal bigint NOT NULL, part bigint NOT NULL)",
        "CREATE TABLE unerased_vectors (removal bigint NOT NULL, segment bigint NOT NULL)",
    ),
    (
        # Who made which version of a plan, and what leads from it back to the one before: plans.py.
        f"""CREATE TABLE plan_versions (
            plan bigint NOT NULL REFERENCES plans ON DELETE CASCADE, version bigint NOT NULL, "user" {TEXT},
            changed double precision NOT NULL, back {TEXT}, PRIMARY KEY (plan, version))""",
    ),
    COLLECTION_TABLES,
    SHARING_TABLES,
    EDITING_TABLES,
    EVIDENCE_TABLES,
    STREAM_TABLES,
    CUSTODIAN_TABLES,
)
