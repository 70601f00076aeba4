"""``passerby watch`` on real servers: each source that is wrong has one clear line, and the others go on."""

import io
import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from certificates import make_server_certificate
from passerby.store.library import open_store
from rtsp_server import JPEG, SOUND, rtsp_server
from stream_site import SiteAnswer, stream_site
from watch_command import WatchCommand, watch_command

from .conftest import Passerby, call_passerby

OPTIONS = {"g": "12", "preset": "ultrafast", "bf": "0"}
SMALL = "videotestsrc is-live=true ! video/x-raw,format=I420,width=160,height=120,framerate=5/1 ! jpegenc ! rtpjpegpay"
TWO = f"( {SMALL} name=pay0 pt=26 {SMALL} name=pay1 pt=97 )"
REFUSED = {
    "sound": "refused: expected a stream with video, found only sound; name another stream of the camera",
    "locked": "refused: the source refuses the login; name a file or a variable with the right user:password (--login)",
    "tls": "lost: the stream cannot be opened over TLS; is its certificate for this host, by an authority that this "
    "system trusts? SSL_CERT_FILE names a file with another one",
    "tls-web": "lost: the server cannot be reached (Hostname mismatch, certificate is not valid for 'localhost'.)",
}
WATCHED = {
    "gate": "watching",
    "two": "watching: 2 videos are in the stream; the first is watched",
    "damaged": "watching",
}


@dataclass(frozen=True)
class Watching:
    """A command that watches all of them; what it has said of each."""

    command: WatchCommand
    drop: Path

    def said(self, name: str) -> list[str]:
        start = f"passerby: {name}: "
        return [line.removeprefix(start) for line in self.lines() if line.startswith(start)]

    def lines(self) -> list[str]:
        return self.command.errors.read_text().splitlines()

    def says(self, name: str, text: str) -> None:
        """Wait until it has said so."""
        self.command.until(lambda: any(line.startswith(text) for line in self.said(name)))


def pushed(stop: threading.Event) -> Iterator[bytes]:
    """Pictures of a camera, ten a second, of which each fifth is cut off in the middle."""
    number = 0
    while not stop.wait(0.1):
        number += 1
        scene = np.full((240, 320, 3), 60, np.uint8)
        scene[40:200, number * 7 % 250 :][:, :60] = 200
        picture = io.BytesIO()
        Image.fromarray(scene).save(picture, "JPEG")
        data = picture.getvalue()
        if number % 5 == 3:
            data = data[: len(data) // 2]
        yield b"--cut\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n%b\r\n" % (len(data), data)


@pytest.fixture(scope="module")
def watching(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watching]:
    folder = tmp_path_factory.mktemp("watching")
    stop = threading.Event()
    certificate = make_server_certificate(folder, "elsewhere.example")
    streams = {"/gate": JPEG, "/two": TWO, "/sound": SOUND}
    pictures = SiteAnswer(lambda: pushed(stop), "multipart/x-mixed-replace; boundary=cut")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as servers:
        patch.setenv("SSL_CERT_FILE", str(certificate))  # it is trusted, and is another host's
        camera = servers.enter_context(rtsp_server(streams))
        locked = servers.enter_context(rtsp_server({"/in": JPEG}, login="ann:secret"))
        tls = servers.enter_context(rtsp_server({"/in": JPEG}, certificate=str(certificate)))
        web = servers.enter_context(stream_site())
        tls_web = servers.enter_context(stream_site(certificate))
        servers.callback(stop.set)
        web.answers = tls_web.answers = {"/camera": pictures}
        addresses = {path[1:]: camera.url(path) for path in streams} | {
            "locked": locked.url("/in"),
            "tls": tls.url("/in", "rtsps", "localhost"),
            "drop": f"{folder / 'drop'}/",
        }
        sites = {
            "damaged": f"{web.url}/camera",
            "tls-web": f"{tls_web.url}/camera",
        }
        told = [
            f'[[sources]]\nname = "{name}"\naddress = "{address}"\nsegment = "2s"\ncores = 0.2\n'
            for name, address in addresses.items()
        ]
        told += [
            f'[[sources]]\nname = "{name}"\naddress = "{address}"\nkind = "mjpeg"\nsegment = "2s"\ncores = 0.2\n'
            "allows_private = true\n"
            for name, address in sites.items()
        ]
        (folder / "drop").mkdir()
        (folder / "cameras.toml").write_text("\n".join(told))
        with watch_command(folder, "--config", folder / "cameras.toml") as command:
            yield Watching(command, folder / "drop")


@pytest.mark.parametrize("name", REFUSED)
def test_a_source_that_cannot_be_watched_has_one_line(watching: Watching, name: str) -> None:
    watching.says(name, REFUSED[name])
    assert all(line != after for line, after in pairwise(watching.said(name)))
    assert "secret" not in "\n".join(watching.lines())


@pytest.mark.parametrize("name", WATCHED)
def test_the_others_are_watched_meanwhile(watching: Watching, name: str) -> None:
    watching.says(name, WATCHED[name])

    def is_recorded() -> bool:
        with open_store(watching.command.library, create=False) as store:
            return any(segment.is_hidden for segment in store.streams.segments(name))

    watching.command.until(is_recorded)


def test_damaged_pictures_are_told_and_the_rest_is_watched(watching: Watching) -> None:
    watching.command.until(lambda: any("are damaged" in line for line in watching.said("damaged")))


def test_a_folder_that_disappears_is_watched_again_when_it_is_back(watching: Watching, cut_clip: Path) -> None:
    watching.says("drop", "watching")
    away = watching.drop.with_name("away")
    watching.drop.rename(away)
    watching.says("drop", "lost: the folder is not there")
    (away / "clip.mp4").write_bytes(cut_clip.read_bytes())
    os.utime(away / "clip.mp4", (0, 0))  # it was written long ago, and is whole
    away.rename(watching.drop)

    def is_taken() -> bool:
        with open_store(watching.command.library, create=False) as store:
            return any("/drop/clip.mp4" in str(job.request) for job in store.jobs.latest(500))

    watching.command.until(is_taken)
    watching.command.until(lambda: watching.said("drop")[-1] == "watching")


def test_what_is_watched_is_watched_by_one_command(watching: Watching, tmp_path: Path) -> None:
    watching.says("gate", WATCHED["gate"])
    taken = call_passerby(watching.command.library, "watch", "rtsp://camera.invalid/1", "--name", "Gate")
    assert taken.code == 2
    assert taken.err == "passerby: Gate: expected a new name, found one that gate has\n"


def test_it_ends_in_order(watching: Watching) -> None:
    """The last of this file."""
    watching.says("gate", WATCHED["gate"])
    watching.command.end()
    lines = watching.lines()
    assert not [line for line in lines if "Traceback" in line or "Error" in line]
    status = call_passerby(watching.command.library, "watch", "status", "--json").document["sources"]
    assert {source["name"] for source in status} >= REFUSED.keys() | WATCHED.keys()


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ('[[sources]]\nname = "gate"\naddress = "rtsp://c/1"\nfaces = true', "a source has no 'faces'"),
        ('[[cameras]]\nname = "gate"', "there is no table 'cameras'; "),
        ('[[sources]]\nname = "gate"', "expected a source with a name and an address, found none of its address"),
        (
            '[[sources]]\nname = "gate"\naddress = "rtsp://ann:secret@c/1"',
            "expected no user and password in the address",
        ),
        ("[[sources]", "expected a file of sources in TOML"),
    ],
)
def test_a_file_that_says_something_else_is_refused(called: Passerby, tmp_path: Path, told: str, expected: str) -> None:
    config = tmp_path / "cameras.toml"
    config.write_text(told)
    result = called("watch", "--config", config)
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert expected in result.err
    assert "secret" not in result.err


def test_a_folder_that_is_not_there_is_refused(called: Passerby, tmp_path: Path) -> None:
    result = called("watch", f"{tmp_path / 'none'}/", "--name", "scanner")
    assert result.code == 2
    assert "expected a folder into which files are dropped; there is none" in result.err
