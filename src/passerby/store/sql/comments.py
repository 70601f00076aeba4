"""Comments and whom they mention, as rows."""

import secrets
import time
from collections.abc import Sequence

from passerby.errors import ForgottenError, UnknownError
from passerby.store.comments import CommentStore, StoredComment
from passerby.store.sql import video_rows
from passerby.store.sql.base import Row, SqlDatabase
from passerby.store.sql.video_rows import KEPT

_READ = (
    'SELECT comments.number, videos.id, comments.id, "user", start_pts, text, created, changed FROM comments '
    f"JOIN videos ON videos.number = comments.video WHERE {KEPT} AND"
)


class SqlComments(CommentStore):
    """See CommentStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    def put(self, video_id: str, user: str, text: str, start: int | None, mentions: Sequence[str]) -> str:
        comment, now = secrets.token_hex(8), time.time()
        with self._db.alone(f"video {video_id}"):
            if video_rows.find(self._db, video_id) is None:
                raise ForgottenError(f"video {video_id[:12]} is not in the library (any more)")
            number = self._db.insert(
                'INSERT INTO comments (id, video, "user", start_pts, text, created, changed) '
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [comment, video_rows.number_of(self._db, video_id), user, start, text, now, now],
                "number",
            )
            self._mention(number, mentions)
        return comment

    def change(self, comment: str, text: str, mentions: Sequence[str]) -> None:
        with self._db.alone(f"comment {comment}"):
            number, *_ = self._row(comment)
            self._db.rows("UPDATE comments SET text = ?, changed = ? WHERE number = ?", [text, time.time(), number])
            self._db.rows("DELETE FROM mentions WHERE comment = ?", [number])
            self._mention(number, mentions)

    def remove(self, comment: str) -> None:
        number, *_ = self._row(comment)
        self._db.rows("DELETE FROM comments WHERE number = ?", [number])

    def get(self, comment: str) -> StoredComment:
        return self._comment(self._row(comment))

    def of(self, video_id: str) -> list[StoredComment]:
        return [
            self._comment(row) for row in self._db.rows(f"{_READ} videos.id = ? ORDER BY comments.number", [video_id])
        ]

    def mentioning(self, user: str) -> list[tuple[str, StoredComment]]:
        rows = self._db.rows(
            f'{_READ} comments.number IN (SELECT comment FROM mentions WHERE "user" = ?) ORDER BY comments.number DESC',
            [user],
        )
        return [(row[1], self._comment(row)) for row in rows]

    def _row(self, comment: str) -> Row:
        row = self._db.row(f"{_READ} comments.id = ?", [comment])
        if row is None:
            raise UnknownError(f"there is no comment with the id {comment} (any more)")
        return row

    def _comment(self, row: Row) -> StoredComment:
        number, video, comment, user, start, text, created, changed = row
        names = self._db.rows('SELECT "user" FROM mentions WHERE comment = ? ORDER BY "user"', [number])
        return StoredComment(comment, video, user, start, text, created, changed, tuple(name for (name,) in names))

    def _mention(self, number: int, mentions: Sequence[str]) -> None:
        rows = [(number, name) for name in dict.fromkeys(mentions)]
        self._db.run_many('INSERT INTO mentions (comment, "user") VALUES (?, ?)', rows)
