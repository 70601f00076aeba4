"""What can be wrong with a library's folder, and putting it right, for ``passerby doctor``.

Others may be at work meanwhile. What takes more than one look (at rows, at a file) is looked at in a transaction, so
that nothing half done is taken for a fault, and in a short one, so that nobody waits for long.
"""

from collections.abc import Callable

from passerby.errors import StoreError
from passerby.store.health import Health, Problem
from passerby.store.sql import audit_log, files, words
from passerby.store.sql.base import Row
from passerby.store.sql.file_names import unpack_file_name
from passerby.store.sql.results import drop_described
from passerby.store.sqlite import erase, nearest, packs, permissions
from passerby.store.sqlite.database import Database
from passerby.store.sqlite.tables import tables_of

_REDO = "the stage is forgotten; run `passerby add` on the video again"


_Find = Callable[[Database], list[Problem]]


class SqliteHealth(Health):
    """See Health."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def check(self) -> list[Problem]:
        return _check(self._db)

    def repair(self) -> list[Problem]:
        return _repair(self._db)

    def keep_up(self) -> None:
        """Nothing: a search makes its cache anew when that is stale."""


def _check(db: Database) -> list[Problem]:
    broken = _damaged_pages(db)
    if broken:  # what the tables say cannot be trusted then
        return broken
    videos: tuple[_Find, ...] = (_dangling, _late, _unindexed, _wrong_words, _lost_packs, _loose_files, _unerased)
    checks = (*videos, _broken_log, _open_to_others)
    return [problem for find in checks for problem in find(db)]


def _repair(db: Database) -> list[Problem]:
    if not _damaged_pages(db):
        with db.transaction():
            _remove_dangling(db)
            for video, result, _ in _late_rows(db):
                drop_described(db, video)
                db.rows("DELETE FROM results WHERE number = ?", [result])
            for result, _ in _lost_rows(db):
                db.rows("DELETE FROM results WHERE number = ?", [result])
            _remake_words(db)
            nearest.remove_caches(db)
            packs.remove_orphans(db)
            files.remove_loose(db, db.blobs)
        packs.sweep(db)
        files.sweep(db, db.blobs)
        if erase.is_pending(db):
            erase.finish(db)
    return _check(db)


def _damaged_pages(db: Database) -> list[Problem]:
    remedy = "move library.db away and run `passerby add` on the videos again, or restore a backup"
    try:
        found = [str(text) for (text,) in db.rows("PRAGMA integrity_check(10)") if text != "ok"]
    except StoreError as error:
        found = [str(error)]
    return [Problem(f"the database is damaged: {text}", remedy, repairable=False) for text in found]


def _dangling(db: Database) -> list[Problem]:
    return [
        Problem(f"{table}: {count} rows belong to {parent} that are not there", "they are removed", repairable=True)
        for table, parent, count in db.rows(
            'SELECT "table", parent, count(*) FROM pragma_foreign_key_check GROUP BY "table", parent'
        )
    ]


def _remove_dangling(db: Database) -> None:
    for table, parent, column, key in db.rows(
        'SELECT DISTINCT bad."table", bad.parent, link."from", '
        'coalesce(link."to", (SELECT name FROM pragma_table_info(bad.parent) WHERE pk = 1)) '
        "FROM pragma_foreign_key_check AS bad "
        'JOIN pragma_foreign_key_list(bad."table") AS link ON link.id = bad.fkid'
    ):
        db.rows(f"DELETE FROM {table} WHERE {column} NOT IN (SELECT {key} FROM {parent})")


def _late_rows(db: Database) -> list[Row]:
    """Videos with moments outside of them: number, the result that made the moments, name."""
    return db.rows(
        "SELECT DISTINCT videos.number, moments.result, videos.name FROM moments "
        "JOIN videos ON videos.number = moments.video "
        "WHERE status <> 'incomplete' AND (start_pts < 0 OR end_pts > duration)"
    )


def _late(db: Database) -> list[Problem]:
    return [
        Problem(f"{unpack_file_name(name)}: moments outside of the video", _REDO, repairable=True)
        for _, _, name in _late_rows(db)
    ]


def _unindexed(db: Database) -> list[Problem]:
    try:
        db.rows("INSERT INTO words (words) VALUES ('integrity-check')")
    except StoreError as error:
        return [Problem(f"the index of words is damaged ({error})", "it is made anew", repairable=True)]
    return []


def _wrong_words(db: Database) -> list[Problem]:
    lost = db.value("SELECT count(*) FROM words WHERE rowid NOT IN (SELECT id FROM moments)")
    problems = [Problem(f"words of {lost} moments that are not there", "they are removed", repairable=True)] * bool(
        lost
    )
    for number, name in db.rows("SELECT number, name FROM videos ORDER BY number"):
        with db.transaction():
            right = tables_of(db).words.stored(number) == words.expected(tables_of(db), number)
        if not right:
            text = f"{unpack_file_name(name)}: its words are not what was found in it"
            problems.append(Problem(text, "they are made anew", repairable=True))
    return problems


def _remake_words(db: Database) -> None:
    db.rows("INSERT INTO words (words) VALUES ('rebuild')")
    db.rows("DELETE FROM words WHERE rowid NOT IN (SELECT id FROM moments)")
    for (number,) in db.rows("SELECT number FROM videos"):
        words.refresh(tables_of(db), number)


def _lost_rows(db: Database) -> list[Row]:
    """Packs of thumbnails that are not there or not whole: result, file."""
    rows = db.rows(
        "SELECT result, file, (SELECT sum(size_bytes) FROM thumbnails WHERE result = packs.result) FROM packs"
    )
    sizes = db.blobs.entries("thumbnails") if rows else {}
    return [(result, file) for result, file, size in rows if sizes.get(file) != size]


def _lost_packs(db: Database) -> list[Problem]:
    with db.transaction():
        lost = _lost_rows(db)
    return [Problem(f"{file}: thumbnails missing or not whole", _REDO, repairable=True) for _, file in lost]


def _loose_files(db: Database) -> list[Problem]:
    with db.transaction():
        loose, orphans, useless = files.loose(db, db.blobs), packs.orphans(db), nearest.useless(db)
    lost = [
        Problem(f"{db.blobs.location(name)}: belongs to no video", "it is removed", repairable=True) for name in orphans
    ]
    broken = [Problem(f"{path}: no whole cache", "it is removed and made anew", repairable=True) for path in useless]
    return loose + lost + broken


def _unerased(db: Database) -> list[Problem]:
    if not erase.is_pending(db):
        return []
    return [Problem("bytes of a forgotten video may be left", "they are erased", repairable=True)]


def _broken_log(db: Database) -> list[Problem]:
    fault = audit_log.fault(db)
    remedy = "somebody or something changed it: compare it with a backup; no command mends it"
    return [Problem(fault, remedy, repairable=False)] if fault else []


def _open_to_others(db: Database) -> list[Problem]:
    folder = db.path.parent
    found = permissions.open_parts(folder)
    if not found:
        return []
    names = ", ".join(str(path.relative_to(folder.parent)) for path in found)
    remedy = f"as their owner: chmod -R go-rwx {folder}; or move the library to a disk that keeps permissions"
    return [Problem(f"others on this machine can read {names}", remedy, repairable=False)]
