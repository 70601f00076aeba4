"""The write-ahead log, of which the files are let go of and written over when something is to be forgotten."""

from passerby.errors import StoreError
from passerby.store.postgres.database import PostgresDatabase

# What is needed of the server, and the condition that it is there.
_NEEDED = {
    "the role pg_checkpoint (GRANT pg_checkpoint TO ...)": "pg_has_role('pg_checkpoint', 'USAGE')",
    "the role pg_monitor (GRANT pg_monitor TO ...)": "pg_has_role('pg_monitor', 'USAGE')",
    "to call pg_switch_wal (GRANT EXECUTE ON FUNCTION pg_switch_wal() TO ...)": (
        "has_function_privilege('pg_switch_wal()', 'EXECUTE')"
    ),
    "wal_keep_size = 0 in the server's settings": "current_setting('wal_keep_size') = '0'",
    "track_activities, so that it can be seen who reads": "current_setting('track_activities')::bool",
}
_CURRENT = "pg_walfile_name(pg_current_wal_lsn())"


def lacks(db: PostgresDatabase) -> list[str]:
    """What of the server's rights and settings is missing for files to be let go of, in words."""
    there = db.row(f"SELECT {', '.join(_NEEDED.values())}") or ()
    return [
        f"a forgotten video would leave bytes in the server's log: this user needs {needed}"
        for needed, is_there in zip(_NEEDED, there, strict=True)
        if not is_there
    ]


def clear(db: PostgresDatabase) -> None:
    """Have nothing in the files of the log that was written before. Raises StoreError if the server does not let it."""
    if missing := lacks(db):
        raise StoreError(
            f"{db.name}: the video is forgotten, but {missing[0].partition(': ')[2]} for its bytes to go from the "
            "server's log; see docs/postgres.md, then run `passerby doctor --repair`"
        )
    _begin_file(db)
    db.run_outside("CHECKPOINT")
    first = db.value(f"SELECT {_CURRENT}")
    # Files that were let go of wait under later names, with what is in them, to be written to again: all of them, to
    # the end.
    waiting = db.value(f"SELECT count(*) FROM pg_ls_waldir() WHERE name > ? AND {_IS_FILE}", [first])
    for _ in range(waiting + 1):
        _begin_file(db)
    db.run_outside("CHECKPOINT")
    kept = db.value(f"SELECT min(name) FROM pg_ls_waldir() WHERE {_IS_FILE}")
    if kept < first:
        raise StoreError(
            f"{db.name}: the video is forgotten, but the server keeps {kept} and later files of its log, which have "
            "bytes of it: an archive or a replica has not had them yet; when it has, run `passerby doctor --repair`"
        )


def kept_elsewhere(db: PostgresDatabase) -> list[str]:
    """Who may have bytes of a forgotten video still: what was copied from the server before, in words."""
    archives, replicas = db.row(
        "SELECT current_setting('archive_mode') <> 'off', "
        "(SELECT count(*) FROM pg_stat_replication) + (SELECT count(*) FROM pg_replication_slots)"
    ) or (False, 0)
    found = ["backups of the database that were made before have it still: delete them, or let them expire"]
    if archives:
        found.append("the server archives its log, where it is still: delete what was archived before")
    if replicas:
        found.append(
            "replicas of the server get its removal, and keep their own old log until their next restart point"
        )
    return found


_IS_FILE = "name ~ '^[0-9A-F]{24}$'"


def _begin_file(db: PostgresDatabase) -> None:
    """End the file of the log that is written to: the rest of it is filled with noughts."""
    db.rows("SELECT pg_logical_emit_message(false, 'passerby', '')")  # else there may be nothing to end
    db.rows("SELECT pg_switch_wal()")
