"""The bytes of an upload in a bucket: one object a piece, named by where in the upload it begins.

So any server can take in the next piece. A piece is written only where there is none, by which of two servers that do
so at once one is refused by the store itself.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from passerby.errors import (
    BusyUploadError,
    ChangedObjectError,
    MissingObjectError,
    OffsetError,
    StoreError,
    UsageError,
)
from passerby.object_storage.bucket import PART, Bucket, ObjectState
from passerby.store.blobs.base import ReceivedBytes

_INFO, _PIECES = "info.json", "pieces"
_DIGITS = 20  # of where a piece begins, so that they are listed in order


class PieceObjects(ReceivedBytes):
    """See ReceivedBytes."""

    moves_at_once = False

    def __init__(self, bucket: Bucket, upload: str, originals: str) -> None:
        """``upload`` is how the keys of all its objects begin."""
        self._bucket = bucket
        self._upload = upload
        self._originals = originals

    def begin(self, told: str) -> None:
        self._bucket.put(f"{self._upload}/{_INFO}", told.encode(), new_only=True)

    def told(self) -> str:
        try:
            size = self._bucket.state(f"{self._upload}/{_INFO}").size_bytes
            return self._bucket.read(f"{self._upload}/{_INFO}", 0, size).decode()
        except MissingObjectError as error:
            raise FileNotFoundError(str(error)) from error

    def size(self) -> int:
        return sum(state.size_bytes for _, state in self._pieces())

    def changed(self) -> float:
        """A piece may have come a second later than this tells."""
        try:
            times = [self._bucket.state(f"{self._upload}/{_INFO}"), *(state for _, state in self._pieces())]
        except MissingObjectError as error:
            raise FileNotFoundError(str(error)) from error
        return float(max(state.modified for state in times))

    @contextmanager
    def appending(self, offset: int, *, keeps_parts: bool) -> Iterator["_PieceWriter"]:
        self.told()  # an upload that was given up takes nothing more in
        at = self.size()
        if at != offset:
            raise OffsetError(f"expected bytes from {at} on, found some from {offset} on")
        writer = _PieceWriter(self._bucket, self._piece, offset)
        try:
            yield writer
            writer.flush()
        except UsageError:
            writer.undo()
            raise
        except BaseException:
            if keeps_parts:
                writer.flush()
            else:
                writer.undo()
            raise

    def become(self, name: str, size: int, written: int) -> None:
        key = f"{self._originals}/{self._upload.rpartition('/')[2]}/{name}"
        try:
            if self._bucket.state(key).size_bytes == size:
                return
        except MissingObjectError:  # the usual case
            pieces = list(self._pieces())
        found = sum(state.size_bytes for _, state in pieces)
        if found != size:
            raise StoreError(f"{name}: expected {size} bytes of an upload, found {found}; send it again") from None
        blocks = (block for key, state in pieces for block in self._bucket.blocks(key, 0, state.size_bytes, state.tag))
        self._bucket.put_blocks(key, blocks, size, written)

    def _pieces(self) -> Iterator[tuple[str, ObjectState]]:
        """Those that lie end to end, from the first byte on."""
        at = 0
        for key, state in self._bucket.states(f"{self._upload}/{_PIECES}/"):
            if key != self._piece(at):
                return
            yield key, state
            at += state.size_bytes

    def _piece(self, at: int) -> str:
        return f"{self._upload}/{_PIECES}/{at:0{_DIGITS}}"


class _PieceWriter:
    """See PieceWriter. What is not written yet is in memory: a piece at most."""

    def __init__(self, bucket: Bucket, piece: Callable[[int], str], offset: int) -> None:
        self._bucket = bucket
        self._piece = piece
        self._end = offset  # of what is written
        self._waiting = bytearray()
        self._written: list[str] = []

    def write(self, piece: bytes) -> None:
        self._waiting += piece
        while len(self._waiting) >= PART:
            self._put(bytes(self._waiting[:PART]))

    def flush(self) -> None:
        if self._waiting:
            self._put(bytes(self._waiting))

    def undo(self) -> None:
        """Remove what this request has written, the last first: what stays in between has no gap."""
        for key in reversed(self._written):
            self._bucket.remove(key)

    def _put(self, content: bytes) -> None:
        key = self._piece(self._end)
        try:
            self._bucket.put(key, content, new_only=True)
        except ChangedObjectError as error:
            raise BusyUploadError("bytes of this upload are being received; try again in a moment") from error
        self._written.append(key)
        self._end += len(content)
        del self._waiting[: len(content)]
