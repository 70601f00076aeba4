"""What can be wrong with a library in PostgreSQL, and putting it right, for ``passerby doctor``."""

from collections.abc import Callable

from passerby.store.health import Health, Problem
from passerby.store.postgres import vector_indexes
from passerby.store.postgres.blobs import kept_blobs
from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.erase import PostgresEraser
from passerby.store.postgres.tables import tables_of
from passerby.store.postgres.words import PostgresWords
from passerby.store.sql import audit_log, files, words
from passerby.store.sql.base import Row
from passerby.store.sql.file_names import unpack_file_name
from passerby.store.sql.results import drop_described

_REDO = "the stage is forgotten; run `passerby add` on the video again"


class PostgresHealth(Health):
    """See Health."""

    def __init__(self, db: PostgresDatabase, eraser: PostgresEraser) -> None:
        self._db, self._eraser = db, eraser

    def check(self) -> list[Problem]:
        checks: tuple[Callable[[], list[Problem]], ...] = (
            self._late, self._wrong_words, self._loose_files, self._unerased, self._unable_to_erase, self._broken_log,
        )  # fmt: skip
        return [problem for find in checks for problem in find()]

    def repair(self) -> list[Problem]:
        for video, video_id, result, _ in self._late_rows():
            with self._db.alone(f"video {video_id}"):
                drop_described(self._db, video)
                self._db.rows("DELETE FROM results WHERE number = ?", [result])
        for video, video_id, _ in self._videos_with_wrong_words():
            with self._db.alone(f"video {video_id}"):
                words.refresh(tables_of(self._db), video)
                PostgresWords(self._db).index(video)
        if self._db.state("blobs"):
            files.remove_loose(self._db, kept_blobs(self._db))
        self.keep_up()
        if self._eraser.is_pending():
            self._eraser.finish()
        return self.check()

    def keep_up(self) -> None:
        vector_indexes.keep_up(self._db)

    def _late_rows(self) -> list[Row]:
        """Videos with moments outside of them: number, id, the result that made the moments, name."""
        return self._db.rows(
            "SELECT DISTINCT videos.number, videos.id, moments.result, videos.name FROM moments "
            "JOIN videos ON videos.number = moments.video "
            "WHERE status <> 'incomplete' AND (start_pts < 0 OR end_pts > duration)"
        )

    def _late(self) -> list[Problem]:
        return [
            Problem(f"{unpack_file_name(name)}: moments outside of the video", _REDO, repairable=True)
            for *_, name in self._late_rows()
        ]

    def _videos_with_wrong_words(self) -> list[Row]:
        wrong = []
        for row in self._db.rows("SELECT number, id, name FROM videos ORDER BY number"):
            with self._db.alone(f"video {row[1]}"):
                tables = tables_of(self._db)
                right = tables.words.stored(row[0]) == words.expected(tables, row[0])
                if not (right and PostgresWords(self._db).is_indexed(row[0])):
                    wrong.append(row)
        return wrong

    def _wrong_words(self) -> list[Problem]:
        return [
            Problem(
                f"{unpack_file_name(name)}: its words are not what was found in it",
                "they are made anew",
                repairable=True,
            )
            for *_, name in self._videos_with_wrong_words()
        ]

    def _loose_files(self) -> list[Problem]:
        return files.loose(self._db, kept_blobs(self._db)) if self._db.state("blobs") else []

    def _unerased(self) -> list[Problem]:
        if not self._eraser.is_pending():
            return []
        return [Problem("bytes of a forgotten video may be left", "they are erased", repairable=True)]

    def _unable_to_erase(self) -> list[Problem]:
        return [
            Problem(text, "docs/postgres.md says what is needed", repairable=False) for text in self._eraser.lacks()
        ]

    def _broken_log(self) -> list[Problem]:
        fault = audit_log.fault(self._db)
        remedy = "somebody or something changed it: compare it with a backup; no command mends it"
        return [Problem(fault, remedy, repairable=False)] if fault else []
