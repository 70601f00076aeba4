"""Whom events are told: a broker of MQTT, and addresses."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from passerby.errors import UsageError
from passerby.streams.zones import NAME
from passerby.wording import meant_instead

TOPIC, DISCOVERY = "passerby", "homeassistant"
MOST_HOOKS, LEAST_SECRET = 20, 16
_PORTS = {"mqtt": 1883, "mqtts": 8883}
_TOPIC = re.compile(rf"{NAME.pattern}(?:/{NAME.pattern}){{0,4}}")
_KEYS = ("mqtt", "webhooks")
_BROKER_KEYS = ("address", "login", "authority", "topic", "discovery")
_HOOK_KEYS = ("address", "secret")


@dataclass(frozen=True, slots=True)
class MqttBroker:
    """A broker of MQTT."""

    host: str
    port: int
    is_encrypted: bool = False
    login: str = ""  # "env:NAME" or "file:/path", where user:password is; "" for none
    authority: str = ""  # a file of certificates by which the broker's is checked; "": those of the system
    topic: str = TOPIC  # before all topics; what watches two libraries for one broker needs two
    discovery: str = DISCOVERY  # before the topics by which Home Assistant finds what there is; "": none


@dataclass(frozen=True, slots=True)
class EventHook:
    """An address that is told of events."""

    url: str
    secret: str  # "env:NAME" or "file:/path", where what is sent is signed with


@dataclass(frozen=True, slots=True)
class OutletSettings:
    """Whom events are told."""

    broker: MqttBroker | None = None
    hooks: tuple[EventHook, ...] = ()


def parse_outlets(document: Mapping[str, object], where: str) -> OutletSettings:
    """Outlets as the tables ``mqtt`` and ``webhooks`` of a file tell them. Raises UsageError."""
    _check_keys(document, _KEYS, where)
    broker, hooks = document.get("mqtt"), document.get("webhooks", ())
    if not isinstance(hooks, Sequence) or isinstance(hooks, str) or len(hooks) > MOST_HOOKS:
        raise UsageError(f"{where}: webhooks: expected at most {MOST_HOOKS} tables, each with address and secret")
    return OutletSettings(
        None if broker is None else _broker(broker, f"{where}: mqtt"),
        tuple(_hook(hook, f"{where}: webhooks") for hook in hooks),
    )


def parse_broker(
    address: str, where: str, *, login: str = "", authority: str = "", topic: str = TOPIC, discovery: str = DISCOVERY
) -> MqttBroker:
    """A broker at an address such as mqtt://broker.local or mqtts://broker.local:8883. Raises UsageError."""
    try:
        parts = urlsplit(address)
        port = parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError) as error:
        raise UsageError(f"{where}: address: expected mqtt://HOST[:PORT] or mqtts://HOST[:PORT]") from error
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            f"{where}: address: expected no user and password in it, where others can read them; put user:password "
            "into a file or a variable, and name it: login = file:PATH or env:NAME"
        )
    if not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError(f"{where}: address: expected mqtt://HOST[:PORT] and nothing after it, found {address}")
    for name, told in (("topic", topic), ("discovery", discovery)):
        if not (_TOPIC.fullmatch(told) or (name == "discovery" and not told)):
            raise UsageError(f"{where}: {name}: expected letters, digits, - and _, such as {TOPIC}, found {told!r}")
    if authority and parts.scheme != "mqtts":
        raise UsageError(f"{where}: authority: expected mqtts:// before it, found {parts.scheme}://")
    return MqttBroker(parts.hostname, port, parts.scheme == "mqtts", login, authority, topic, discovery)


def _broker(table: object, where: str) -> MqttBroker:
    texts = _texts(table, _BROKER_KEYS, where)
    return parse_broker(texts.pop("address", ""), where, **texts)


def _hook(table: object, where: str) -> EventHook:
    texts = _texts(table, _HOOK_KEYS, where)
    url, secret = texts.get("address", ""), texts.get("secret", "")
    if not url.startswith(("https://", "http://")):
        raise UsageError(f"{where}: address: expected an address that begins with https:// or http://, found {url!r}")
    if not secret.startswith(("env:", "file:")):
        raise UsageError(f"{where}: secret: expected env:NAME or file:PATH, where the secret is")
    return EventHook(url, secret)


def _texts(table: object, keys: Sequence[str], where: str) -> dict[str, str]:
    if not isinstance(table, Mapping):
        raise UsageError(f"{where}: expected a table with {', '.join(keys)}")
    _check_keys(table, keys, where)
    for key, value in table.items():
        if not isinstance(value, str):
            raise UsageError(f"{where}: {key}: expected a text, found {value!r}")
    return dict(table)


def _check_keys(table: Mapping[str, object], keys: Sequence[str], where: str) -> None:
    for key in table:
        if key not in keys:
            raise UsageError(f"{where}: there is no {key!r}; {meant_instead(str(key), keys)}")
