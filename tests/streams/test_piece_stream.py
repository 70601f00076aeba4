"""Streams in pieces over http are read as they grow, from the host of their playlist only."""

import re
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC
from cryptography.hazmat.primitives.padding import PKCS7

from clips import make_clip
from live_things import Pauses, frames_of, next_notice, number_in
from muxed import jpeg
from passerby.streams.stream_reader import read_stream
from passerby.streams.watch_source import WatchSource, kind_of
from pictures import stamp, texture
from segmented import segmented
from stream_site import SiteAnswer, StreamSite, stream_site

RATE = 24
KEY = bytes(range(16))


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clip") / "clip.mp4"
    return make_clip(path, frames=6 * RATE, rate=RATE, options={"g": str(RATE), "preset": "ultrafast"})


@pytest.fixture
def site() -> Iterator[StreamSite]:
    with stream_site() as found:
        yield found


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def source_at(site: StreamSite, path: str, *, private: bool = True, login: str = "") -> WatchSource:
    address = site.url + path
    return WatchSource("gate", address, kind_of(address), allows_private=private, login=login)


def published(site: StreamSite, files: dict[str, bytes]) -> None:
    site.answers |= {f"/{name}": SiteAnswer(content) for name, content in files.items()}


def cut_off(playlist: bytes, pieces: int) -> bytes:
    """A playlist of HLS as it was when there were so many pieces."""
    head, *rest = re.split(rb"(?=#EXTINF)", playlist.replace(b"#EXT-X-ENDLIST\n", b""))
    return head + b"".join(rest[:pieces])


def encrypted(files: dict[str, bytes]) -> dict[str, bytes]:
    """With AES-128, each piece by its number."""
    found = {"live.key": KEY}
    for name, content in files.items():
        found[name] = content.replace(b"#EXTINF", b'#EXT-X-KEY:METHOD=AES-128,URI="live.key"\n#EXTINF', 1)
        if name.endswith(".ts"):
            number = int(name.removeprefix("live").removesuffix(".ts"))
            padder, encryptor = PKCS7(128).padder(), Cipher(AES(KEY), CBC(number.to_bytes(16, "big"))).encryptor()
            found[name] = encryptor.update(padder.update(content) + padder.finalize()) + encryptor.finalize()
    return found


@pytest.mark.parametrize(
    "options",
    [{}, {"hls_segment_type": "fmp4"}, {"hls_flags": "single_file"}, None],
    ids=["ts", "mp4", "ranges", "aes"],
)
def test_a_playlist_that_grows_is_one_run(
    clip: Path, tmp_path: Path, site: StreamSite, stop: threading.Event, options: dict[str, str] | None
) -> None:
    files = segmented(clip, tmp_path / "out" / "live.m3u8", options)
    files = encrypted(files) if options is None else files
    published(site, files)
    site.answers["/live.m3u8"] = SiteAnswer(cut_off(files["live.m3u8"], 5))
    items = read_stream(source_at(site, "/live.m3u8"), stop, clock=Pauses().clock)
    first, notices = frames_of(items, 60)
    site.answers["/live.m3u8"] = SiteAnswer(files["live.m3u8"])
    rest, more = frames_of(items, 36)
    assert [number_in(frame) for frame in first + rest] == list(range(2 * RATE, 6 * RATE))
    assert {frame.run for frame in first + rest} == {0}
    assert [notice.kind for notice in notices + more] == ["connected"]


def test_the_best_variant_up_to_1080_lines_is_read(
    clip: Path, tmp_path: Path, site: StreamSite, stop: threading.Event
) -> None:
    published(site, segmented(clip, tmp_path / "out" / "live.m3u8"))
    variants = ["#EXTM3U"]
    for rate, size, name in [(9, "3840x2160", "no"), (5, "1920x1080", "live"), (1, "640x360", "no")]:
        variants += [f"#EXT-X-STREAM-INF:BANDWIDTH={rate}000000,RESOLUTION={size}", f"{name}.m3u8"]
    site.answers["/all.m3u8"] = SiteAnswer("\n".join(variants).encode())
    frames, _ = frames_of(read_stream(source_at(site, "/all.m3u8"), stop), 10)
    assert number_in(frames[0]) == 0


def test_a_discontinuity_begins_a_run(clip: Path, tmp_path: Path, site: StreamSite, stop: threading.Event) -> None:
    files = segmented(clip, tmp_path / "out" / "live.m3u8")
    playlist = files["live.m3u8"].replace(b"#EXTINF", b"#EXT-X-DISCONTINUITY\n#EXTINF")
    published(site, files | {"live.m3u8": playlist})
    frames, notices = frames_of(read_stream(source_at(site, "/live.m3u8"), stop), 3 * RATE)
    assert [frame.run for frame in frames] == [0] * RATE + [1] * RATE + [2] * RATE
    assert [notice.kind for notice in notices] == ["connected", "jumped", "jumped"]


@pytest.mark.parametrize("other", ["http://127.0.0.2:{port}/live0.ts", "file:///etc/passwd", "http://10.0.0.1/x.ts"])
@pytest.mark.parametrize(
    "tag", ["#EXTINF:1,\n{other}\n", '#EXT-X-KEY:METHOD=AES-128,URI="{other}"\n#EXTINF:1,\nlive0.ts\n']
)
def test_a_playlist_leads_nowhere_else(site: StreamSite, stop: threading.Event, other: str, tag: str) -> None:
    line = tag.format(other=other.format(port=site.port))
    published(site, {"live.m3u8": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n{line}".encode(), "live0.ts": b"x" * 160})
    items = read_stream(source_at(site, "/live.m3u8"), stop, clock=Pauses().clock)
    assert re.search("its own host|found file", next_notice(items, "refused").message)
    assert set(site.paths) <= {"/live.m3u8", "/live0.ts"}


def test_private_addresses_are_refused(site: StreamSite, stop: threading.Event) -> None:
    items = read_stream(source_at(site, "/live.m3u8", private=False), stop, clock=Pauses().clock)
    assert "private network" in next_notice(items, "refused").message
    assert site.asked == []


@pytest.mark.parametrize("options", [{}, {"use_timeline": "0"}], ids=["timeline", "numbers"])
def test_dash_is_read(
    clip: Path, tmp_path: Path, site: StreamSite, stop: threading.Event, options: dict[str, str]
) -> None:
    published(site, segmented(clip, tmp_path / "out" / "live.mpd", options))
    frames, _ = frames_of(read_stream(source_at(site, "/live.mpd"), stop), 6 * RATE)
    assert [number_in(frame) for frame in frames] == list(range(6 * RATE))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9])
def test_pushed_jpegs_are_read_by_the_clock_but_for_damaged_ones(
    site: StreamSite, stop: threading.Event, share: float
) -> None:
    pictures = [jpeg(stamp(texture((320, 180))(number), number)) for number in range(8)]
    damaged = pictures[0][: round(len(pictures[0]) * share)] or b"\xff\xd8 this is damaged \xff\xd9"

    def push() -> Iterator[bytes]:
        for content in [*pictures[:4], damaged, *pictures[4:]]:
            yield (
                b"--frame\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(content) + content + b"\r\n"
            )
        stop.wait(30)

    site.answers["/camera"] = SiteAnswer(push, "multipart/x-mixed-replace; boundary=frame")
    frames, notices = frames_of(read_stream(source_at(site, "/camera"), stop), 7)
    assert [number_in(frame) for frame in frames] == list(range(7))
    pts = [frame.pts for frame in frames]
    assert pts == sorted(set(pts))
    assert notices[0].kind == "connected"
