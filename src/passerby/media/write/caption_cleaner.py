"""Captions as players show them: without titles, paths, notes and names in what is not shown.

Beside the words on screen only what is known to be shown goes into a copy; all else is left out.
"""

import re
import struct
from collections.abc import Callable, Mapping

# Kinds that are words; the others are pictures of words.
TEXTS = frozenset({"ass", "mov_text", "subrip", "webvtt"})

_TAG = re.compile(r"</?([a-zA-Z!][^<>]*)>")
_SHOWN_TAGS = {"b", "i", "u", "s"}
_COMMENT = re.compile(r"\{[^{}\\]*\}")  # in braces: no override, and not shown

_SCRIPT_VALUE = re.compile(
    r"v4\.00\+{0,2}|[\d.]+%?|yes|no|normal|reverse|none|(tv|pc)\.(601|709|240m|fcc)", re.IGNORECASE
)
_SCRIPT_KEYS = {
    "scripttype", "playresx", "playresy", "layoutresx", "layoutresy", "wrapstyle", "timer", "collisions",
    "scaledborderandshadow", "ycbcr matrix", "kerning",
}  # fmt: skip
_STYLE_FIELDS = {
    "name", "fontname", "fontsize", "primarycolour", "secondarycolour", "tertiarycolour", "outlinecolour", "backcolour",
    "bold", "italic", "underline", "strikeout", "scalex", "scaley", "spacing", "angle", "borderstyle", "outline",
    "shadow", "alignment", "marginl", "marginr", "marginv", "alphalevel", "encoding",
}  # fmt: skip
_STYLE_VALUE = re.compile(r"[&H]{0,2}[0-9A-F.+-]{1,12}&?", re.IGNORECASE)
_EVENTS = "[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
_EFFECT = re.compile(r"(banner|scroll up|scroll down);[\d;]*", re.IGNORECASE)
_ASS_FIELDS = 9  # of a line in a file of its own packet: number, layer, style, name, three margins, effect, text
_OVERRIDES = re.compile(r"\{([^{}]*)\}")
_OVERRIDE = re.compile(r"\\[^\\{}]*")
# Numbers and colours; shapes to clip by; what becomes of a style over time is left out.
_SHOWN_OVERRIDE = re.compile(
    r"\\(?:[1-4]?(?:c|a)|alpha|an?|b|be|blur|[xy]?bord|[xy]?shad|fade?|fa[xy]|fe|fr[xyz]?|fs|fsc[xy]|fsp|i|k[fo]?|K|move|"
    r"org|p|pbo|pos|q|s|u|i?clip)\(?[\d.,&Hh+\-A-Fa-fmnlsbpc ]{0,400}\)?"
)

_MOV_HEAD = 30  # bytes of how the words look, before the table of fonts: 3GPP TS 26.245, 5.16
_MOV_USUAL = struct.pack(">I2b4B4h2hH2B4B", 0, 1, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 18, 255, 255, 255, 255)
_MOV_FONTS = struct.pack(">I4sHHB5s", 18, b"ftab", 1, 1, 5, b"Serif")
_DVD_LINE = re.compile(r"(size: *\d+x\d+|palette:[ 0-9a-fA-F,]+)\s*$")
_DVB_MOST = 8  # bytes: the numbers of two pages and a kind


class CaptionCleaner:
    """Cleans the header of one stream of captions, then its packets."""

    def __init__(self, codec: str, header: bytes) -> None:
        self._styles: dict[str, str] = {}
        self._clean = _CUES.get(codec)
        cleaned = {"ass": self._ass_header, "mov_text": _mov_header, "dvd_subtitle": _dvd_header}.get(codec)
        if cleaned is not None:
            self.header = cleaned(header)
        else:
            self.header = header if codec == "dvb_subtitle" and len(header) <= _DVB_MOST else b""

    def cue(self, data: bytes) -> bytes:
        """What is shown of a packet; nothing of one that cannot be read."""
        return data if self._clean is None else self._clean(data, self._styles)

    def _ass_header(self, header: bytes) -> bytes:
        script, styles, section = [], [], ""
        for line in (line.strip() for line in header.decode("utf-8", "replace").splitlines()):
            name, _, value = (part.strip() for part in line.partition(":"))
            if line.startswith("["):
                section = line.lower()
            elif section == "[script info]" and name.lower() in _SCRIPT_KEYS and _SCRIPT_VALUE.fullmatch(value):
                script.append(f"{name}: {value}")
            elif section.startswith("[v4") and name.lower() in ("format", "style"):
                styles.append((name.lower(), [field.strip() for field in value.split(",")]))
        kind = "[V4+ Styles]"
        return "\n".join(["[Script Info]", *script, "", kind, *self._style_lines(styles), "", _EVENTS]).encode()

    def _style_lines(self, lines: list[tuple[str, list[str]]]) -> list[str]:
        made, fields = [], list[str]()
        for name, values in lines:
            if name == "format":
                fields = [value if value.lower() in _STYLE_FIELDS else "Encoding" for value in values]
                made.append(f"Format: {', '.join(fields)}")
            elif len(values) == len(fields):
                made.append(f"Style: {','.join(map(self._style_value, fields, values))}")
        return made

    def _style_value(self, field: str, value: str) -> str:
        match field.lower():
            case "name":
                number = len(self._styles) + 1
                return self._styles.setdefault(value, "Default" if value == "Default" else f"Style{number}")
            case "fontname":
                return value
        return value if _STYLE_VALUE.fullmatch(value) else "0"


def _text(data: bytes, styles: Mapping[str, str]) -> bytes:
    """Words with tags of how they look; those of who says them, and comments, are not shown."""
    words = _COMMENT.sub("", data.decode("utf-8", "replace"))
    return _TAG.sub(lambda tag: tag[0] if tag[1].lower() in _SHOWN_TAGS else "", words).encode()


def _ass(data: bytes, styles: Mapping[str, str]) -> bytes:
    fields = data.decode("utf-8", "replace").split(",", _ASS_FIELDS - 1)
    if len(fields) < _ASS_FIELDS:
        return b""
    number, layer, style, _, *margins, effect, words = fields
    numbers = [field if field.strip().isdecimal() else "0" for field in (number, layer, *margins)]
    shown = effect if _EFFECT.fullmatch(effect) else ""
    text = _OVERRIDES.sub(lambda block: _overrides(block[1], styles), words)
    known = styles.get(style.lstrip("*"), "Default")
    return ",".join([*numbers[:2], known, "", *numbers[2:], shown, text]).encode()


def _overrides(block: str, styles: Mapping[str, str]) -> str:
    shown = "".join(_override(tag.strip(), styles) for tag in _OVERRIDE.findall(block))
    return f"{{{shown}}}" if shown else ""


def _override(tag: str, styles: Mapping[str, str]) -> str:
    if tag.startswith(r"\r"):
        return rf"\r{styles.get(tag[2:], '')}"
    return tag if _SHOWN_OVERRIDE.fullmatch(tag) else ""


def _mov_text(data: bytes, styles: Mapping[str, str]) -> bytes:
    """The words and how they look (``styl``); links, and whatever else may follow, are left out."""
    end = 2 + int.from_bytes(data[:2])
    kept, at = data[:end], end
    while at + 8 <= len(data):
        size = int.from_bytes(data[at : at + 4])
        if size < 8 or at + size > len(data):
            break
        if data[at + 4 : at + 8] == b"styl" and size == 10 + 12 * int.from_bytes(data[at + 8 : at + 10]):
            kept += data[at : at + size]
        at += size
    return kept


def _mov_header(header: bytes) -> bytes:
    return (header[:_MOV_HEAD] if len(header) >= _MOV_HEAD else _MOV_USUAL) + _MOV_FONTS


def _dvd_header(header: bytes) -> bytes:
    """The size of the pictures and their colours."""
    lines = header.decode("utf-8", "replace").splitlines()
    return "".join(f"{line.strip()}\n" for line in lines if _DVD_LINE.match(line)).encode()


_CUES: Mapping[str, Callable[[bytes, Mapping[str, str]], bytes]] = {
    "ass": _ass,
    "mov_text": _mov_text,
    "subrip": _text,
    "webvtt": _text,
}
