"""By which Home Assistant finds what a broker of MQTT is told: one message for each sensor.

Format: https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery. Each source is a device; for each label there
are a number and whether there is any, and for each source its status.
"""

import json
from collections.abc import Iterator

from passerby.documents import Document
from passerby.streams.mqtt_messages import (
    OFFLINE,
    ONLINE,
    STALLED,
    CountPlace,
    MqttMessage,
    available_topic,
    count_topic,
    status_topic,
)
from passerby.version import __version__

_ONLINE_ONLY = "{{ 'online' if value == 'online' else 'offline' }}"


class Discovery:
    """The messages for one broker; ``discovery`` is before their topics, ``root`` before those that they are about."""

    def __init__(self, discovery: str, root: str) -> None:
        self._discovery, self._root = discovery, root

    def of_source(self, source: str) -> Iterator[MqttMessage]:
        """Of its status: whether it is watched, and what it is besides."""
        topic = status_topic(self._root, source)
        common = self._common(source) | {"state_topic": topic, "entity_category": "diagnostic"}
        yield self._message(
            source,
            "binary_sensor",
            "connected",
            common
            | {
                "name": "Connected",
                "device_class": "connectivity",
                "value_template": "{{ 'ON' if value == 'online' else 'OFF' }}",
            },
        )
        status = {"name": "Status", "device_class": "enum", "options": [ONLINE, STALLED, OFFLINE]}
        yield self._message(source, "sensor", "status", common | status)

    def of_count(self, place: CountPlace) -> Iterator[MqttMessage]:
        """Of a number: itself, and whether it is more than nought."""
        what = " ".join(part for part in (place.zone, place.label) if part).replace("_", " ").capitalize()
        key = "-".join(part for part in (place.zone, place.label) if part)
        common = self._common(place.source) | {
            "state_topic": count_topic(self._root, place),
            "availability": [
                *self._availability(),
                {"topic": status_topic(self._root, place.source), "value_template": _ONLINE_ONLY},
            ],
            "availability_mode": "all",
        }
        yield self._message(
            place.source,
            "binary_sensor",
            f"{key}-occupancy",
            common
            | {
                "name": f"{what} occupancy",
                "device_class": "occupancy",
                "value_template": "{{ 'ON' if value | int(0) > 0 else 'OFF' }}",
            },
        )
        number = {"name": f"{what} count", "state_class": "measurement"}
        yield self._message(place.source, "sensor", f"{key}-count", common | number)

    def _common(self, source: str) -> Document:
        return {
            "availability": self._availability(),
            "device": {
                "identifiers": [f"{self._root}/{source}"],
                "name": source,
                "manufacturer": "Passerby",
                "model": "watched source",
            },
            "origin": {"name": "Passerby", "sw_version": __version__},
        }

    def _availability(self) -> list[Document]:
        return [{"topic": available_topic(self._root)}]

    def _message(self, source: str, component: str, key: str, document: Document) -> MqttMessage:
        node = f"{self._root.replace('/', '-')}-{source}"
        return MqttMessage(
            f"{self._discovery}/{component}/{node}/{key}/config",
            json.dumps({"unique_id": f"{node}-{key}", **document}),
        )
