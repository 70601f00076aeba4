"""Playlists of HLS (RFC 8216): pieces of MPEG-TS or of fragmented MP4, encrypted with AES-128 or not at all."""

from urllib.parse import urljoin

from passerby.errors import NotVideoError, UsageError
from passerby.extras import needing
from passerby.streams.live_playlist import Fetch, PieceHead, PieceKey, PieceList, StreamPiece
from passerby.streams.stream_fetch import ByteRange

with needing("watch"):
    import m3u8

MOST_HEIGHT = 1080  # of the variant that is chosen, if there is one so small


class HlsPlaylist:
    """The media playlist at an address, or the best variant that a playlist of variants names."""

    def __init__(self, address: str) -> None:
        self._address = address

    def load(self, fetch: Fetch) -> PieceList:
        url, playlist = _parsed(self._address, fetch)
        if playlist.is_variant:
            self._address = urljoin(url, _variant(playlist))
            url, playlist = _parsed(self._address, fetch)
            if playlist.is_variant:
                raise NotVideoError("expected a playlist with pieces of video, found playlists of playlists")
        seconds = float(playlist.target_duration or 6)
        return PieceList(_pieces(url, playlist), bool(playlist.is_endlist), seconds)


def _parsed(address: str, fetch: Fetch) -> tuple[str, m3u8.M3U8]:
    url, content = fetch(address)
    text = content.decode("utf-8", "replace").removeprefix("\ufeff")
    if not text.lstrip().startswith("#EXTM3U"):
        raise NotVideoError("expected a playlist of HLS, found something else; check the address")
    try:
        return url, m3u8.loads(text)
    except Exception as error:  # what m3u8 raises for broken lines has no common class
        raise NotVideoError(f"expected a playlist of HLS, found one that cannot be read ({error})") from error


def _variant(playlist: m3u8.M3U8) -> str:
    """The largest up to a height, or else the smallest of all."""

    def order(each: m3u8.Playlist) -> tuple[bool, float]:
        info = each.stream_info
        height = info.resolution[1] if info.resolution else 0
        return height <= MOST_HEIGHT, info.bandwidth if height <= MOST_HEIGHT else -info.bandwidth

    found = [each for each in playlist.playlists if each.uri]
    if not found:
        raise NotVideoError("expected a playlist with variants of video, found none in it")
    return str(max(found, key=order).uri)


def _pieces(url: str, playlist: m3u8.M3U8) -> tuple[StreamPiece, ...]:
    first = int(playlist.media_sequence or 0)
    pieces: list[StreamPiece] = []
    at = 0  # where in a file the piece before ends
    for place, segment in enumerate(playlist.segments):
        if not segment.uri:
            continue
        span = _span(segment.byterange, at)
        at = 0 if span is None else span[0] + span[1]
        head = _head(url, segment.init_section)
        number = first + place
        is_other = bool(pieces) and pieces[-1].head != head
        pieces.append(
            StreamPiece(
                number, urljoin(url, segment.uri), span, head, _key(url, segment.key, number),
                breaks=bool(segment.discontinuity) or is_other,
            )
        )  # fmt: skip
    return tuple(pieces)


def _span(told: str | None, at: int) -> ByteRange | None:
    """``length@start``, or ``length`` from where the piece before ends."""
    if not told:
        return None
    length, _, start = told.partition("@")
    try:
        return int(start) if start else at, int(length)
    except ValueError as error:
        raise NotVideoError(f"expected a range of bytes in the playlist, found {told!r}") from error


def _head(url: str, section: m3u8.model.InitializationSection | None) -> PieceHead | None:
    if section is None or not section.uri:
        return None
    return PieceHead(urljoin(url, section.uri), _span(section.byterange, 0))


def _key(url: str, key: m3u8.Key | None, number: int) -> PieceKey | None:
    if key is None or key.method in (None, "NONE"):
        return None
    if key.method != "AES-128" or (key.keyformat or "identity") != "identity" or not key.uri:
        raise UsageError(f"expected a stream that is not encrypted, or with AES-128, found {key.method}")
    try:
        iv = int(key.iv, 16) if key.iv else number
        return PieceKey(urljoin(url, key.uri), iv.to_bytes(16, "big"))
    except (ValueError, OverflowError) as error:
        raise NotVideoError("expected an IV of 128 bits in the playlist, found another") from error
