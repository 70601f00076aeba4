"""Several files as one: names that are free in a ZIP, and a ZIP that is written while it is sent."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile

from passerby.object_storage.bucket import StoredObject

PIECE = 1 << 20  # bytes that are read at once


def free_name(name: str, owner: str, taken: set[str]) -> str:
    """A name that no other file in an archive has, which is ``taken`` from then on; ``owner`` is an id."""
    free = name if name.casefold() not in taken else f"{owner[:12]}-{name}"
    taken.add(free.casefold())
    return free


def zip_pieces(files: Iterable[tuple[str, Path | StoredObject]]) -> Iterator[bytes]:
    """A ZIP of files, with the names that they have in it, piece by piece. Films are not made smaller.

    Raises OSError or ObjectStorageError in the middle where one is gone by then: what was sent is no whole ZIP.
    """
    written = _Written()
    with ZipFile(written, "w", ZIP_STORED) as archive:
        for name, file in files:
            with archive.open(name, "w", force_zip64=True) as entry:
                for piece in _pieces(file):
                    entry.write(piece)
                    yield written.take()
    yield written.take()


class _Written:
    """A file that is written once and cannot be gone back in: what is new in it is taken out."""

    def __init__(self) -> None:
        self._new = bytearray()

    def write(self, piece: bytes) -> int:
        self._new += piece
        return len(piece)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """There is nothing to close."""

    def take(self) -> bytes:
        taken = bytes(self._new)
        self._new.clear()
        return taken


def _pieces(file: Path | StoredObject) -> Iterator[bytes]:
    if isinstance(file, StoredObject):
        yield from file.blocks(0, file.state.size_bytes)
        return
    with file.open("rb") as opened:
        yield from iter(lambda: opened.read(PIECE), b"")
