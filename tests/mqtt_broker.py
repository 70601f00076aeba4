"""A broker of MQTT on loopback, mosquitto, and somebody who listens to it."""

import os
import queue
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

SECONDS = 20.0  # for what is to come


@dataclass(slots=True)
class Broker:
    """mosquitto, with its files in ``folder``. ``login``: the only user and password that it lets in."""

    folder: Path
    login: tuple[str, str] | None = None
    certificate: tuple[Path, Path] | None = None  # chain and key
    port: int = field(default_factory=lambda: _free_port())
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        lines = [
            "user root",
            "max_queued_messages 0",
            f"listener {self.port} 127.0.0.1",
            f"allow_anonymous {str(not self.login).lower()}",
        ]
        if self.login:
            passwords = self.folder / "passwords"
            subprocess.run([_program("mosquitto_passwd"), "-b", "-c", passwords, *self.login], check=True)
            lines.append(f"password_file {passwords}")
        if self.certificate:
            lines += [f"certfile {self.certificate[0]}", f"keyfile {self.certificate[1]}"]
        configuration = self.folder / "mosquitto.conf"
        configuration.write_text("\n".join(lines) + "\n")
        with (self.folder / "mosquitto.log").open("ab") as log:
            self.process = subprocess.Popen([_program("mosquitto"), "-c", configuration], stdout=log, stderr=log)
        until = time.monotonic() + SECONDS
        while not _listens(self.port):
            assert self.process.poll() is None, (self.folder / "mosquitto.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.01)

    def stop(self) -> None:
        """As if its machine had lost power: nothing is said, and nothing kept."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()


@contextmanager
def running(broker: Broker) -> Iterator[Broker]:
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


class Listener:
    """Somebody who hears all that a broker is told, and what it has kept."""

    def __init__(self, client: Client) -> None:
        self.kept: dict[str, str] = {}  # by topic, the latest
        self.heard: list[tuple[str, str]] = []  # what was not kept for whom asks later, too
        self._client, self._come = client, queue.Queue[MQTTMessage]()
        client.on_message = lambda _client, _data, message: self._come.put(message)

    def until(self, is_enough: Callable[["Listener"], bool]) -> None:
        """Hear on until something is so."""
        until = time.monotonic() + SECONDS
        while not is_enough(self):
            try:
                message = self._come.get(timeout=max(until - time.monotonic(), 0.001))
            except queue.Empty:
                raise AssertionError(f"it has not come: {self.kept}, {self.heard}") from None
            text = message.payload.decode()
            self.kept[message.topic] = text
            self.heard.append((message.topic, text))

    def until_kept(self, topic: str, payload: str) -> None:
        self.until(lambda listener: listener.kept.get(topic) == payload)

    def publish(self, topic: str, payload: str) -> None:
        self._client.publish(topic, payload, qos=1, retain=True)

    def events(self) -> list[str]:
        return [payload for topic, payload in self.heard if topic.endswith("/events")]


@contextmanager
def listening(broker: Broker) -> Iterator[Listener]:
    client = Client(CallbackAPIVersion.VERSION2)
    if broker.login:
        client.username_pw_set(*broker.login)
    if broker.certificate:
        client.tls_set(str(broker.certificate[0]))
    listener = Listener(client)
    subscribed: queue.Queue[int] = queue.Queue()

    def subscribe(*_: object) -> None:
        client.subscribe("#", qos=1)

    client.on_connect = subscribe
    client.on_subscribe = lambda *_: subscribed.put(1)
    client.reconnect_delay_set(1, 1)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    subscribed.get(timeout=SECONDS)
    try:
        yield listener
    finally:
        client.disconnect()
        client.loop_stop()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _program(name: str) -> str:
    found = shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/local/sbin:/usr/sbin")
    if found is None:
        raise RuntimeError(f"expected {name} on the path, found none; `make broker` installs it")
    return found
