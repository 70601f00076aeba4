"""Tells a broker of MQTT, and connects to it again whenever that is lost.

What the broker keeps (states and numbers) is sent without waiting, and all of it again after each connecting: so what
it has is the newest, whatever was lost. Events are sent until the broker has confirmed them: at least once.
"""

import logging
import socket
import ssl
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from passerby.errors import UsageError
from passerby.store.streams import SourceState
from passerby.streams.home_assistant import Discovery
from passerby.streams.logins import read_login
from passerby.streams.mqtt_messages import (
    OFFLINE,
    ONLINE,
    CountPlace,
    EventDialect,
    MqttMessage,
    PresenceNumbers,
    available_topic,
    count_topic,
    label_part,
    status_message,
    status_topic,
)
from passerby.streams.outlet_queue import MOST_AT_ONCE, News
from passerby.streams.outlet_settings import MqttBroker
from passerby.streams.watch_source import WatchSource
from passerby.streams.zones import WHOLE

CONNECT_SECONDS, KEEP_ALIVE_SECONDS, CLOSING_SECONDS = 5.0, 30, 1.0
RETRY_SECONDS = (1, 60)  # the first pause and the longest

logger = logging.getLogger(__name__)


class MqttOutlet:
    """Tells one broker of some sources."""

    def __init__(self, broker: MqttBroker, sources: Sequence[WatchSource], nudge: Callable[[], None]) -> None:
        """``nudge`` has ``send`` called, though there may be nothing new. Raises UsageError for a login or a file of
        certificates that is not there; a broker that cannot be reached is no error.
        """
        self.name = f"mqtt {broker.host}:{broker.port}"
        self._broker, self._root, self._nudge = broker, broker.topic, nudge
        self._sources = [source.name for source in sources]
        self._discovery = Discovery(broker.discovery, broker.topic) if broker.discovery else None
        self._dialect, self._numbers = EventDialect(broker.topic), PresenceNumbers()
        self._kept: dict[str, str] = {}  # by topic: what the broker is to have
        self._keep(self._first_messages(sources))
        # Between this outlet's thread and that of the client:
        self._changed = threading.Condition()
        self._is_connected = self._is_giving_up = self._is_to_greet = False
        self._confirmed: set[int] = set()
        self._strays: set[str] = set()  # topics of what an earlier run has left at the broker
        self._trouble = ""  # as it was told last
        self._client = self._connect()

    def send(self, news: News) -> None:
        """Waits until there is a connection, and until the broker has confirmed the events."""
        self._confirmed.clear()
        changed = [*self._keep(self._changes(news)), *self._keep(self._cleared())]
        greets = self._wait_for_connection()
        if greets is None:
            raise ConnectionError("ended without a connection")
        for topic, payload in self._kept.items() if greets else [(each.topic, each.payload) for each in changed]:
            self._client.publish(topic, payload, qos=0, retain=True)
        self._publish_confirmed([self._dialect.message(event) for event in news.events])

    def give_up(self) -> None:
        with self._changed:
            self._is_giving_up = True
            self._changed.notify_all()

    def close(self) -> None:
        """Say goodbye, and disconnect: the last will is for those who die without it."""
        if self._is_connected:
            for source in self._sources:
                self._client.publish(status_topic(self._root, source), OFFLINE, qos=1, retain=True)
            goodbye = self._client.publish(available_topic(self._root), OFFLINE, qos=1, retain=True)
            if goodbye.rc == 0:
                goodbye.wait_for_publish(CLOSING_SECONDS)
        self._client.disconnect()
        self._client.loop_stop()

    def _first_messages(self, sources: Sequence[WatchSource]) -> Iterator[MqttMessage]:
        """What is known before anything is seen."""
        yield MqttMessage(available_topic(self._root), ONLINE)
        for source in sources:
            yield from self._source_messages(source.name)
            for label in sorted({label for rule in source.rules for label in rule.labels}):
                for zone in (WHOLE, *(zone.name for zone in source.zones)):
                    yield from self._count_messages({CountPlace(source.name, zone, label_part(label)): 0})

    def _source_messages(self, source: str) -> Iterator[MqttMessage]:
        yield MqttMessage(status_topic(self._root, source), OFFLINE)
        if self._discovery:
            yield from self._discovery.of_source(source)

    def _changes(self, news: News) -> Iterator[MqttMessage]:
        for state in news.states:
            yield from self._state_messages(state)
        for count in news.counts:
            yield from self._count_messages(self._numbers.put(count))

    def _state_messages(self, state: SourceState) -> Iterator[MqttMessage]:
        if state.source not in self._sources:  # it came later
            self._sources.append(state.source)
            yield from self._source_messages(state.source)
        message = status_message(self._root, state)
        yield message
        if message.payload == OFFLINE:
            yield from self._count_messages(self._numbers.end(state.source))

    def _count_messages(self, numbers: dict[CountPlace, int]) -> Iterator[MqttMessage]:
        for place, number in numbers.items():
            topic = count_topic(self._root, place)
            if self._discovery and topic not in self._kept:
                yield from self._discovery.of_count(place)
            yield MqttMessage(topic, str(number))

    def _cleared(self) -> list[MqttMessage]:
        """What an earlier run has counted is not there any more."""
        with self._changed:
            strays, self._strays = self._strays, set()
        return [MqttMessage(topic, "0") for topic in sorted(strays) if topic not in self._kept]

    def _keep(self, messages: Iterable[MqttMessage]) -> list[MqttMessage]:
        kept = []
        for message in messages:
            self._kept[message.topic] = message.payload
            kept.append(message)
        return kept

    def _wait_for_connection(self) -> bool | None:
        """Whether all is to be told; None: there is no connection, and no time left to wait for it."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_connected or self._is_giving_up)
            if not self._is_connected:
                return None
            greets, self._is_to_greet = self._is_to_greet, False
            return greets

    def _publish_confirmed(self, messages: Sequence[MqttMessage]) -> None:
        if not messages:
            return
        sent = {self._client.publish(message.topic, message.payload, qos=1).mid for message in messages}
        with self._changed:
            self._changed.wait_for(lambda: sent <= self._confirmed or self._is_giving_up)
            is_all = sent <= self._confirmed
        if not is_all:
            raise ConnectionError("ended before all was confirmed")

    def _connect(self) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, client_id=f"{self._root.replace('/', '-')}-{socket.gethostname()}")
        if self._broker.login:
            client.username_pw_set(*read_login(self._broker.login, "mqtt: login"))
        if self._broker.is_encrypted:
            try:
                client.tls_set(self._broker.authority or None)
            except (OSError, ssl.SSLError) as error:
                raise UsageError(
                    f"mqtt: authority: expected certificates in {self._broker.authority} ({error})"
                ) from error
        client.will_set(available_topic(self._root), OFFLINE, qos=1, retain=True)
        client.connect_timeout = CONNECT_SECONDS
        client.reconnect_delay_set(*RETRY_SECONDS)
        client.max_inflight_messages_set(2 * MOST_AT_ONCE)
        client.on_connect, client.on_connect_fail = self._on_connect, self._on_connect_fail
        client.on_disconnect, client.on_publish, client.on_message = self._on_disconnect, self._on_publish, self._hear
        client.connect_async(self._broker.host, self._broker.port, KEEP_ALIVE_SECONDS)
        client.loop_start()
        return client

    # The client calls these in its own thread: they publish nothing, so that no thread waits for the other.

    def _on_connect(
        self, client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        if reason.is_failure:
            self._tell_trouble(self._refusal(str(reason)))
            return
        if self._trouble:
            logger.warning("%s: connected", self.name)
            self._trouble = ""
        with self._changed:
            self._is_connected = self._is_to_greet = True
            self._changed.notify_all()
        topics = [f"{self._root}/{source}/{rest}" for source in self._sources for rest in ("+", "+/+")]
        client.subscribe([(topic, 0) for topic in (available_topic(self._root), *topics)])
        self._nudge()

    def _refusal(self, reason: str) -> str:
        if self._broker.login:
            return f"the broker refuses the user and password in {self._broker.login} ({reason})"
        return f"the broker refuses who has no user and password ({reason}); say where they are: login"

    def _on_connect_fail(self, _client: Client, _data: object) -> None:
        self._tell_trouble(f"expected a broker that can be reached ({sys.exception()})")

    def _on_disconnect(
        self, _client: Client, _data: object, _flags: DisconnectFlags, reason: ReasonCode, _more: Properties | None
    ) -> None:
        with self._changed:
            was_connected, self._is_connected = self._is_connected, False
        if was_connected and reason.is_failure:
            self._tell_trouble(f"the connection is lost ({reason})")

    def _on_publish(
        self, _client: Client, _data: object, mid: int, _reason: ReasonCode, _more: Properties | None
    ) -> None:
        with self._changed:
            self._confirmed.add(mid)
            self._changed.notify_all()

    def _hear(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        """What the broker has of an earlier run; also the last will of a connection that it believed in too long."""
        if message.topic == available_topic(self._root):
            is_wrong = message.payload == OFFLINE.encode()
            with self._changed:
                self._is_to_greet |= is_wrong
        else:
            is_wrong = message.retain and message.payload not in (b"", b"0") and not message.topic.endswith("/status")
            with self._changed:
                self._strays |= {message.topic} if is_wrong else set()
        if is_wrong:
            self._nudge()

    def _tell_trouble(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            logger.warning("%s: %s; it is tried again and again", self.name, trouble)
