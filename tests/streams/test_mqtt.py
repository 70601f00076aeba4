"""Telling a real broker of MQTT: what arrives, what is kept, and what becomes of it when something dies."""

import gc
import json
import logging
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from certificates import make_loopback
from mqtt_broker import Broker, Listener, listening, running
from passerby.models.vocabulary import check_names
from passerby.store.streams import SourceState
from passerby.streams import mqtt_outlet
from passerby.streams import outlets as outlets_module
from passerby.streams.events import StreamEvent
from passerby.streams.outlet_queue import MOST_AT_ONCE, MOST_WAITING
from passerby.streams.outlet_settings import MqttBroker, OutletSettings
from passerby.streams.outlets import open_outlets
from passerby.streams.presence import PresentCount
from passerby.streams.rules import WatchRule
from passerby.streams.watch_source import WatchSource
from passerby.streams.zones import WatchZone

START = 1_750_000_000.0
DRIVE = WatchZone("drive", ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0)))
GATE = WatchSource(
    "gate", "rtsp://camera.local/1", "rtsp", zones=(DRIVE,), rules=(WatchRule("cars", frozenset({"traffic light"})),)
)
STATE = SourceState("gate", START, "watching")
COMES = StreamEvent("0a", "new", "gate", "all", "car", 0.9, ("drive",), START, START, (0.1, 0.2, 0.3, 0.4))
MOVES = replace(COMES, type="update", zones=("street",), wall=START + 5)
GOES = replace(COMES, type="end", zones=(), wall=START + 8)
OFF_TOPICS = {"passerby/available": "offline", "passerby/gate/status": "offline"}


def present(label: str, number: int, zone: str = "") -> PresentCount:
    return PresentCount("gate", zone, label, number, START)


def settings_of(broker: Broker, **more: Any) -> OutletSettings:
    return OutletSettings(MqttBroker("127.0.0.1", broker.port, **more))


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    with running(Broker(tmp_path_factory.mktemp("broker"))) as broker:
        yield broker


@pytest.fixture
def listener(broker: Broker) -> Iterator[Listener]:
    with listening(broker) as listener:
        yield listener


@pytest.fixture(autouse=True)
def quick_reconnects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mqtt_outlet, "RETRY_SECONDS", (1, 1))


@pytest.fixture
def short_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a broker is not reached, it is not waited for."""
    monkeypatch.setattr(outlets_module, "ENDING_SECONDS", 0.2)


def test_events_arrive_as_users_of_frigate_know_them(broker: Broker, listener: Listener) -> None:
    with open_outlets(settings_of(broker), [GATE]) as outlets:
        outlets.tell([COMES, MOVES, GOES])
        listener.until(lambda it: len(it.events()) == 3)
    told = [json.loads(payload) for payload in listener.events()]
    assert [each["type"] for each in told] == ["new", "update", "end"]
    assert [each["after"]["entered_zones"] for each in told] == [["drive"], ["drive", "street"], ["drive", "street"]]
    assert [each["before"]["current_zones"] for each in told] == [[], ["drive"], ["street"]]
    assert [each["after"]["end_time"] for each in told] == [None, None, START + 8]
    assert told[1]["before"] == told[0]["after"]
    assert told[0]["after"] == {
        "id": "0a", "camera": "gate", "rule": "all", "label": "car", "top_score": 0.9, "start_time": START,
        "end_time": None, "frame_time": START, "current_zones": ["drive"], "entered_zones": ["drive"],
        "box": [0.1, 0.2, 0.3, 0.4],
    }  # fmt: skip


def test_states_and_numbers_are_kept_for_who_asks_later(broker: Broker, listener: Listener) -> None:
    with open_outlets(settings_of(broker), [GATE]) as outlets:
        outlets.state(STATE)
        outlets.present([present("car", 2), present("person", 1), present("person", 1, "drive")])
        expected = {
            "passerby/available": "online",
            "passerby/gate/status": "online",
            "passerby/gate/car": "2",
            "passerby/gate/person": "1",
            "passerby/gate/all": "3",
            "passerby/gate/drive/person": "1",
            "passerby/gate/drive/all": "1",
            "passerby/gate/traffic_light": "0",  # a rule asks for it
        }
        listener.until(lambda it: expected.items() <= it.kept.items())
        with listening(broker) as later:
            later.until(lambda it: expected.items() <= it.kept.items())
            assert later.events() == []
        outlets.state(replace(STATE, status="stalled"))
        listener.until_kept("passerby/gate/status", "stalled")
        outlets.state(replace(STATE, status="lost"))
        listener.until(lambda it: it.kept["passerby/gate/car"] == it.kept["passerby/gate/drive/all"] == "0")
    listener.until(lambda it: OFF_TOPICS.items() <= it.kept.items())


def test_when_its_process_is_killed_the_last_will_is_told_and_the_next_one_clears_up(
    broker: Broker, listener: Listener
) -> None:
    command = [sys.executable, "-c", TELLER, str(broker.port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as teller:
        listener.until_kept("passerby/yard/person", "4")
        assert listener.kept["passerby/available"] == "online"
        teller.kill()
    listener.until_kept("passerby/available", "offline")
    with open_outlets(settings_of(broker), [replace(GATE, name="yard")]):
        listener.until(lambda it: it.kept["passerby/available"] == "online" and it.kept["passerby/yard/person"] == "0")


TELLER = """
import sys
from passerby.streams.outlet_queue import MOST_AT_ONCE, MOST_WAITING
from passerby.streams.outlet_settings import MqttBroker, OutletSettings
from passerby.streams.outlets import open_outlets
from passerby.streams.presence import PresentCount
with open_outlets(OutletSettings(MqttBroker("127.0.0.1", int(sys.argv[1]))), []) as outlets:
    outlets.present([PresentCount("yard", "", "person", 4, 0.0)])
    sys.stdin.read()
"""


def test_a_last_will_that_comes_late_is_corrected(broker: Broker, listener: Listener) -> None:
    with open_outlets(settings_of(broker), [GATE]), listening(broker) as other:
        listener.until_kept("passerby/available", "online")
        other.publish("passerby/available", "offline")
        listener.until(lambda it: it.heard[-1] == ("passerby/available", "offline"))
        listener.until_kept("passerby/available", "online")


def test_after_a_restart_of_the_broker_it_has_all_again(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with running(Broker(tmp_path)) as broker, open_outlets(settings_of(broker), [GATE]) as outlets:
        with listening(broker) as before:
            outlets.state(STATE)
            outlets.present([present("person", 1)])
            before.until_kept("passerby/gate/person", "1")
        broker.stop()
        outlets.present([present("person", 2)])
        outlets.tell([COMES])
        broker.start()  # it has forgotten everything
        with listening(broker) as after:
            after.until(lambda it: it.kept.get("passerby/gate/person") == "2" and "passerby/available" in it.kept)
            assert after.kept["passerby/available"] == after.kept["passerby/gate/status"] == "online"
            assert any(topic.startswith("homeassistant/") for topic in after.kept)
            outlets.tell([GOES])
            after.until(lambda it: any('"end"' in payload for payload in it.events()))
    told = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "the connection is lost" in told[0]
    assert told[-1] == f"mqtt 127.0.0.1:{broker.port}: connected"  # and no event was lost


def test_a_broker_that_hangs_keeps_nobody_waiting_and_what_was_lost_is_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    most = MOST_WAITING + 200
    with (
        running(Broker(tmp_path)) as broker,
        listening(broker) as listener,
        open_outlets(settings_of(broker), [GATE]) as outlets,
    ):
        listener.until_kept("passerby/available", "online")
        assert broker.process is not None
        broker.process.send_signal(signal.SIGSTOP)
        for number in range(1, most + 1):
            outlets.tell([replace(COMES, id=str(number))])
            outlets.present([present("person", number)])
        broker.process.send_signal(signal.SIGCONT)
        listener.until_kept("passerby/gate/person", str(most))
        listener.until(lambda it: f'"{most}"' in "".join(it.events()[-1:]))
    heard = {json.loads(payload)["after"]["id"] for payload in listener.events()}
    (lost,) = [
        int(record.getMessage().split()[2]) for record in caplog.records if "could not be told" in record.message
    ]
    assert lost >= 200 - MOST_AT_ONCE
    assert len(heard) + lost == MOST_WAITING + 200


@pytest.mark.usefixtures("short_ends")
def test_a_wrong_password_is_told_in_one_line_without_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BROKER_LOGIN", "passerby:hunter2")
    with running(Broker(tmp_path, login=("passerby", "another"))) as broker:
        with open_outlets(settings_of(broker, login="env:BROKER_LOGIN"), [GATE]) as outlets:
            outlets.tell([COMES])
            log = tmp_path / "mosquitto.log"
            wait_for(log, "not authorised", 2)  # it has tried twice
        monkeypatch.setenv("BROKER_LOGIN", "passerby:another")
        with open_outlets(settings_of(broker, login="env:BROKER_LOGIN"), [GATE]), listening(broker) as listener:
            listener.until_kept("passerby/available", "online")
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    refused = "the broker refuses the user and password in env:BROKER_LOGIN (Not authorized)"
    assert [line.removeprefix(f"mqtt 127.0.0.1:{broker.port}: ") for line in lines] == [
        f"{refused}; it is tried again and again",
        "not told (ended without a connection)",
        "1 event could not be told",
    ]


def wait_for(log: Path, text: str, times: int) -> None:
    with subprocess.Popen(["tail", "-n", "+1", "-f", log], stdout=subprocess.PIPE, text=True) as tail:
        assert tail.stdout is not None
        found = 0
        while found < times:
            found += text in tail.stdout.readline()
        tail.kill()


def test_a_broker_that_is_not_there_is_told_once(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    broker = Broker(tmp_path)  # which is not started yet
    with open_outlets(settings_of(broker), [GATE]) as outlets:
        outlets.tell([COMES])
        with running(broker), listening(broker) as listener:
            listener.until(lambda it: len(it.events()) == 1)
            outlets.end()  # while there is a broker to say goodbye to
    (first, second, *_) = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "expected a broker that can be reached ([Errno 111] Connection refused); it is tried again" in first
    assert second.endswith(": connected")


# paho-mqtt leaves the socket of a handshake that fails for Python to close.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.usefixtures("short_ends")
def test_a_broker_that_nobody_vouches_for_is_told_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with running(Broker(tmp_path, certificate=make_loopback(tmp_path))) as broker:
        with open_outlets(settings_of(broker, is_encrypted=True), [GATE]) as outlets:
            outlets.tell([COMES])
            wait_for(tmp_path / "mosquitto.log", "alert", 1)
        authority = str(tmp_path / "cert.pem")
        with (
            open_outlets(settings_of(broker, is_encrypted=True, authority=authority), [GATE]),
            listening(broker) as listener,
        ):
            listener.until_kept("passerby/available", "online")
    lines = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert "CERTIFICATE_VERIFY_FAILED" in lines[0]
    assert lines[-1].endswith("1 event could not be told")
    gc.collect()


def test_home_assistant_finds_each_sensor(broker: Broker, listener: Listener) -> None:
    with open_outlets(settings_of(broker, topic="site/one"), [GATE]) as outlets:
        outlets.state(STATE)
        outlets.present([present("person", 1, "drive")])
        listener.until_kept("site/one/gate/drive/all", "1")
    found = {topic: json.loads(text) for topic, text in listener.kept.items() if topic.startswith("homeassistant/")}
    keys = {"/".join(topic.split("/")[1:-1]) for topic in found}
    assert {
        "binary_sensor/site-one-gate/connected", "sensor/site-one-gate/status",
        "binary_sensor/site-one-gate/drive-person-occupancy", "sensor/site-one-gate/drive-person-count",
        "sensor/site-one-gate/traffic_light-count",
    } <= keys  # fmt: skip
    for topic, document in found.items():
        check_discovery(topic, document)
        assert document["state_topic"] in listener.kept
        assert all(each["topic"] in listener.kept for each in document["availability"])
    assert len({document["unique_id"] for document in found.values()}) == len(found)


def check_discovery(topic: str, document: Mapping[str, Any]) -> None:
    """What Home Assistant asks of a message by which it finds a sensor."""
    _, component, node, key, config = topic.split("/")
    assert config == "config"
    assert all(part.replace("_", "").replace("-", "").isalnum() and part.isascii() for part in (node, key))
    allowed = {
        "unique_id", "name", "state_topic", "value_template", "device_class", "entity_category", "availability",
        "availability_mode", "device", "origin",
    }  # fmt: skip
    more = {"state_class", "options"} if component == "sensor" else set()
    assert document.keys() <= allowed | more
    assert document["device"]["identifiers"]
    is_binary = component == "binary_sensor"
    assert document.get("device_class") in (("occupancy", "connectivity") if is_binary else ("enum", None))
    assert ("value_template" in document) == is_binary


def test_nothing_that_a_broker_is_told_is_about_who(broker: Broker, listener: Listener) -> None:
    with open_outlets(settings_of(broker), [GATE]) as outlets:
        outlets.state(STATE)
        outlets.present([present("person", 1), present("person", 1, "drive")])
        outlets.tell([replace(COMES, label="person", held_back=1), GOES])
        listener.until(lambda it: len(it.events()) == 2 and it.kept.get("passerby/gate/all") == "1")
    check_names(sorted({part for topic in listener.kept for part in topic.split("/")}), "a topic")
    documents = [json.loads(text) for _, text in listener.heard if text.startswith("{")]
    assert len(documents) > 10
    check_names(sorted(set(words(documents))), "a message")


def words(document: Any) -> Iterator[str]:
    """All keys and texts of a document."""
    if isinstance(document, Mapping):
        yield from document
        yield from words(list(document.values()))
    elif isinstance(document, Sequence) and not isinstance(document, str):
        for each in document:
            yield from words(each)
    elif isinstance(document, str):
        yield document
