"""Where events go besides a broker: lines, signed messages to addresses; and that none of them costs another."""

import io
import json
import logging
import os
import re
import threading
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from passerby.errors import UsageError
from passerby.signed_posts import SIGNATURE, signature
from passerby.store.streams import SourceState
from passerby.streams import event_hooks
from passerby.streams import outlets as outlets_module
from passerby.streams.events import StreamEvent
from passerby.streams.mqtt_messages import EventDialect
from passerby.streams.outlet_queue import MOST_AT_ONCE, OutletQueue
from passerby.streams.outlet_settings import EventHook, MqttBroker, OutletSettings, parse_outlets
from passerby.streams.outlets import open_outlets
from passerby.streams.presence import PresentCount
from passerby.streams.rules import parse_rules
from passerby.streams.zones import parse_zones
from receiver import Receiver, receiving

START = 1_750_000_000.0
COMES = StreamEvent("0a", "new", "gate", "all", "car", 0.9, ("left",), START, START, (0.1, 0.2, 0.3, 0.4))
GOES = replace(COMES, type="end", wall=START + 3)
STATE = SourceState("gate", START, "watching")


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setenv("HOOK_SECRET", "a secret of 24 letters..")
    monkeypatch.setattr(event_hooks, "PAUSES", (0.01, 0.01))
    with receiving() as receiver:
        yield receiver


def test_events_and_states_are_lines_of_json() -> None:
    stream = io.StringIO()
    with open_outlets(OutletSettings(), [], lines=stream) as outlets:
        outlets.state(STATE)
        outlets.state(replace(STATE, wall=START + 1, rate=24.9))  # nothing that is told has changed
        outlets.tell([COMES])
        outlets.present([PresentCount("gate", "", "car", 1, START)])
        outlets.tell([GOES])
    state, *events = map(json.loads, stream.getvalue().splitlines())
    moment = "2025-06-15T15:06:40.000000+00:00"
    assert state == {"type": "state", "source": "gate", "status": "watching", "time": moment, "message": ""}
    assert events == [COMES.document(), GOES.document()]


def test_who_has_stopped_reading_is_told_of_once_and_costs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    other = io.StringIO()
    with os.fdopen(writing, "w") as gone:
        with (
            open_outlets(OutletSettings(), [], lines=gone) as broken,
            open_outlets(OutletSettings(), [], lines=other) as well,
        ):
            for outlets in (broken, well):
                for event in (COMES, GOES):
                    outlets.tell([event])
        assert len(other.getvalue().splitlines()) == 2
        with pytest.raises(BrokenPipeError):
            gone.flush()
        os.dup2(os.open(os.devnull, os.O_WRONLY), gone.fileno())
    assert [record.getMessage() for record in caplog.records] == [
        "events as lines of JSON: not told ([Errno 32] Broken pipe)",
        "events as lines of JSON: 2 events could not be told",
    ]


def test_who_does_not_read_keeps_nobody_waiting_and_what_is_too_much_is_counted() -> None:
    queue = OutletQueue(most=3)
    queue.tell([replace(COMES, id=str(number)) for number in range(5)])
    queue.state(STATE)
    queue.state(replace(STATE, status="lost"))
    batch = queue.take()
    assert batch is not None
    assert [event.id for event in batch.events] == ["2", "3", "4"]
    assert [state.status for state in batch.states] == ["lost"]
    assert (queue.take_dropped(), queue.take_dropped()) == (2, 0)


def test_what_waits_is_taken_bit_by_bit_and_after_the_end_nothing() -> None:
    queue = OutletQueue()
    queue.tell([COMES] * (MOST_AT_ONCE + 1))
    queue.end()
    taken = [queue.take() for _ in range(3)]
    assert [len(batch.events) if batch else None for batch in taken] == [MOST_AT_ONCE, 1, None]


def test_an_address_is_told_what_is_signed(receiver: Receiver) -> None:
    settings = OutletSettings(hooks=(EventHook(receiver.url, "env:HOOK_SECRET"),))
    with open_outlets(settings, [], allow_private=True) as outlets:
        outlets.state(STATE)
        outlets.tell([COMES, GOES])
        receiver.wait(1)
    told = [json.loads(body) for _, body in receiver.heard]
    assert [event for each in told for event in each["events"]] == [COMES.document(), GOES.document()]
    assert [state["status"] for each in told for state in each["states"]] == ["watching"]
    assert {each["event"] for each in told} == {"stream.events"}
    headers, body = receiver.heard[0]
    moment = int(headers[SIGNATURE].split(",")[0].removeprefix("t="))
    assert headers[SIGNATURE] == signature("a secret of 24 letters..", moment, body)


def test_an_address_that_fails_is_tried_again_told_once_and_costs_the_others_nothing(
    receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    receiver.statuses = [500] * 7  # the first batch, the second, and once the third
    hooks = (EventHook(receiver.url, "env:HOOK_SECRET"),)
    lines = io.StringIO()
    with open_outlets(OutletSettings(hooks=hooks), [], lines=lines, allow_private=True) as outlets:
        for number, heard in enumerate((3, 6, 8)):
            outlets.tell([replace(COMES, id=str(number))])
            receiver.wait(heard)
    assert len(lines.getvalue().splitlines()) == 3
    host = receiver.url.split("/")[2]
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == [
        f"webhook {host}: not told (expected an answer of 200 to 299, found 500)",
        f"webhook {host}: 2 events could not be told",
    ]
    assert json.loads(receiver.heard[6][1]) == json.loads(receiver.heard[7][1])  # with the same id


def test_an_end_does_not_wait_for_an_address_that_does_not_answer(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_hooks, "PAUSES", (3600.0,))
    monkeypatch.setattr(outlets_module, "ENDING_SECONDS", 0.2)
    receiver.statuses = [500] * 9
    with open_outlets(
        OutletSettings(hooks=(EventHook(receiver.url, "env:HOOK_SECRET"),)), [], allow_private=True
    ) as outlets:
        outlets.tell([COMES])
        receiver.wait(1)
    assert not any(thread.name.startswith("webhook ") for thread in threading.enumerate())


@pytest.mark.parametrize(
    ("hook", "found"),
    [
        (EventHook("http://127.0.0.1:1/", "env:HOOK_SECRET"), "public internet"),
        (EventHook("http://192.0.2.1/", "env:NOT_THERE"), "NOT_THERE; it is not set"),
        (EventHook("http://192.0.2.1/", "env:SHORT"), "at least 16 characters in env:SHORT"),
    ],
)
def test_an_address_that_may_not_be_told_is_refused(
    hook: EventHook, found: str, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORT", "short")
    with pytest.raises(UsageError, match=found), open_outlets(OutletSettings(hooks=(hook,)), []):
        raise AssertionError


def test_a_file_says_who_is_told() -> None:
    table = {
        "mqtt": {"address": "mqtts://broker.local", "login": "file:/run/login", "topic": "house/cam", "discovery": ""},
        "webhooks": [{"address": "https://example.org/x", "secret": "env:SECRET"}],
    }
    assert parse_outlets(table, "cameras.toml") == OutletSettings(
        MqttBroker("broker.local", 8883, True, "file:/run/login", "", "house/cam", ""),
        (EventHook("https://example.org/x", "env:SECRET"),),
    )
    assert parse_outlets({}, "cameras.toml") == OutletSettings()


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ({"mqt": {}}, "there is no 'mqt'"),
        ({"mqtt": {"address": "mqtt://broker.local", "who": "x"}}, "there is no 'who'"),
        ({"mqtt": {}}, "address: expected mqtt://HOST"),
        ({"mqtt": "mqtt://broker.local"}, "expected a table with address"),
        ({"mqtt": {"address": "http://broker.local"}}, "expected mqtt://HOST"),
        ({"mqtt": {"address": "mqtt://broker.local:99999"}}, "expected mqtt://HOST"),
        ({"mqtt": {"address": "mqtt://broker.local/x"}}, "nothing after it"),
        ({"mqtt": {"address": "mqtt://me:hunter2@broker.local"}}, "expected no user and password"),
        ({"mqtt": {"address": "mqtt://broker.local", "topic": "a/#"}}, "topic: expected letters"),
        ({"mqtt": {"address": "mqtt://broker.local", "topic": ""}}, "topic: expected letters"),
        ({"mqtt": {"address": "mqtt://broker.local", "discovery": "/"}}, "discovery: expected letters"),
        ({"mqtt": {"address": "mqtt://broker.local", "authority": "/ca.pem"}}, "expected mqtts://"),
        ({"mqtt": {"address": 5}}, "address: expected a text"),
        ({"webhooks": "https://example.org"}, "at most 20 tables"),
        ({"webhooks": [{"address": "example.org", "secret": "env:S"}]}, "begins with https:// or http://"),
        ({"webhooks": [{"address": "https://example.org", "secret": "hunter2"}]}, "expected env:NAME or file:PATH"),
    ],
)
def test_what_is_no_outlet_is_refused_without_its_secrets(table: dict[str, object], found: str) -> None:
    with pytest.raises(UsageError, match=f"^cameras.toml: .*{found}") as error:
        parse_outlets(table, "cameras.toml")
    assert "hunter2" not in str(error.value)


def test_the_page_about_events_is_right() -> None:
    """Its examples are understood, and its table of fields is that of the documents."""
    page = (Path(__file__).parents[2] / "docs" / "events.md").read_text("utf-8")
    told = tomllib.loads("\n".join(re.findall(r"```toml\n(.*?)```", page, flags=re.DOTALL)))
    source = told.pop("sources")
    zones = parse_zones(source["zones"], "events.md")
    (rule,) = parse_rules(source["rules"], zones, "events.md")
    assert rule.zone == zones[0]
    outlets = parse_outlets(told, "events.md")
    assert (outlets.broker is not None, len(outlets.hooks)) == (True, 1)
    lines, frigate = page.partition("## MQTT")[::2]
    event = replace(COMES, held_back=1)
    assert set(re.findall(r"^\| `(\w+)` \|", lines, flags=re.MULTILINE)) == set(event.document())
    described = re.findall(r"^\| (`[\w`, ]+`) \|", frigate, flags=re.MULTILINE)
    after = json.loads(EventDialect("passerby").message(event).payload)["after"]
    assert {field for fields in described for field in re.findall(r"\w+", fields)} == set(after)


def test_a_file_of_certificates_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    broker = MqttBroker("127.0.0.1", 1, True, authority=str(tmp_path / "ca.pem"))
    with pytest.raises(UsageError, match="expected certificates in"), open_outlets(OutletSettings(broker), []):
        raise AssertionError
