"""Pieces that a playlist names, one after the other, as bytes of one stream."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise

from passerby.errors import NotVideoError, UnreadableError, UsageError
from passerby.extras import needing
from passerby.media.read.live import LiveInput, open_bytes
from passerby.streams.live_playlist import MOST_PLAYLIST_BYTES, LivePlaylist, PieceHead, PieceList, StreamPiece
from passerby.streams.stream_fetch import StreamFetcher

with needing("watch"):
    from cryptography.hazmat.primitives.ciphers import Cipher
    from cryptography.hazmat.primitives.ciphers.algorithms import AES
    from cryptography.hazmat.primitives.ciphers.modes import CBC
    from cryptography.hazmat.primitives.padding import PKCS7

MOST_PIECE_BYTES = 256 << 20
_KEY_BYTES, _BLOCK_BITS = 16, 128
_BEHIND = 3  # pieces before the end of a stream that goes on, with which reading begins
_LONGEST_WAIT = 5.0  # seconds from one look at a playlist to the next
_SHORTEST_WAIT = 0.2


class PieceStream:
    """A stream over http(s) in pieces. Each part of it, up to where its time breaks off, is opened for itself."""

    def __init__(self, playlist: LivePlaylist, fetcher: StreamFetcher, silence: float) -> None:
        """``silence``: seconds that no piece may be new before the stream is lost."""
        self._playlist, self._fetcher, self._silence = playlist, fetcher, silence
        self._list: PieceList | None = None
        self._next = -1  # the number of the piece that is read next
        self._keys: dict[str, bytes] = {}
        self.goes_on = False  # whether another part follows at once

    @contextmanager
    def open(self, ended: threading.Event) -> Iterator[LiveInput]:
        """The part that comes next. Raises as ``open_bytes``, and as a fetcher does."""
        self.goes_on = False
        if self._list is not None and self._list.is_over:
            self._list = None
        if self.follow(ended) is None:
            raise UnreadableError("the stream is at its end, and nothing new has come")
        with open_bytes(_PartBytes(self, ended)) as live:
            yield live

    def close(self) -> None:
        self._fetcher.close()

    def follow(self, ended: threading.Event) -> StreamPiece | None:
        """The piece that comes next, waited for; None if none will, or once it is to end. Raises PasserbyError."""
        waited = 0.0
        while not ended.is_set():
            found = self._found()
            if found is not None:
                return found
            if self._list is not None and self._list.is_over:
                return None
            if waited > self._silence:
                raise UnreadableError(f"the playlist has named nothing new for {self._silence:g} s")
            self._list = self._playlist.load(lambda url: self._fetcher.fetch(url, MOST_PLAYLIST_BYTES, ended))
            if self._next < 0:
                self._next = _start(self._list)
            if self._found() is None:
                pause = min(max(self._list.seconds / 4, _SHORTEST_WAIT), _LONGEST_WAIT)
                waited += pause
                ended.wait(pause)
        return None

    def took(self, piece: StreamPiece) -> None:
        """It was read, or never will be."""
        self._next = piece.number + 1

    def content(self, piece: StreamPiece, ended: threading.Event) -> bytes:
        """The bytes of a piece, decrypted."""
        _, found = self._fetcher.fetch(piece.url, MOST_PIECE_BYTES, ended, piece.span)
        if piece.key is None or ended.is_set():
            return found
        if piece.key.url not in self._keys:
            _, key = self._fetcher.fetch(piece.key.url, _KEY_BYTES, ended)
            if len(key) != _KEY_BYTES:
                raise UsageError(f"expected a key of {_KEY_BYTES} bytes, found {len(key)}")
            self._keys = {piece.key.url: key}
        return _decrypted(found, self._keys[piece.key.url], piece.key.iv)

    def head(self, head: PieceHead, ended: threading.Event) -> bytes:
        return self._fetcher.fetch(head.url, MOST_PIECE_BYTES, ended, head.span)[1]

    def _found(self) -> StreamPiece | None:
        """The first piece of the playlist that was not read."""
        if self._list is None:
            return None
        # Its numbers begin anew; a server with many machines may give a playlist that is a little older.
        numbers = [piece.number for piece in self._list.pieces]
        step = max((after - before for before, after in pairwise(numbers)), default=1)
        if numbers and numbers[-1] + 1 + _BEHIND * step < self._next:
            self._next = _start(self._list)
        return next((piece for piece in self._list.pieces if piece.number >= self._next), None)


class _PartBytes:
    """The bytes of one part."""

    def __init__(self, stream: PieceStream, ended: threading.Event) -> None:
        self._stream, self._ended = stream, ended
        self._rest = memoryview(b"")
        self._last: StreamPiece | None = None

    def read(self, size: int, /) -> bytes:
        while not self._rest:
            piece = self._stream.follow(self._ended)
            if piece is None:
                return b""
            if self._last is not None and (piece.breaks or piece.head != self._last.head):
                self._stream.goes_on = True
                return b""
            self._rest = memoryview(self._bytes(piece))
            if self._ended.is_set():
                return b""
        found, self._rest = bytes(self._rest[:size]), self._rest[size:]
        return found

    def _bytes(self, piece: StreamPiece) -> bytes:
        is_first, self._last = self._last is None, piece
        self._stream.took(piece)
        head = self._stream.head(piece.head, self._ended) if is_first and piece.head else b""
        return head + self._stream.content(piece, self._ended)


def _start(found: PieceList) -> int:
    """The number of the piece with which to begin: near the end of a stream that goes on."""
    if not found.pieces:
        return -1
    return found.pieces[0 if found.is_over else max(len(found.pieces) - _BEHIND, 0)].number


def _decrypted(content: bytes, key: bytes, iv: bytes) -> bytes:
    decryptor, unpadder = Cipher(AES(key), CBC(iv)).decryptor(), PKCS7(_BLOCK_BITS).unpadder()
    try:
        plain = decryptor.update(content) + decryptor.finalize()
        return unpadder.update(plain) + unpadder.finalize()
    except ValueError as error:
        raise NotVideoError("a piece of the stream cannot be decrypted; its key is another one") from error
