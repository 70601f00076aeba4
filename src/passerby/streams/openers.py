"""How each kind of source is opened."""

import threading
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from passerby.errors import UsageError
from passerby.media.read.live import PUSHED_JPEG, LiveInput, open_bytes, open_camera, open_device
from passerby.streams.followed_file import FollowedFile
from passerby.streams.logins import read_login
from passerby.streams.packet_pump import StreamOpener
from passerby.streams.watch_source import WatchSource

Login = tuple[str, str]  # user, password
_MULTIPART = "multipart/x-mixed-replace"


@dataclass(frozen=True, slots=True)
class _WholeStream:
    """A source that is one stream without parts."""

    opens: Callable[[threading.Event], AbstractContextManager[LiveInput]]
    closes: Callable[[], None] = lambda: None
    goes_on: Literal[False] = False

    def open(self, ended: threading.Event) -> AbstractContextManager[LiveInput]:
        return self.opens(ended)

    def close(self) -> None:
        self.closes()


def login_of(source: WatchSource) -> Login | None:
    """What a source is logged in with; None if it needs nothing. Raises UsageError."""
    return read_login(source.login, f"{source.name}: login") if source.login else None


def opener_of(source: WatchSource, login: Login | None, silence: float) -> StreamOpener:
    """What opens a source; ``silence``: seconds for which it may be silent. Raises UsageError for a folder."""
    match source.kind:
        case "rtsp":
            address = _with_login(source.address, login)
            return _WholeStream(lambda _: open_camera(address, source.transport, silence))
        case "device":
            return _WholeStream(lambda _: open_device(source.address, silence))
        case "file":
            return FollowedFile(Path(source.address))
        case "hls" | "dash" | "mjpeg":
            return _fetched(source, login, silence)
        case _:
            raise UsageError(f"{source.name}: expected a stream, a device or a file that grows, found a {source.kind}")


def _fetched(source: WatchSource, login: Login | None, silence: float) -> StreamOpener:
    # Packages of an extra.
    from passerby.streams.dash_playlist import DashPlaylist
    from passerby.streams.hls_playlist import HlsPlaylist
    from passerby.streams.piece_stream import PieceStream
    from passerby.streams.stream_fetch import StreamFetcher

    fetcher = StreamFetcher(source.address, login=login, allows_private=source.allows_private, patience=silence)
    if source.kind == "hls":
        return PieceStream(HlsPlaylist(source.address), fetcher, silence)
    if source.kind == "dash":
        return PieceStream(DashPlaylist(source.address), fetcher, silence)

    @contextmanager
    def open_pushed(ended: threading.Event) -> Iterator[LiveInput]:
        with fetcher.open(source.address, ended) as body:
            form = PUSHED_JPEG if body.content_type == _MULTIPART else None
            with open_bytes(body, form) as live:
                yield live

    return _WholeStream(open_pushed, fetcher.close)


def without_login(text: str, login: Login | None) -> str:
    """A message as it may be shown: whatever wrote it, a password is not in it, nor as it stands in addresses."""
    if login is None:
        return text
    user, password = login
    coded = b64encode(f"{user}:{password}".encode()).decode()
    for secret in (coded, quote(password, safe=""), quote(password), password):
        text = text.replace(secret, "***")
    return text


def _with_login(address: str, login: Login | None) -> str:
    """The address as FFmpeg takes it: in memory only."""
    if login is None:
        return address
    parts = urlsplit(address)
    user, password = (quote(each, safe="") for each in login)
    return parts._replace(netloc=f"{user}:{password}@{parts.netloc}").geturl()
