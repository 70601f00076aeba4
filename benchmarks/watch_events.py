"""Events of streams: how long after a frame has come a subscriber of MQTT hears of what is in it.

    .venv/bin/python -m benchmarks.watch_events [FOOTAGE] [--seconds 48]

A clip, enlarged to 1080p, comes at 25 frames a second, over and over, and is hidden within a budget of one core. The
clock is one of processor time: a frame is taken up when it has come and those before it are done, each of which takes
the CPU time that it took here; so other work on the machine changes little, and a real core with nothing else to do
would be as quick. Frames that find 32 waiting are dropped, as they are by what watches. Events are told to mosquitto,
which has to be installed; from telling to hearing is time of the clock on the wall. Writes
``results/watch-events.md``.
"""

import argparse
import json
import os
import queue
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion

from benchmarks.labelled import FOOTAGE, HERE
from benchmarks.watch import MODELS, RATE, large_stream, live_frames
from passerby.streams.budget import Budget
from passerby.streams.events import EventMaker, StreamEvent
from passerby.streams.live_hiding import LiveHider
from passerby.streams.outlet_settings import MqttBroker, OutletSettings
from passerby.streams.outlets import Outlets, open_outlets

RESULT = HERE / "results" / "watch-events.md"
CLIP = "one-by-one-person-detection.mp4"
CORES, WAIT_SECONDS = 1.0, 30.0
MOST_WAITING = 32  # frames
TOLD, PAUSE = 500, 0.02  # events, and seconds between them


@dataclass
class Heard:
    """When each message came."""

    came: "queue.Queue[tuple[float, str]]" = field(default_factory=queue.Queue)

    def seconds(self, told: dict[str, float]) -> list[float]:
        """Since each event of ``told`` was, by id."""
        taken = [self.came.get(timeout=WAIT_SECONDS) for _ in told]
        return [at - told[json.loads(payload)["after"]["id"]] for at, payload in taken]


@contextmanager
def mosquitto() -> Iterator[int]:
    """A broker on loopback; its port."""
    program = shutil.which("mosquitto", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if program is None:
        raise SystemExit("expected mosquitto, found none; make broker installs it")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    with TemporaryDirectory() as folder:
        configuration = Path(folder, "mosquitto.conf")
        configuration.write_text(f"user root\nlistener {port} 127.0.0.1\nallow_anonymous true\n")
        with subprocess.Popen([program, "-c", configuration], stderr=subprocess.DEVNULL) as process:
            try:
                yield port
            finally:
                process.terminate()


@contextmanager
def subscribed(port: int) -> Iterator[Heard]:
    heard, ready = Heard(), queue.Queue[int]()
    client = Client(CallbackAPIVersion.VERSION2)
    client.on_message = lambda _client, _data, message: heard.came.put((time.time(), message.payload.decode()))
    client.on_subscribe = lambda *_: ready.put(1)
    client.connect_async("127.0.0.1", port)

    def subscribe(*_: object) -> None:
        client.subscribe("passerby/events", qos=1)

    client.on_connect = subscribe
    client.loop_start()
    ready.get(timeout=WAIT_SECONDS)
    yield heard
    client.disconnect()
    client.loop_stop()


def tell(outlets: Outlets) -> dict[str, float]:
    """When each of some events was told, by id."""
    event = StreamEvent("", "new", "gate", "all", "person", 0.9, ("drive",), 0.0, 0.0, (0.1, 0.1, 0.2, 0.5))
    told = {}
    for number in range(TOLD):
        told[str(number)] = time.time()
        outlets.tell([replace(event, id=str(number))])
        time.sleep(PAUSE)
    return told


@dataclass
class Played:
    """What came of playing, in seconds."""

    frames: int = 0
    dropped: int = 0
    events: list[float] = field(default_factory=list)  # from a frame's coming to telling what is in it
    lags: list[float] = field(default_factory=list)  # from a frame's coming to its being taken up
    looks: list[float] = field(default_factory=list)  # from one look to the next, as the budget has it


def play(stream: Path, seconds: float) -> Played:
    """A stream at its own pace."""
    hider, maker, played = LiveHider(("people",), MODELS, Budget(CORES)), EventMaker("gate"), Played()
    free = 0.0  # when the work before is done
    while played.frames < seconds * RATE:
        run = played.frames
        for live in live_frames(stream, (0, seconds)):
            comes = played.frames / RATE
            played.frames += 1
            lag = max(free - comes, 0.0)
            if lag * RATE > MOST_WAITING:
                played.dropped += 1
                continue
            began = time.process_time()
            hider.push(replace(live, wall=comes, run=run), lag)
            size = live.picture.width, live.picture.height
            events = [] if hider.seen is None else maker.push(hider.seen, comes, size)
            free = comes + lag + time.process_time() - began
            # What has gone was seen last when it was told: that is not about this frame.
            played.events += [free - comes for event in events if event.type != "end"]
            played.lags.append(lag)
            played.looks.append(hider.health.interval)
        hider.finish()
        maker.end(played.frames / RATE)
    return played


def row(name: str, seconds: list[float]) -> str:
    cells = [f"{each * 1000:.1f}" for each in (np.median(seconds), np.percentile(seconds, 95), max(seconds))]
    return f"| {name} | {len(seconds)} | {' | '.join(cells)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("footage", nargs="?", type=Path, default=FOOTAGE)
    parser.add_argument("--seconds", type=float, default=48.0)
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    with (
        mosquitto() as port,
        subscribed(port) as heard,
        open_outlets(OutletSettings(MqttBroker("127.0.0.1", port, discovery="")), []) as outlets,
    ):
        hearing = heard.seconds(tell(outlets))
    with TemporaryDirectory() as home:
        played = play(large_stream(asked.footage / CLIP, Path(home)), asked.seconds)
    every = float(np.median(played.looks))
    lines = [
        *FIRST_LINES,
        "",
        "| from | number | median, ms | 95 % | most |",
        "|---|---|---|---|---|",
        row("a frame's coming to its being taken up (CPU time)", played.lags),
        row("a frame's coming to telling what is in it (CPU time)", played.events),
        row("telling to hearing (wall time)", hearing),
        "",
        f"{played.frames} frames came, {played.dropped} were dropped; a look came every {every:.2f} s.",
        "",
        *LAST_LINES,
    ]
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


FIRST_LINES = (
    "# Events of streams",
    "",
    "`python -m benchmarks.watch_events`. A clip, enlarged to 1080p, at 25 frames/s, hidden within a budget of one",
    "core; events of type `new` and `update` (`end` comes when something was not seen for 2 s). CPU time: as if one",
    "core had nothing else to do, without decoding and encoding (0.05 and 0.26 for each second of the stream,",
    "[watch](watch.md)). Telling to hearing: mosquitto on the same machine, beside much else.",
)
LAST_LINES = (
    "## From a frame's coming to its being found by search",
    "",
    "Computed, for one stream with segments of a minute: two seconds of look-ahead, the rest of the segment (0 to",
    "60 s), and adding it, 17.5 to 19.9 s for a minute of 1080p on two cores with nothing else to do",
    "([index](index.md)): median 51 s, 95 % 78 s. Shorter segments (`--segment 10s`) take from the wait and not from",
    "the work: two cores that do nothing else add three such streams as they come. With more, or beside hiding, what",
    "was recorded waits until there is time.",
)


if __name__ == "__main__":
    main()
