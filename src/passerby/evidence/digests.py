"""What is in a file, as two hashes that are read out of it at once, and written elsewhere on the way if wanted."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from passerby.errors import OutputError, UnreadableError
from passerby.files.content import BLOCK, FileState


@dataclass(frozen=True, slots=True)
class Digests:
    """Of all bytes of a file."""

    sha256: str  # in hex
    sha512: str
    size: int  # bytes


def digests(path: Path, copy_to: Path | None = None) -> Digests:
    """Read a file once; ``copy_to``, where nothing is yet, then has the same bytes, and they are on the disk.

    Raises UnreadableError when it cannot be read, or changed while it was read; OutputError when the copy cannot be
    written. What is left of a copy then is removed.
    """
    before = FileState.of(path)
    if copy_to is not None and copy_to.exists():
        raise OutputError(f"{copy_to}: expected nothing there yet, found a file; name another")
    try:
        found = _read(path, copy_to)
        after = FileState.of(path)
        if after != before or found.size != before.size_bytes:
            raise UnreadableError(
                f"{path}: expected a file that stays as it is while it is read, found one that changed (from "
                f"{before.size_bytes} to {after.size_bytes} bytes); take it again when it is complete"
            )
    except BaseException:
        if copy_to is not None:
            copy_to.unlink(missing_ok=True)
        raise
    return found


def _read(path: Path, copy_to: Path | None) -> Digests:
    first, second, size = hashlib.sha256(), hashlib.sha512(), 0
    with ThreadPoolExecutor(2) as hashing, _Copy(path, copy_to) as copy:  # hashing lets other threads run
        for block in _blocks(path):
            running = [hashing.submit(digest.update, block) for digest in (first, second)]
            copy.write(block)
            for one in running:
                one.result()
            size += len(block)
    return Digests(first.hexdigest(), second.hexdigest(), size)


def _blocks(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                yield block
    except OSError as error:
        raise UnreadableError(f"{path}: expected a file that can be read, found: {error.strerror}") from error


class _Copy:
    """Where the bytes go on the way; nowhere, if that is None."""

    def __init__(self, source: Path, path: Path | None) -> None:
        self._source, self._path = source, path
        self._file: BinaryIO | None = None

    def __enter__(self) -> _Copy:
        if self._path is not None:
            try:
                self._file = self._path.open("xb")
            except OSError as error:
                raise self._failed(error) from error
        return self

    def write(self, block: bytes) -> None:
        if self._file is not None:
            try:
                self._file.write(block)
            except OSError as error:
                raise self._failed(error) from error

    def __exit__(self, *raised: object) -> None:
        if self._file is None:
            return
        try:
            with self._file as file:
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise self._failed(error) from error

    def _failed(self, error: OSError) -> OutputError:
        return OutputError(f"{self._path}: the copy of {self._source.name} cannot be written: {error.strerror}")
