"""Headers of sound hold no texts; where that is not sure the sound is encoded again."""

import struct

import pytest

from passerby.media.write.headers import sound_header, without_tags

OPUS = b"OpusHead\x01\x02\x38\x01\x80\xbb\0\0\0\0\0"


def vorbis(comments: bytes) -> bytes:
    first, third = b"\x01vorbis" + bytes(23), b"\x05vorbis" + bytes(2000)
    second = b"\x03vorbis" + comments
    lace = b"".join(b"\xff" * (len(part) // 255) + bytes([len(part) % 255]) for part in (first, second))
    return b"\x02" + lace + first + second + third


@pytest.mark.parametrize("length", [0, 18, 300, 70_000])
def test_comments_of_vorbis_are_emptied_and_the_rest_stays(length: int) -> None:
    planted = struct.pack("<I", length) + b"P" * length + struct.pack("<I", 0) + b"\x01"
    cleaned = sound_header("vorbis", vorbis(planted))
    assert cleaned == vorbis(bytes(8) + b"\x01")


@pytest.mark.parametrize("header", [b"PLANTED", b"\x02", b"\x02\x1e\x10" + b"PLANTED" * 20, b"\x02\xff"])
def test_vorbis_that_cannot_be_read_is_encoded_again(header: bytes) -> None:
    assert sound_header("vorbis", header) is None


def test_what_follows_the_header_of_opus_and_flac_is_left_out() -> None:
    assert sound_header("opus", OPUS + b"OpusTags PLANTED") == OPUS
    mapped = OPUS[:9] + b"\x06" + OPUS[10:18] + b"\x01" + bytes(8)
    assert sound_header("opus", mapped + b"PLANTED") == mapped
    assert sound_header("opus", b"PLANTED") is None
    info = bytes(range(34))
    assert sound_header("flac", b"fLaC\0\0\0\x22" + info + b"\x84\0\0\x07PLANTED") == info
    assert sound_header("flac", info) == info
    assert sound_header("flac", b"PLANTED") is None


def test_headers_too_short_for_a_text_stay_and_longer_ones_are_not_trusted() -> None:
    assert sound_header("aac", b"\x11\x90V\xe5\x00") == b"\x11\x90V\xe5\x00"
    assert sound_header("aac", b"\x11\x90V\xe5\x00PLANTED") is None
    assert sound_header("dts", b"PLANTED") is None
    assert sound_header("dts", b"") == b""


def id3(size: int) -> bytes:
    return b"ID3\x04\0\0" + bytes([0, 0, size >> 7, size & 0x7F]) + b"P" * size


@pytest.mark.parametrize("codec", ["mp3", "mp2", "aac"])
def test_tags_before_frames_of_sound_are_left_out(codec: str) -> None:
    frame = b"\xff\xfb\x90\x64sound"
    assert without_tags(codec, id3(7) + id3(300) + frame) == frame
    assert without_tags(codec, id3(7)) == b""
    assert without_tags(codec, frame) == frame
    assert without_tags("ac3", id3(7)) == id3(7)


def test_tags_in_place_of_frames_are_left_out_where_no_frame_can_begin_so() -> None:
    for tag in (b"TAG" + b"P" * 125, b"APETAGEX" + b"P" * 30, b"LYRICSBEGIN"):
        assert without_tags("mp3", tag) == b""
        assert without_tags("aac", tag) == tag
