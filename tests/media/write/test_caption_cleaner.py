"""Of captions a copy has what is shown; whatever else their formats hold is gone."""

import struct

import pytest

from passerby.media.write.caption_cleaner import CaptionCleaner

ASS = """[Script Info]
; PLANTED comment
Title: PLANTED-TITLE
Original Script: PLANTED-AUTHOR
ScriptType: v4.00+
PlayResX: 384
YCbCr Matrix: TV.709
Collisions: PLANTED

[Aegisub Project Garbage]
Video File: C:/Users/PLANTED-USER/march.mp4

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, Bold, PLANTED
Style: Default,Arial,20,&H00FFFFFF,0,1
Style: PLANTED-SPEAKER,Arial,20,&H0000FFFF,-1,PLANTED

[Fonts]
fontname: PLANTED.ttf

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Comment: 0,0:00:00.00,0:00:05.00,Default,,0,0,0,,PLANTED-NOTE
"""


def test_the_header_of_ass_keeps_styles_and_nothing_of_who_made_it() -> None:
    header = CaptionCleaner("ass", ASS.encode()).header.decode()
    assert "PLANTED" not in header
    for line in ("ScriptType: v4.00+", "PlayResX: 384", "YCbCr Matrix: TV.709"):
        assert line in header
    assert "Style: Default,Arial,20,&H00FFFFFF,0,1\nStyle: Style2,Arial,20,&H0000FFFF,-1,0" in header
    assert header.endswith("Effect, Text\n")


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("0,0,Default,PLANTED-ACTOR,0,0,0,,plain, words", "0,0,Default,,0,0,0,,plain, words"),
        ("1,0,PLANTED-SPEAKER,,0,0,0,PLANTED,words", "1,0,Style2,,0,0,0,,words"),
        ("2,0,*Default,,0010,0,0,Banner;5;0,words", "2,0,Default,,0010,0,0,Banner;5;0,words"),
        (r"3,0,Default,,0,0,0,,a{PLANTED}b{\i1 PLANTED}c{\i0}", r"3,0,Default,,0,0,0,,abc{\i0}"),
        (r"4,0,Default,,0,0,0,,{\pos(1,2)\c&H00FF00&\fs20}x", r"4,0,Default,,0,0,0,,{\pos(1,2)\c&H00FF00&\fs20}x"),
        (
            r"5,0,Default,,0,0,0,,{\rPLANTED-SPEAKER}x{\rPLANTED}y{\fnPLANTED}z",
            r"5,0,Default,,0,0,0,,{\rStyle2}x{\r}yz",
        ),
        ("PLANTED,PLANTED,Default,,PLANTED,0,0,,words", "0,0,Default,,0,0,0,,words"),
        ("PLANTED", ""),
    ],
)
def test_a_line_of_ass_keeps_its_words_and_how_they_look(line: str, shown: str) -> None:
    assert CaptionCleaner("ass", ASS.encode()).cue(line.encode()).decode() == shown


@pytest.mark.parametrize("codec", ["subrip", "webvtt"])
def test_words_keep_how_they_look_and_lose_who_says_them(codec: str) -> None:
    captions = CaptionCleaner(codec, b"WEBVTT\n\nNOTE PLANTED\n\nSTYLE\n::cue(v[voice=PLANTED]) {}\n")
    assert captions.header == b""
    text = "<v PLANTED>hello</v> <i>there</i> <!-- PLANTED -->{PLANTED}{\\an8}<c.PLANTED>1 < 2 > 0</c>\nnext"
    assert captions.cue(text.encode()) == b"hello <i>there</i> {\\an8}1 < 2 > 0\nnext"


def test_mov_text_keeps_words_and_styles_and_loses_links_and_font_names() -> None:
    head = bytes(range(30))
    header = CaptionCleaner("mov_text", head + struct.pack(">I4sHHB7s", 20, b"ftab", 1, 1, 7, b"PLANTED")).header
    assert header[:30] == head
    assert header.endswith(b"\x05Serif")
    assert len(CaptionCleaner("mov_text", b"").header) == 48
    styles = struct.pack(">I4sH12s", 22, b"styl", 1, b"012345678901")
    link = struct.pack(">I4s7s", 15, b"href", b"PLANTED")
    captions = CaptionCleaner("mov_text", head)
    assert captions.cue(b"\0\x05words" + link + styles + b"PLANTED") == b"\0\x05words" + styles
    assert captions.cue(b"\0\0") == b"\0\0"


def test_headers_of_pictures_keep_size_and_colours() -> None:
    header = b"# PLANTED\nsize: 720x576\npalette: 000000, ffffff, PLANTED\npalette: 000000, ffffff\nid: PLANTED\n"
    assert CaptionCleaner("dvd_subtitle", header).header == b"size: 720x576\npalette: 000000, ffffff\n"
    assert CaptionCleaner("dvb_subtitle", b"\0\1\0\2\x10").header == b"\0\1\0\2\x10"
    assert CaptionCleaner("hdmv_pgs_subtitle", b"PLANTED").header == b""
    assert CaptionCleaner("hdmv_pgs_subtitle", b"").cue(b"picture") == b"picture"
