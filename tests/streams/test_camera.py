"""Cameras that speak RTSP, by a real server of it, and what happens to them."""

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from certificates import make_server_certificate
from clips import make_clip
from live_things import Pauses, frames_of, next_notice, number_in
from passerby.streams.stream_reader import read_stream
from passerby.streams.watch_source import Transport, WatchSource
from rtsp_server import JPEG, SOUND, RtspServer, playing, rtsp_server

PASSWORD = "p@ss:w/rd%41 #?"
OPTIONS = {"g": "12", "preset": "ultrafast", "bf": "0"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "clip.ts", frames=400, rate=40, options=OPTIONS)


@pytest.fixture(scope="module")
def server(clip: Path) -> Iterator[RtspServer]:
    """One that all goes well with."""
    hevc = make_clip(clip.with_name("hevc.ts"), frames=120, rate=40, codec="libx265")
    small = make_clip(clip.with_name("small.ts"), frames=20, rate=40, options=OPTIONS)
    large = make_clip(clip.with_name("large.ts"), frames=60, rate=40, size=(640, 360), options=OPTIONS)
    slices = make_clip(clip.with_name("slices.ts"), frames=120, rate=40, options=OPTIONS | {"x264-params": "slices=3"})
    sizes = clip.with_name("sizes.ts")
    sizes.write_bytes(small.read_bytes() + large.read_bytes())
    streams = {
        "/h264": playing(clip),
        "/hevc": playing(hevc, "hevc"),
        "/jpeg": JPEG,
        "/lossy": playing(clip, lost=0.03),
        "/sizes": playing(sizes),
        "/slices": playing(slices),
        "/sound": SOUND,
    }
    with rtsp_server(streams) as found:
        yield found


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def camera(server: RtspServer, path: str, *, transport: Transport = "tcp", login: str = "") -> WatchSource:
    return WatchSource("gate", server.url(path), "rtsp", transport=transport, login=login)


@pytest.mark.parametrize(
    ("path", "codec", "transport"),
    [("/h264", "h264", "tcp"), ("/h264", "h264", "udp"), ("/hevc", "hevc", "tcp"), ("/jpeg", "mjpeg", "tcp")],
)
def test_a_camera_is_read(
    server: RtspServer, stop: threading.Event, path: str, codec: str, transport: Transport
) -> None:
    frames, notices = frames_of(read_stream(camera(server, path, transport=transport), stop), 16)
    assert notices[0].message.startswith(codec)
    pts = [frame.time_base.seconds(frame.pts) for frame in frames]
    assert pts == sorted(set(pts))
    assert pts[-1] - pts[0] < 2
    assert {frame.run for frame in frames} == {0}
    if codec != "mjpeg":
        numbers = [number_in(frame) for frame in frames]
        assert numbers == list(range(numbers[0], numbers[0] + 16))


def test_a_picture_in_slices_is_one(server: RtspServer, stop: threading.Event, tmp_path: Path) -> None:
    whole = make_clip(tmp_path / "whole.mkv", frames=120, rate=40, options=OPTIONS | {"x264-params": "slices=3"})
    with av.open(str(whole)) as container:
        made = {bytes(picture.planes[0]) for picture in container.decode(video=0)}
    frames, notices = frames_of(read_stream(camera(server, "/slices"), stop), 40)
    assert [notice.kind for notice in notices] == ["connected"]
    assert all(bytes(frame.picture.planes[0]) in made for frame in frames)


def test_a_camera_that_loses_packets_goes_on_being_read(server: RtspServer, stop: threading.Event) -> None:
    frames, notices = frames_of(read_stream(camera(server, "/lossy", transport="udp"), stop), 50)
    assert {frame.run for frame in frames} == {0}
    assert [notice.kind for notice in notices].count("connected") == 1
    assert {notice.kind for notice in notices} <= {"connected", "damaged"}


def test_another_size_begins_a_run(server: RtspServer, stop: threading.Event) -> None:
    items = read_stream(camera(server, "/sizes"), stop)
    assert "pictures are 640x360 now, they were 320x180" in next_notice(items, "jumped").message
    [frame], _ = frames_of(items, 1)
    assert (frame.picture.width, frame.run) == (640, 1)


@pytest.mark.parametrize(
    ("path", "told"), [("/sound", "found only sound"), ("/nothing", "no such stream; check the path")]
)
def test_what_is_no_video_is_refused(server: RtspServer, stop: threading.Event, path: str, told: str) -> None:
    assert told in next_notice(read_stream(camera(server, path), stop), "refused").message


@pytest.mark.parametrize("digest", [False, True], ids=["basic", "digest"])
def test_a_login_is_used_and_never_told(
    clip: Path,
    stop: threading.Event,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    *,
    digest: bool,
) -> None:
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("GATE", f"viewer:{PASSWORD}")
    monkeypatch.setenv("WRONG", "viewer:wr0ng-secret")
    with rtsp_server({"/gate": playing(clip)}, login=f"viewer:{PASSWORD}", digest=digest) as server:
        frames, notices = frames_of(read_stream(camera(server, "/gate", login="env:GATE"), stop), 3)
        for login in ("", "env:WRONG"):
            source = camera(server, "/gate", login=login)
            refused = next_notice(read_stream(source, stop, clock=Pauses().clock), "refused")
            assert "the source refuses the login" in refused.message
            notices.append(refused)
        told = f"{frames!r} {notices!r} {source!r} {caplog.text} {capfd.readouterr()}"
    assert "p@ss" not in told
    assert "wr0ng" not in told


def test_the_name_in_a_certificate_is_that_of_the_camera(
    clip: Path, tmp_path: Path, stop: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    for host in ("localhost", "camera.local"):
        certificate = make_server_certificate(tmp_path, host)
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        with rtsp_server({"/gate": playing(clip)}, certificate=str(certificate)) as server:
            source = WatchSource("gate", server.url("/gate", "rtsps", "localhost"), "rtsp")
            items = read_stream(source, stop, clock=Pauses().clock)
            if host == "localhost":
                frames_of(items, 3)
            else:
                assert "is its certificate for this host" in next_notice(items, "lost").message


def test_a_server_that_begins_anew_is_found_again(clip: Path, stop: threading.Event) -> None:
    with rtsp_server({"/gate": playing(clip)}) as server:
        items = read_stream(camera(server, "/gate"), stop, clock=Pauses().clock)
        frames_of(items, 3)
        server.end()
        next(item for item in items if getattr(item, "kind", "") in ("lost", "ended"))
        server.start()
        again, notices = frames_of(items, 3)
        assert {frame.run for frame in again} == {1}
        assert notices[-1].kind == "connected"
        server.cut()
        next(item for item in items if getattr(item, "kind", "") in ("lost", "ended"))
        once_more, _ = frames_of(items, 3)
        assert {frame.run for frame in once_more} == {2}


def test_a_camera_that_hangs_is_silent_and_lost(clip: Path, stop: threading.Event) -> None:
    with rtsp_server({"/gate": playing(clip)}) as server:
        items = read_stream(camera(server, "/gate"), stop, silence=0.6)
        frames_of(items, 3)
        server.hold()
        assert next_notice(items, "silent").message == "nothing came for 0.6 s"
        assert next_notice(items, "lost").retry_seconds > 0
        stop.set()
        assert list(items) == []


def test_reading_ends_at_once_though_the_camera_hangs(clip: Path, stop: threading.Event) -> None:
    with rtsp_server({"/gate": playing(clip)}) as server:
        items = read_stream(camera(server, "/gate"), stop)
        frames_of(items, 3)
        server.hold()
        stop.set()
        assert all(not hasattr(item, "retry_seconds") for item in items)
