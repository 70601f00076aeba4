"""The tables of a library in PostgreSQL."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from passerby.store.postgres.database import PostgresDatabase
from passerby.store.postgres.halfvecs import halfvec
from passerby.store.postgres.words import PostgresWords
from passerby.store.sql.base import BlobTable, Row, SqlTables, TableLayout

_LAYOUT = TableLayout(has_video=True, vector=halfvec)


def tables_of(db: PostgresDatabase) -> SqlTables:
    return SqlTables(db, PostgresWords(db), ContentColumn(db), _LAYOUT)


class ContentColumn(BlobTable):
    """Pictures of moments in a column of their rows, which PostgreSQL keeps apart from the others. See BlobTable."""

    columns = ("{}.content",)
    joined = ""
    size = "octet_length(content)"

    def __init__(self, db: PostgresDatabase) -> None:
        self._db = db

    def load(self, *cells: Any) -> bytes:
        return bytes(*cells)

    @contextmanager
    def writing(self, video_id: str) -> Iterator[str]:
        with self._db.alone(f"video {video_id}", beside="lessons"):
            yield ""

    def write(self, place: str, result: int, blobs: Sequence[bytes]) -> tuple[Sequence[str], Sequence[Row]]:
        return ("content",), [(blob,) for blob in blobs]

    def sweep(self) -> None:
        """Nothing: bytes are in the rows that go."""
