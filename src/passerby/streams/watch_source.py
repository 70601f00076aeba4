"""What is watched: where pictures come from, what is hidden in them, and how long what is recorded is kept."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from passerby.errors import UsageError
from passerby.redact.plan.kinds import Kind
from passerby.streams.rules import WatchRule
from passerby.streams.zones import NAME, WatchZone

SourceKind = Literal["rtsp", "hls", "dash", "mjpeg", "device", "file", "folder"]
Transport = Literal["tcp", "udp"]
SOURCE_KINDS: tuple[SourceKind, ...] = ("rtsp", "hls", "dash", "mjpeg", "device", "file", "folder")
SEGMENT_SECONDS, SETTLE_SECONDS = 60.0, 5.0
_PLAYLISTS: dict[str, SourceKind] = {".m3u8": "hls", ".mpd": "dash"}


@dataclass(frozen=True, slots=True)
class WatchSource:
    """One source. It holds no password: ``login`` says where that is read from."""

    name: str  # as zones.NAME; it is the name of its collection, and stands in topics and addresses
    address: str  # rtsp(s)://, http(s)://, /dev/video0, a file that grows, a folder
    kind: SourceKind
    hide: tuple[Kind, ...] = ("people",)
    keep_original: bool = False  # what is recorded shows people, for reviewers only
    original_seconds: float | None = None  # for which what shows people stays; None: as all that was recorded
    keep_seconds: float | None = None  # for which what was recorded stays; None: for good
    max_bytes: int | None = None  # of all that was recorded of it; None: without a limit
    segment_seconds: float = SEGMENT_SECONDS
    settle_seconds: float = SETTLE_SECONDS  # of a folder: for which a file has not changed that is whole
    cores: float = 1.0  # CPU seconds for each second of the stream: see Budget
    transport: Transport = "tcp"
    login: str = ""  # "env:NAME" or "file:/path", where user:password is; "" for none
    allows_private: bool = False  # whether an http(s) address may lie in a private network
    zone: str = "UTC"  # where the source's clock hangs on the wall, as the IANA names it
    zones: tuple[WatchZone, ...] = ()
    rules: tuple[WatchRule, ...] = ()
    restream: bool = False


def kind_of(address: str, told: str = "") -> SourceKind:
    """What kind of source an address is; ``told`` decides, if it is not empty. Raises UsageError."""
    if told:
        if told not in SOURCE_KINDS:
            raise UsageError(f"kind: expected one of {', '.join(SOURCE_KINDS)}, found {told!r}")
        return SOURCE_KINDS[SOURCE_KINDS.index(told)]
    scheme, _, rest = address.partition("://")
    if rest:
        return _kind_of_url(address, scheme.lower())
    if address.startswith("/dev/"):
        return "device"
    return "folder" if address.endswith("/") or "." not in address.rpartition("/")[2] else "file"


def _kind_of_url(address: str, scheme: str) -> SourceKind:
    if scheme in ("rtsp", "rtsps"):
        return "rtsp"
    if scheme not in ("http", "https"):
        raise UsageError(
            f"{scheme}: expected rtsp://, rtsps://, http://, https://, a device, a folder or a file, found {scheme}://"
        )
    path = urlsplit(address).path.lower()
    return next((kind for end, kind in _PLAYLISTS.items() if path.endswith(end)), "mjpeg")


def check_source_name(name: str) -> str:
    """Raises UsageError for a name that could not stand in a topic or an address."""
    if not NAME.fullmatch(name):
        raise UsageError(f"name: expected letters, digits, - and _, at most 50, found {name!r}")
    return name


def check_address(address: str) -> str:
    """Raises UsageError for one with a password in it: other users of the machine could read it in the process list."""
    if "://" not in address:
        return address
    try:
        parts = urlsplit(address)
        has_login = parts.username is not None or parts.password is not None
    except ValueError as error:
        raise UsageError(
            f"expected an address such as rtsp://camera.local/stream1, found one that is none ({error})"
        ) from error
    if has_login:
        raise UsageError(
            f"{parts.scheme}://...@{parts.hostname}: expected no user and password in the address, where others "
            "can read them; put user:password into a file or a variable, and name it: --login file:PATH or env:NAME"
        )
    if not parts.hostname:
        raise UsageError(f"{address}: expected the name of a host after ://")
    return address
