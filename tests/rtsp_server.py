"""A real RTSP server on loopback: GStreamer's, in a process of the system's Python, which has its bindings."""

import json
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PACKAGES = (
    "python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad"
)
_PYTHON = "/usr/bin/python3"
_SCRIPT = Path(__file__).with_name("gst_rtsp.py")
_PAY = {"h264": "h264parse ! rtph264pay config-interval=-1", "hevc": "h265parse ! rtph265pay config-interval=-1"}
SOUND = "( audiotestsrc is-live=true ! alawenc ! rtppcmapay name=pay0 )"
JPEG = (
    "( videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=320,height=240,framerate=20/1 ! jpegenc "
    "! rtpjpegpay name=pay0 )"
)


def playing(clip: Path, codec: str = "h264", lost: float = 0.0) -> str:
    """The pipeline of a clip of MPEG-TS, sent at its own pace; ``lost``: the share of packets that never are."""
    loss = f" ! identity name=pay0 drop-probability={lost}" if lost else " name=pay0"
    return f"( filesrc location={clip} ! tsdemux ! {_PAY[codec]} pt=96{loss} )"


@dataclass
class RtspServer:
    """A server that can be ended, begun again, and stopped for a while."""

    streams: dict[str, str]  # pipelines by path
    login: str = ""
    certificate: str = ""  # a PEM with the key
    digest: bool = False  # how the login is asked for; or in the basic way
    port: int = 0
    _process: subprocess.Popen[str] | None = field(default=None, init=False)

    def start(self) -> None:
        told = {
            "streams": self.streams,
            "port": self.port,
            "login": self.login,
            "digest": self.digest,
            "certificate": self.certificate,
        }
        self._process = subprocess.Popen(
            [_PYTHON, "-I", str(_SCRIPT), json.dumps(told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            _, errors = self._process.communicate()
            reason = errors.strip().splitlines()[-1:]
            raise AssertionError(f"the RTSP server does not start; are these packages there? {PACKAGES} ({reason})")
        self.port = int(line)

    def cut(self) -> None:
        """End all connections."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write("cut\n")
        self._process.stdin.flush()

    def hold(self) -> None:
        """Let it do nothing at all, as a camera that hangs."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def url(self, path: str, scheme: str = "rtsp", host: str = "127.0.0.1") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


@contextmanager
def rtsp_server(
    streams: dict[str, str], login: str = "", certificate: str = "", *, digest: bool = False
) -> Iterator[RtspServer]:
    """A server, for as long as the block lasts."""
    server = RtspServer(streams, login, certificate, digest)
    server.start()
    try:
        yield server
    finally:
        server.end()
