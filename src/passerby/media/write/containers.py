"""The kinds of files that copies are written to, and what each of them takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from passerby.errors import UsageError

_ENCODERS = {"h264": "libx264", "hevc": "libx265", "av1": "libsvtav1", "vp8": "libvpx-vp9", "vp9": "libvpx-vp9"}
_PCM = frozenset({"pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le", "pcm_u8"})


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file. Codecs are named as FFmpeg does, encoders too."""

    muxer: str
    encoders: Mapping[str, str]  # by the codec of the source: the encoder of it
    other_encoders: tuple[str, ...]  # for what these cannot take, the best first
    sounds: frozenset[str]  # codecs that players expect there
    sound_encoder: str
    subtitles: frozenset[str]
    is_matroska: bool

    @property
    def takes_attachments(self) -> bool:
        return self.muxer == "matroska"

    @property
    def takes_covers(self) -> bool:
        """Whether a cover picture can be a stream there."""
        return not self.is_matroska


def _only(*codecs: str) -> dict[str, str]:
    return {codec: _ENCODERS[codec] for codec in codecs}


_PHONES = _only("h264", "hevc")  # what they play, and their hardware decodes
_MP4_SOUNDS = frozenset({"aac", "mp3", "ac3", "eac3", "alac"})
_MP4_TEXT = frozenset({"mov_text"})
_MP4 = FileKind(
    "mp4",
    _PHONES,
    ("libx264", "libx265"),
    _MP4_SOUNDS | {"opus", "flac"},
    "aac",
    _MP4_TEXT,
    is_matroska=False,
)
_MOV = FileKind(
    "mov",
    _PHONES,
    ("libx264", "libx265"),
    _MP4_SOUNDS | _PCM,
    "aac",
    _MP4_TEXT,
    is_matroska=False,
)
_MKV = FileKind(
    "matroska",
    _PHONES,
    ("libx264", "libx265"),
    _MP4_SOUNDS | _PCM | {"opus", "flac", "vorbis", "dts", "truehd", "mp2"},
    "aac",
    frozenset({"subrip", "ass", "webvtt", "dvd_subtitle", "hdmv_pgs_subtitle", "dvb_subtitle"}),
    is_matroska=True,
)
_WEBM = FileKind(
    "webm",
    _only("vp8", "vp9", "av1"),
    ("libvpx-vp9", "libsvtav1"),
    frozenset({"opus", "vorbis"}),
    "libopus",
    frozenset({"webvtt"}),
    is_matroska=True,
)
KINDS = {".mp4": _MP4, ".m4v": _MP4, ".mov": _MOV, ".mkv": _MKV, ".webm": _WEBM}


def kind_of_file(path: Path) -> FileKind:
    """The kind that the suffix of a path stands for. Raises UsageError."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        found = path.suffix or "none"
        raise UsageError(f"{path}: expected a name that ends in {', '.join(KINDS)}, found {found}; name it so")
    return kind
