"""What is asked of a database that a library is kept in."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol

from passerby.store.words.rows import IndexedWords

Row = tuple[Any, ...]


class SqlDatabase(Protocol):
    """A database: ``?`` in a statement stands for a value. Every failure is a StoreError."""

    @property
    def name(self) -> str:
        """Where it is, for messages."""

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        """All rows that ``sql`` gives."""

    def row(self, sql: str, values: Sequence[Any] = ()) -> Row | None:
        """The first row that ``sql`` gives, if any."""

    def value(self, sql: str, values: Sequence[Any] = ()) -> Any:
        """The first column of the first row, or None where there is none."""

    def batches(self, sql: str, values: Sequence[Any], size: int) -> Iterator[list[Row]]:
        """The rows that ``sql`` gives, ``size`` at a time, so that they need not all be in memory."""

    def insert(self, sql: str, values: Sequence[Any], number: str) -> int:
        """Run an INSERT of one row; its column ``number``, which the database fills."""

    def run_many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run ``sql`` once for each of ``rows``."""

    def among(self, values: Iterable[Any]) -> tuple[str, Any]:
        """What follows a column that is to be one of ``values``, and the value that belongs to it."""

    def now(self) -> float:
        """Seconds since 1970, by the clock that all have who use the database."""

    def alone(self, *subjects: str, beside: str = "") -> AbstractContextManager[None]:
        """All of the block or nothing of it; nobody else is in such a block about any of these subjects meanwhile.

        About what it is ``beside`` there may be others that are beside it too, and nobody who is alone with it.
        """

    def state(self, name: str) -> Any:
        """A number or a text that is kept of the whole library; None if it is gone."""

    def kept_state(self, value: Any) -> Any:
        """What a value of the table ``state`` stands for."""

    def set_state(self, name: str, value: int | str) -> None: ...

    def file_name(self, name: str) -> str | bytes:
        """The name of a file as the value of a column; ``file_names.unpack_file_name`` gives it back."""


class Eraser(Protocol):
    """What removes videos so that no byte is left."""

    def forget(self, video_id: str) -> None:
        """See VideoStore.forget."""

    def drop(self, video_id: str) -> None:
        """See VideoStore.drop."""

    def kept_elsewhere(self) -> list[str]:
        """See VideoStore.kept_elsewhere."""


class WordTable(Protocol):
    """Where the words of moments are, to be searched."""

    def stored(self, video: int) -> dict[int, IndexedWords]:
        """The words that each moment of a video (by its number) has, by the moment's id."""

    def replace(self, video: int, gone: Iterable[int], new: Sequence[tuple[int, IndexedWords]]) -> None:
        """Remove the rows of moments, and write new ones; within a transaction."""


class BlobTable(Protocol):
    """Where the bytes are that belong to a row and are no column of it for everybody: pictures of moments."""

    columns: Sequence[str]  # what ``load`` takes, of a row of records ...
    joined: str  # ... with this after its table ``{}``
    size: str  # how many bytes a row has

    def load(self, *cells: Any) -> bytes:
        """The bytes of a row."""

    def writing(self, video_id: str) -> AbstractContextManager[str]:
        """A transaction, alone with the video, in which bytes may be written; what ``write`` is to be given."""

    def write(self, place: str, result: int, blobs: Sequence[bytes]) -> tuple[Sequence[str], Sequence[Row]]:
        """Write the bytes of the rows of a result; the columns that lead to them, and each row's values of those."""

    def sweep(self) -> None:
        """Remove the bytes of rows that went."""


@dataclass(frozen=True, slots=True)
class TableLayout:
    """In what the tables of one kind of database differ from those of another."""

    has_video: bool  # whether rows of records and of moments have a column ``video``
    vector: Callable[[bytes], object]  # float16 in memory -> value of a column

    @property
    def of_video(self) -> str:
        """The condition that a record is of the video with the number ``?``."""
        return "video = ?" if self.has_video else "result IN (SELECT number FROM results WHERE video = ?)"

    @property
    def of_videos_moments(self) -> str:
        """The condition that a row is of a moment of the video with the number ``?``."""
        return "video = ?" if self.has_video else "moment IN (SELECT id FROM moments WHERE video = ?)"


@dataclass(frozen=True, slots=True)
class SqlTables:
    """The tables of a library in some database."""

    db: SqlDatabase
    words: WordTable
    blobs: BlobTable
    layout: TableLayout

    def insert(self, table: str, video: int, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Write rows that are of a video, or of its moments or results."""
        if self.layout.has_video:
            columns, rows = ["video", *columns], [(video, *row) for row in rows]
        places = ", ".join("?" * len(columns))
        self.db.run_many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})", rows)


def literally(text: str) -> str:
    """A text as LIKE has it with the sign ``!`` before what means more than itself."""
    return "".join(f"!{sign}" if sign in "!%_" else sign for sign in text)
