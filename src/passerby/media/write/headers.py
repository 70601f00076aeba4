"""What decoders of sound need to begin with, and nothing else: no names of pieces and people in comment headers."""

import struct
from collections.abc import Callable, Mapping

# Bytes that such a header has at most, by codec, where none of it can be a text: MPEG-4's AudioSpecificConfig with SBR
# and PS; ALAC's with channels; MP3's in AVI and the like.
_MOST: Mapping[str, int] = {"aac": 7, "alac": 60, "mp3": 12, "ac3": 3, "eac3": 5}
_STREAMINFO = 34  # bytes of FLAC's first block, behind eight of its mark and head
_OPUS_PLAIN, _OPUS_MAPPED = 19, 21  # RFC 7845, 5.1: and a byte for each channel where they are mapped
_NO_COMMENTS = b"\x03vorbis" + struct.pack("<II", 0, 0) + b"\x01"  # Vorbis I specification, 5.2.1
_SHORT = 255
_FRAMED = frozenset({"mp2", "mp3"})  # packets that begin with a mark of their own
_TAGGED = _FRAMED | {"aac"}
_ID3_HEAD, _ID3_VERSIONS = 10, (b"\x02", b"\x03", b"\x04")  # id3.org, ID3v2.4.0 main structure, 3.1
_TAGS = (b"TAG", b"APETAGEX", b"LYRICS")


def sound_header(codec: str, header: bytes) -> bytes | None:
    """``header`` without texts; None where that cannot be made sure of, and the sound has to be encoded again."""
    if not header:
        return header
    if codec in _CLEANED:
        return _CLEANED[codec](header)
    return header if len(header) <= _MOST.get(codec, 0) else None


def without_tags(codec: str, data: bytes) -> bytes:
    """A packet of MPEG sound without tags, of pieces and people, before its frame or in its place.

    They are no sound, and decoders pass over them. Empty if nothing is left.
    """
    while codec in _TAGGED and data[:3] == b"ID3" and data[3:4] in _ID3_VERSIONS and len(data) >= _ID3_HEAD:
        size = 0
        for part in data[6:_ID3_HEAD]:
            size = size << 7 | part & 0x7F
        data = data[_ID3_HEAD + size :]
    return b"" if codec in _FRAMED and data.startswith(_TAGS) else data


def _opus(header: bytes) -> bytes | None:
    if header[:8] != b"OpusHead" or len(header) < _OPUS_PLAIN:
        return None
    return header[: _OPUS_MAPPED + header[9] if header[18] else _OPUS_PLAIN]


def _flac(header: bytes) -> bytes | None:
    """Its first block alone: comments and pictures are in others."""
    block = header[8:] if header[:4] == b"fLaC" else header
    return block[:_STREAMINFO] if len(block) >= _STREAMINFO else None


def _vorbis(header: bytes) -> bytes | None:
    """Its three packets, laced as in Matroska; the second, of comments, emptied."""
    packets = _laced(header)
    if packets is None or [packet[:7] for packet in packets] != [b"\x01vorbis", b"\x03vorbis", b"\x05vorbis"]:
        return None
    first, _, third = packets
    return b"\x02" + _lace(len(first)) + _lace(len(_NO_COMMENTS)) + first + _NO_COMMENTS + third


def _laced(header: bytes) -> list[bytes] | None:
    """The packets of a header of three, by their lengths in bytes that are added up while they are 255."""
    if header[:1] != b"\x02":
        return None
    at, lengths = 1, []
    for _ in range(2):
        length = 0
        while header[at : at + 1] == b"\xff":
            length, at = length + _SHORT, at + 1
        lengths.append(length + int.from_bytes(header[at : at + 1]))
        at += 1
    one, two = at + lengths[0], at + sum(lengths)
    return [header[at:one], header[one:two], header[two:]]


def _lace(length: int) -> bytes:
    return b"\xff" * (length // _SHORT) + bytes([length % _SHORT])


_CLEANED: Mapping[str, Callable[[bytes], bytes | None]] = {"flac": _flac, "opus": _opus, "vorbis": _vorbis}
