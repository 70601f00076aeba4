"""What a playlist of a stream names: pieces in their order, some seconds each, of which there are more with time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from passerby.streams.stream_fetch import ByteRange

MOST_PLAYLIST_BYTES = 4 << 20
Fetch = Callable[[str], tuple[str, bytes]]  # of a playlist: where it is in the end, and its bytes


@dataclass(frozen=True, slots=True)
class PieceKey:
    """With what a piece is encrypted: AES-128 in CBC."""

    url: str
    iv: bytes  # 16


@dataclass(frozen=True, slots=True)
class PieceHead:
    """What goes before pieces so that they can be read."""

    url: str
    span: ByteRange | None = None


@dataclass(frozen=True, slots=True)
class StreamPiece:
    """A segment."""

    number: int  # in the stream, rising
    url: str
    span: ByteRange | None = None
    head: PieceHead | None = None
    key: PieceKey | None = None
    breaks: bool = False  # time or form begin anew with it


@dataclass(frozen=True, slots=True)
class PieceList:
    """A playlist as it was when it was fetched."""

    pieces: tuple[StreamPiece, ...]
    is_over: bool  # no other piece will come
    seconds: float  # of a piece, about


class LivePlaylist(Protocol):
    """A playlist that is fetched again and again."""

    def load(self, fetch: Fetch) -> PieceList:
        """Raises UsageError, NotVideoError, UnreadableError."""
