"""The tables of a library, as numbered migrations: entry n of MIGRATIONS turns version n into n + 1.

A library is ``library.db`` and two folders beside it: ``thumbnails/`` (packs.py) and ``cache/`` (nearest.py).
Migrations that have been released are never edited; a change is a new entry.

    videos ─┬─ paths
            └─ results (one a finished stage) ─┬─ shots, cues, tracks, people, packs
                                               ├─ texts, utterances
                                               ├─ moments ─┬─ sightings, words (both made by words.py)
                                               ├─ encoders ┼─ looks
                                               └───────────┴─ tags, vectors, thumbnails, meanings
            ├─ notes, examples ── classes ── matches (of moments)
            └─ facets (made by words.py), members ── collections, comments ── mentions, corrections, chapters
    users ──── sessions, tokens          tries, log: by themselves
    jobs ───── declined, deliveries ── hooks

Everything hangs on its video by ON DELETE CASCADE, so one DELETE takes all of it. Times are pts; arrays are blobs
(store/records/arrays.py). STRICT tables and RETURNING are not used: they would shut out SQLite before 3.37.
"""

from passerby.store.sqlite.collection_tables import COLLECTION_TABLES
from passerby.store.sqlite.custodian_tables import CUSTODIAN_TABLES
from passerby.store.sqlite.editing_tables import EDITING_TABLES
from passerby.store.sqlite.evidence_tables import EVIDENCE_TABLES
from passerby.store.sqlite.sharing_tables import SHARING_TABLES
from passerby.store.sqlite.stream_tables import STREAM_TABLES

# porter: "bicycles" finds "bicycle"; remove_diacritics 2: "cafe" finds "café", however it is encoded.
TOKENIZER = "porter unicode61 remove_diacritics 2"
# And vowels that are signs of a word, in the scripts of India and beyond, do not end it.
WORD_TOKENIZER = f"{TOKENIZER} categories 'L* N* Co Mn Mc'"

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        "CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID",
        # vectors: changes whenever a vector does; erasing: 1 while a forgotten video may have left bytes behind.
        "INSERT INTO state VALUES ('vectors', randomblob(16)), ('erasing', 0)",
        """CREATE TABLE videos (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, name NOT NULL, path NOT NULL,
            size_bytes INTEGER NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
            tick_numerator INTEGER NOT NULL, tick_denominator INTEGER NOT NULL,
            frames INTEGER NOT NULL, duration INTEGER NOT NULL,
            status TEXT NOT NULL CHECK (status IN ('incomplete', 'done', 'damaged')), note TEXT NOT NULL)""",
        """CREATE TABLE paths (
            path PRIMARY KEY NOT NULL, name NOT NULL,
            video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE)""",
        "CREATE INDEX paths_video ON paths (video)",
        """CREATE TABLE results (
            number INTEGER PRIMARY KEY, video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE,
            stage TEXT NOT NULL, key TEXT NOT NULL, UNIQUE (video, stage))""",
        """CREATE TABLE shots (
            result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE, number INTEGER NOT NULL,
            start_pts INTEGER NOT NULL, end_pts INTEGER NOT NULL, scene INTEGER NOT NULL,
            PRIMARY KEY (result, number)) WITHOUT ROWID""",
        """CREATE TABLE cues (
            result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE, number INTEGER NOT NULL,
            kind TEXT NOT NULL, start_pts INTEGER NOT NULL, end_pts INTEGER NOT NULL,
            PRIMARY KEY (result, number)) WITHOUT ROWID""",
        # AUTOINCREMENT: the id of a moment is never used again, so a hit of a moment that has just been
        # forgotten cannot turn into another moment.
        """CREATE TABLE moments (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
            video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE, number INTEGER NOT NULL,
            start_pts INTEGER NOT NULL, end_pts INTEGER NOT NULL, shot INTEGER NOT NULL,
            UNIQUE (video, number))""",
        "CREATE INDEX moments_result ON moments (result)",
        """CREATE TABLE tracks (
            id INTEGER PRIMARY KEY, result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
            label TEXT NOT NULL, times BLOB NOT NULL, boxes BLOB NOT NULL, scores BLOB NOT NULL)""",
        "CREATE INDEX tracks_result ON tracks (result)",
        """CREATE TABLE people (
            result INTEGER PRIMARY KEY REFERENCES results ON DELETE CASCADE,
            times BLOB NOT NULL, offsets BLOB NOT NULL, boxes BLOB NOT NULL, counts BLOB NOT NULL,
            coverage BLOB NOT NULL, doubts TEXT NOT NULL)""",
        """CREATE TABLE tags (
            id INTEGER PRIMARY KEY, result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
            moment INTEGER NOT NULL REFERENCES moments ON DELETE CASCADE, label TEXT NOT NULL, score REAL NOT NULL)""",
        "CREATE INDEX tags_result ON tags (result)",
        "CREATE INDEX tags_moment ON tags (moment)",
        "CREATE INDEX tags_label ON tags (label, moment, score)",
        """CREATE TABLE vectors (
            moment INTEGER PRIMARY KEY REFERENCES moments ON DELETE CASCADE,
            result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE, vector BLOB NOT NULL)""",
        "CREATE INDEX vectors_result ON vectors (result)",
        """CREATE TABLE packs (
            result INTEGER PRIMARY KEY REFERENCES results ON DELETE CASCADE, file TEXT NOT NULL UNIQUE)""",
        """CREATE TABLE thumbnails (
            moment INTEGER PRIMARY KEY REFERENCES moments ON DELETE CASCADE,
            result INTEGER NOT NULL REFERENCES packs ON DELETE CASCADE,
            pts INTEGER NOT NULL, first_byte INTEGER NOT NULL, size_bytes INTEGER NOT NULL)""",
        "CREATE INDEX thumbnails_result ON thumbnails (result)",
        """CREATE TABLE sightings (
            moment INTEGER NOT NULL REFERENCES moments ON DELETE CASCADE,
            label TEXT NOT NULL, score REAL NOT NULL, PRIMARY KEY (moment, label)) WITHOUT ROWID""",
        "CREATE INDEX sightings_label ON sightings (label, moment, score)",
        f"CREATE VIRTUAL TABLE words USING fts5(objects, tags, cues, people, name, tokenize = '{TOKENIZER}')",
        # Foreign keys do not reach into an FTS table.
        """CREATE TRIGGER moments_words AFTER DELETE ON moments
            BEGIN DELETE FROM words WHERE rowid = old.id; END""",
        """CREATE TRIGGER vectors_inserted AFTER INSERT ON vectors
            BEGIN UPDATE state SET value = randomblob(16) WHERE name = 'vectors'; END""",
        """CREATE TRIGGER vectors_deleted AFTER DELETE ON vectors
            BEGIN UPDATE state SET value = randomblob(16) WHERE name = 'vectors'; END""",
    ),
    (
        "CREATE TABLE loose (file TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID",  # packs to be removed: packs.py
        "CREATE TRIGGER packs_deleted AFTER DELETE ON packs BEGIN INSERT INTO loose (file) VALUES (old.file); END",
    ),
    (
        """CREATE TABLE texts (
            id INTEGER PRIMARY KEY, result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
            text TEXT NOT NULL, score REAL NOT NULL, start_pts INTEGER NOT NULL, end_pts INTEGER NOT NULL,
            x1 REAL NOT NULL, y1 REAL NOT NULL, x2 REAL NOT NULL, y2 REAL NOT NULL)""",
        "CREATE INDEX texts_result ON texts (result)",
        # words: a JSON list of [word, start, end].
        """CREATE TABLE utterances (
            id INTEGER PRIMARY KEY, result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE,
            text TEXT NOT NULL, language TEXT NOT NULL, start_pts INTEGER NOT NULL, end_pts INTEGER NOT NULL,
            words TEXT NOT NULL)""",
        "CREATE INDEX utterances_result ON utterances (result)",
        # An FTS table takes no further columns: a new one, filled from the old.
        "CREATE VIRTUAL TABLE words_with_text USING "
        f"fts5(objects, tags, text, speech, cues, people, name, tokenize = '{TOKENIZER}')",
        """INSERT INTO words_with_text (rowid, objects, tags, text, speech, cues, people, name)
            SELECT rowid, objects, tags, '', '', cues, people, name FROM words""",
        "DROP TRIGGER moments_words",
        "DROP TABLE words",
        "ALTER TABLE words_with_text RENAME TO words",
        """CREATE TRIGGER moments_words AFTER DELETE ON moments
            BEGIN DELETE FROM words WHERE rowid = old.id; END""",
    ),
    (
        """CREATE TABLE meanings (
            moment INTEGER PRIMARY KEY REFERENCES moments ON DELETE CASCADE,
            result INTEGER NOT NULL REFERENCES results ON DELETE CASCADE, vector BLOB NOT NULL)""",
        "CREATE INDEX meanings_result ON meanings (result)",
        """CREATE TRIGGER meanings_inserted AFTER INSERT ON meanings
            BEGIN UPDATE state SET value = randomblob(16) WHERE name = 'vectors'; END""",
        """CREATE TRIGGER meanings_deleted AFTER DELETE ON meanings
            BEGIN UPDATE state SET value = randomblob(16) WHERE name = 'vectors'; END""",
        # What people say. No stage touches it.
        """CREATE TABLE notes (
            id INTEGER PRIMARY KEY, video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE,
            start_pts INTEGER NOT NULL, end_pts INTEGER NOT NULL, label TEXT NOT NULL,
            rejected INTEGER NOT NULL CHECK (rejected IN (0, 1)), UNIQUE (video, start_pts, end_pts, label))""",
        """CREATE TABLE classes (
            id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, threshold REAL NOT NULL)""",
        # An example from a video goes with the video (law 4).
        """CREATE TABLE examples (
            id INTEGER PRIMARY KEY, class INTEGER NOT NULL REFERENCES classes ON DELETE CASCADE,
            video INTEGER REFERENCES videos ON DELETE CASCADE, vector BLOB NOT NULL)""",
        "CREATE INDEX examples_class ON examples (class)",
        "CREATE INDEX examples_video ON examples (video)",
        """CREATE TABLE matches (
            class INTEGER NOT NULL REFERENCES classes ON DELETE CASCADE,
            moment INTEGER NOT NULL REFERENCES moments ON DELETE CASCADE, score REAL NOT NULL,
            PRIMARY KEY (class, moment)) WITHOUT ROWID""",
        "CREATE INDEX matches_moment ON matches (moment)",
        # Labels that people have rejected, by moment; made by words.py.
        """CREATE TABLE rejections (
            moment INTEGER NOT NULL REFERENCES moments ON DELETE CASCADE, label TEXT NOT NULL,
            PRIMARY KEY (moment, label)) WITHOUT ROWID""",
    ),
    (
        # Who may what. Times are microseconds of UTC; of a password, a session and a token only a hash is kept.
        """CREATE TABLE users (
            name TEXT PRIMARY KEY NOT NULL, role TEXT NOT NULL CHECK (role IN ('viewer', 'reviewer', 'admin')),
            password TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID""",
        """CREATE TABLE sessions (
            hash TEXT PRIMARY KEY NOT NULL, user TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
            created INTEGER NOT NULL, used INTEGER NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID""",
        "CREATE INDEX sessions_user ON sessions (user)",
        # AUTOINCREMENT: the log names tokens by their numbers. scopes: words with spaces between them.
        """CREATE TABLE tokens (
            number INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL UNIQUE,
            user TEXT NOT NULL REFERENCES users ON DELETE CASCADE, label TEXT NOT NULL, scopes TEXT NOT NULL,
            created INTEGER NOT NULL, expires INTEGER NOT NULL)""",
        "CREATE INDEX tokens_user ON tokens (user)",
        # Tries to log in that have not succeeded, by hashes of names and addresses.
        """CREATE TABLE tries (
            key TEXT PRIMARY KEY NOT NULL, failed INTEGER NOT NULL, until INTEGER NOT NULL,
            expires INTEGER NOT NULL) WITHOUT ROWID""",
        "CREATE INDEX tries_expires ON tries (expires)",
        # Append-only and chained: audit_log.py. The head is kept apart from the entries, so that a tail that was cut
        # off is missed, also after further entries.
        """CREATE TABLE log (
            number INTEGER PRIMARY KEY NOT NULL, time INTEGER NOT NULL, user TEXT NOT NULL, action TEXT NOT NULL,
            subject TEXT NOT NULL, details TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL)""",
        "INSERT INTO state VALUES ('log_count', 0), ('log_head', '" + "0" * 64 + "')",
        "CREATE TRIGGER log_updated BEFORE UPDATE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
        "CREATE TRIGGER log_deleted BEFORE DELETE ON log BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
        # Without this INSERT OR REPLACE would take an entry's place: it fires no trigger of deletions.
        """CREATE TRIGGER log_inserted BEFORE INSERT ON log WHEN new.number <= (SELECT max(number) FROM log)
            BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END""",
    ),
    (
        "INSERT INTO state VALUES ('jobs', 0)",
        """CREATE TABLE jobs (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, asked TEXT NOT NULL,
            video TEXT NOT NULL, caller TEXT NOT NULL, key TEXT,
            status TEXT NOT NULL DEFAULT 'waiting'
                CHECK (status IN ('waiting', 'running', 'stopping', 'done', 'failed', 'cancelled')),
            step TEXT NOT NULL DEFAULT '', done REAL NOT NULL DEFAULT 0, total REAL,
            message TEXT NOT NULL DEFAULT '', result TEXT NOT NULL DEFAULT '{}', attempts INTEGER NOT NULL DEFAULT 0,
            created REAL NOT NULL, started REAL NOT NULL DEFAULT 0, ended REAL NOT NULL DEFAULT 0,
            UNIQUE (caller, key))""",
        "CREATE INDEX jobs_status ON jobs (status)",
        "CREATE INDEX jobs_video ON jobs (video)",
        *(
            f"""CREATE TRIGGER jobs_{change} AFTER {change} ON jobs
                BEGIN UPDATE state SET value = value + 1 WHERE name = 'jobs'; END"""
            for change in ("INSERT", "UPDATE", "DELETE")
        ),
        # A job may be of a file that was never taken in, so it does not refer to the video's row.
        "CREATE TRIGGER videos_jobs AFTER DELETE ON videos BEGIN DELETE FROM jobs WHERE video = old.id; END",
        """CREATE TABLE plans (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            video INTEGER NOT NULL REFERENCES videos ON DELETE CASCADE,
            text TEXT NOT NULL, version INTEGER NOT NULL, changed REAL NOT NULL)""",
        "CREATE INDEX plans_video ON plans (video)",
        """CREATE TABLE files (
            number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE,
            kind TEXT NOT NULL CHECK (kind IN ('upload', 'original', 'copy')),
            video INTEGER REFERENCES videos ON DELETE CASCADE,
            ready INTEGER NOT NULL CHECK (ready IN (0, 1)), created REAL NOT NULL)""",
        "CREATE INDEX files_video ON files (video)",
        "CREATE TABLE discarded (path TEXT PRIMARY KEY NOT NULL) WITHOUT ROWID",  # files to be removed: files.py
        """CREATE TRIGGER files_deleted AFTER DELETE ON files
            BEGIN INSERT OR IGNORE INTO discarded VALUES (old.path); END""",
        """CREATE TABLE hooks (
            id TEXT PRIMARY KEY NOT NULL, url TEXT NOT NULL, secret TEXT NOT NULL, created REAL NOT NULL)
            WITHOUT ROWID""",
    ),
    (
        # When it was recorded, Unix time, and what says so; NULL until the video is added again.
        "ALTER TABLE videos ADD COLUMN recorded INTEGER",
        "ALTER TABLE videos ADD COLUMN recorded_source TEXT CHECK (recorded_source IN ('container', 'file'))",
    ),
    (
        # Which weights the looks of a result are from: there may be models of more than one in a library.
        """CREATE TABLE encoders (
            result INTEGER PRIMARY KEY REFERENCES results ON DELETE CASCADE, weights TEXT NOT NULL)""",
        """CREATE TABLE looks (
            moment INTEGER PRIMARY KEY REFERENCES moments ON DELETE CASCADE,
            result INTEGER NOT NULL REFERENCES encoders ON DELETE CASCADE, vector BLOB NOT NULL)""",
        "CREATE INDEX looks_result ON looks (result)",
        """CREATE TRIGGER looks_inserted AFTER INSERT ON looks
            BEGIN UPDATE state SET value = randomblob(16) WHERE name = 'vectors'; END""",
        """CREATE TRIGGER looks_deleted AFTER DELETE ON looks
            BEGIN UPDATE state SET value = randomblob(16) WHERE name = 'vectors'; END""",
    ),
    (
        # What a job was asked for and told can name a file that no job is about: one of a folder, one of which the
        # adding was stopped or failed before it worked. With the video, such jobs go too.
        "DROP TRIGGER videos_jobs",
        # Before and not after: with the video go the paths under which it was found.
        """CREATE TRIGGER videos_jobs BEFORE DELETE ON videos BEGIN
            DELETE FROM jobs WHERE video = old.id OR (
                status IN ('done', 'failed', 'cancelled') AND (
                    instr(result, old.id)
                    OR (kind = 'add' AND EXISTS (
                        SELECT 1 FROM (
                            SELECT path, name, json_extract(asked, '$.path') AS added
                            FROM paths WHERE video = old.number
                            UNION ALL SELECT old.path, old.name, json_extract(asked, '$.path'))
                        WHERE added = path
                            OR substr(added, -length(name) - 1) = '/' || name
                            OR substr(path, 1, length(added) + 1) = added || '/'))));
            END""",
    ),
    (
        # Whom a job's end is still to be told. What is told is the job's row, so nothing of a video lies here.
        """CREATE TABLE deliveries (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
            job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
            hook TEXT NOT NULL REFERENCES hooks ON DELETE CASCADE,
            attempts INTEGER NOT NULL, due REAL NOT NULL)""",
        "CREATE INDEX deliveries_due ON deliveries (due)",
        "CREATE INDEX deliveries_job ON deliveries (job)",
        "CREATE INDEX deliveries_hook ON deliveries (hook)",
        """CREATE TRIGGER jobs_ended AFTER UPDATE OF status ON jobs
            WHEN new.status IN ('done', 'failed', 'cancelled') AND old.status NOT IN ('done', 'failed', 'cancelled')
            BEGIN INSERT INTO deliveries (id, job, hook, attempts, due)
                SELECT lower(hex(randomblob(16))), new.id, id, 0, new.ended FROM hooks; END""",
        # How often a server has died while it worked on this.
        "ALTER TABLE jobs ADD COLUMN interruptions INTEGER NOT NULL DEFAULT 0",
        # How long an upload will be in the end.
        "ALTER TABLE files ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0",
        # Videos that were forgotten while a job that adds files had not ended, as hashes with a salt: that job does
        # not add them again.
        """CREATE TABLE declined (
            job TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, salt BLOB NOT NULL, hash BLOB NOT NULL)""",
        "CREATE INDEX declined_job ON declined (job)",
        # Such a job has heard of what is forgotten now, and where it lay.
        """CREATE TRIGGER jobs_declined AFTER UPDATE OF status ON jobs
            WHEN new.status IN ('done', 'failed', 'cancelled') AND EXISTS (SELECT 1 FROM declined WHERE job = new.id)
            BEGIN
                DELETE FROM declined WHERE job = new.id;
                UPDATE jobs SET
                    message = 'a video was forgotten meanwhile', asked = json_set(asked, '$.path', '(forgotten)'),
                    video = CASE WHEN video IN (SELECT id FROM videos) THEN video ELSE '' END,
                    result = json_replace(result, '$.videos', json((
                        SELECT json_group_array(value) FROM json_each(new.result, '$.videos')
                        WHERE value IN (SELECT id FROM videos))))
                WHERE id = new.id;
                UPDATE state SET value = 1 WHERE name = 'erasing';
            END""",
    ),
    (
        # What says when it was recorded, to the letter, and the zone that that names.
        *(
            f"ALTER TABLE videos ADD COLUMN recorded_{part} TEXT NOT NULL DEFAULT ''"
            for part in ("told", "zone", "zone_source")
        ),
    ),
    (
        # Words are in the index as searches look for them (folding.py), and beside it as they are told, where that is
        # another thing.
        "CREATE VIRTUAL TABLE folded_words USING "
        f'fts5(objects, tags, text, speech, cues, people, name, shown UNINDEXED, tokenize = "{WORD_TOKENIZER}")',
        """INSERT INTO folded_words (rowid, objects, tags, text, speech, cues, people, name, shown)
            SELECT rowid, folded(objects), folded(tags), folded(text), folded(speech), folded(cues), folded(people),
                folded(name), shown(objects, tags, text, speech, cues, people, name) FROM words""",
        "DROP TRIGGER moments_words",
        "DROP TABLE words",
        "ALTER TABLE folded_words RENAME TO words",
        """CREATE TRIGGER moments_words AFTER DELETE ON moments
            BEGIN DELETE FROM words WHERE rowid = old.id; END""",
    ),
    (
        # What people say of copies: copies.py. leaks: a JSON list of [time, x1, y1, x2, y2].
        """CREATE TABLE releases (
            file INTEGER PRIMARY KEY REFERENCES files ON DELETE CASCADE, user TEXT NOT NULL, time REAL NOT NULL)""",
        """CREATE TABLE answers (
            number INTEGER PRIMARY KEY, file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
            reason TEXT NOT NULL, user TEXT NOT NULL, time REAL NOT NULL, leaks TEXT NOT NULL)""",
        "CREATE INDEX answers_file ON answers (file)",
    ),
    ("ALTER TABLE files ADD COLUMN caller TEXT NOT NULL DEFAULT ''",),  # who began an upload
    (
        # What has cost its workers as often as it may: quarantine.py. Its video need not be here.
        """CREATE TABLE quarantine (
            video TEXT NOT NULL, unit TEXT NOT NULL, path NOT NULL, size_bytes INTEGER NOT NULL,
            reason TEXT NOT NULL, failures INTEGER NOT NULL, since REAL NOT NULL, PRIMARY KEY (video, unit))""",
        """CREATE TRIGGER videos_quarantine AFTER DELETE ON videos
            BEGIN DELETE FROM quarantine WHERE video = old.id; END""",
    ),
    (
        # Whose a job is that runs, and until when. No column of jobs: to prolong it is no change that anybody is told.
        """CREATE TABLE leases (
            job TEXT PRIMARY KEY NOT NULL REFERENCES jobs (id) ON DELETE CASCADE, claim TEXT NOT NULL,
            until REAL NOT NULL) WITHOUT ROWID""",
    ),
    ("ALTER TABLE paths ADD COLUMN state TEXT NOT NULL DEFAULT ''",),  # of an object, as it was when it was read
    (
        # Who made which version of a plan, and what leads from it back to the one before: plans.py.
        """CREATE TABLE plan_versions (
            plan INTEGER NOT NULL REFERENCES plans ON DELETE CASCADE, version INTEGER NOT NULL, user TEXT NOT NULL,
            changed REAL NOT NULL, back TEXT NOT NULL, PRIMARY KEY (plan, version))""",
    ),
    COLLECTION_TABLES,
    SHARING_TABLES,
    EDITING_TABLES,
    EVIDENCE_TABLES,
    STREAM_TABLES,
    CUSTODIAN_TABLES,
)
