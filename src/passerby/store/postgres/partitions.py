"""Tables in parts, and what goes with what: how the migrations of a library in PostgreSQL write them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


def goes_with(table: str, key: str, parent: str, of: str, video: str = "") -> str:
    """What has rows of ``table`` removed with the row of ``parent`` whose column ``of`` is in their column ``key``.

    ``video`` is the column of ``parent`` with the number of the video, if both have one.
    """
    columns = ", ".join(f"'{name}'" for name in (table, key, of, *[video] * bool(video)))
    return (
        f"CREATE TRIGGER {table}_go AFTER DELETE ON {parent} REFERENCING OLD TABLE AS gone "
        f"FOR EACH STATEMENT EXECUTE FUNCTION remove_with({columns})"
    )


@dataclass(frozen=True, slots=True)
class Partitioned:
    """A table whose rows belong to videos: it has a column ``video`` besides those named here, and so many parts.

    ``keys`` are lists of columns that are there once only, ``indexes`` other lists of columns that are looked for.
    Rows go with those of ``parent`` that they belong to.
    """

    name: str
    columns: Sequence[str]  # as in CREATE TABLE
    parent: Literal["videos", "results", "moments"]
    keys: Sequence[str] = ()
    indexes: Sequence[str] = ()

    def statements(self, parts: int) -> list[str]:
        """What makes it."""
        columns = ", ".join(["video bigint NOT NULL", *self.columns])
        made = [f"CREATE TABLE {self.name} ({columns}) PARTITION BY HASH (video)"]
        for part in range(parts):
            of = f"FOR VALUES WITH (MODULUS {parts}, REMAINDER {part})"
            made.append(f"CREATE TABLE {self.name}_{part} PARTITION OF {self.name} {of}")
        made += [f"CREATE UNIQUE INDEX ON {self.name} ({key})" for key in self.keys]
        made += [f"CREATE INDEX ON {self.name} ({columns})" for columns in self.indexes]
        if self.parent == "videos":
            return [*made, goes_with(self.name, "video", self.parent, "number")]
        key, of = ("result", "number") if self.parent == "results" else ("moment", "id")
        return [*made, goes_with(self.name, key, self.parent, of, "video")]


TEXT = 'text COLLATE "C" NOT NULL'  # compared byte by byte, as SQLite does
