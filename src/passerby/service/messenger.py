"""Tells addresses that a job has ended, signed, and only addresses that may be told.

An address is looked up once for each delivery and the connection goes to what was found, so that a name cannot lead to
a public address when it is checked and to a private one when it is used (DNS rebinding).
"""

import hashlib
import hmac
import ipaddress
import json
import logging
import socket
import threading
import time
from urllib.parse import urlsplit

import httpx

from passerby.errors import PasserbyError, UsageError
from passerby.settings import Settings
from passerby.store.deliveries import PAUSES, Delivery
from passerby.store.hooks import Hook
from passerby.store.jobs import StoredJob
from passerby.store.library import Store, open_store

SECONDS = 10.0  # for one
ENDING_SECONDS = 1.0
WATCH_SECONDS = 0.5  # how often it is looked whether any is due
SIGNATURE = "X-Passerby-Signature"

logger = logging.getLogger(__name__)


def check_address(url: str, *, allow_private: bool) -> tuple[str, int, str]:
    """The host, the port and the IP address that an address leads to.

    Raises UsageError for anything but http(s), and, unless ``allow_private``, for what is not in the public internet.
    """
    if not url.isascii() or not url.isprintable():
        raise UsageError("url: expected an address in ASCII; write other letters of a host as xn--...")
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (KeyError, ValueError) as error:
        raise UsageError("url: expected an address that begins with https:// or http://") from error
    host = parts.hostname or ""
    if not host or parts.username is not None:
        raise UsageError("url: expected an address with a host, and without a name or password in it")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise UsageError(f"url: the host {host} cannot be found") from error
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(_is_public(address) for address in addresses):
        raise UsageError(
            "url: expected an address in the public internet, found one of a private network; PASSERBY_PRIVATE_HOOKS=1 "
            "allows those"
        )
    return host, port, addresses[0]


def _is_public(address: str) -> bool:
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            return _is_public(str(ip.ipv4_mapped))
        # They lead to an IPv4 address, private ones too; so does NAT64, which is reserved.
        if ip.sixtofour is not None or ip.teredo is not None:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def signature(secret: str, moment: int, body: bytes) -> str:
    """``t=SECONDS,v1=HEX``: HMAC-SHA256 over the seconds since 1970, a dot, and the body."""
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


class Messenger(threading.Thread):
    """The thread that delivers, one after the other, while a server runs."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(name="messenger", daemon=True)
        self._settings = settings
        self._ending = threading.Event()

    def end(self) -> None:
        """Deliver no more. What is being delivered is given a moment; if it takes longer it is delivered again."""
        self._ending.set()
        self.join(ENDING_SECONDS)

    def run(self) -> None:
        while not self._ending.wait(WATCH_SECONDS):
            try:
                with open_store(self._settings.library, create=False) as store:
                    self._round(store)
            except PasserbyError as error:  # the library cannot be read at this moment
                logger.warning("nobody can be told that a job has ended (%s); that is tried again", error)

    def _round(self, store: Store) -> None:
        """Deliver what is due; of an address that does not listen one, so that others need not wait for it."""
        failing: set[str] = set()
        while not self._ending.is_set() and (delivery := store.deliveries.take(failing)):
            job = store.jobs.get(delivery.job)
            if job is None:  # forgotten at this moment
                continue
            if self._arrives(delivery, job):
                store.deliveries.drop(delivery.id)
            else:
                failing.add(delivery.hook.id)
                logger.warning(
                    "job %s: the address %s could not be told (try %d of %d)",
                    job.id, delivery.hook.id, delivery.attempt, len(PAUSES) + 1,
                )  # fmt: skip

    def _arrives(self, delivery: Delivery, job: StoredJob) -> bool:
        body = json.dumps({"id": delivery.id, "event": "job.ended", "job": _told(job)}).encode()
        try:
            answer = post(delivery.hook, body, allow_private=bool(self._settings.private_hooks))
        except UsageError:  # the address cannot be found, or leads elsewhere by now
            return False
        return answer is not None and 200 <= answer < 300


def post(hook: Hook, body: bytes, *, allow_private: bool) -> int | None:
    """Send a signed ``body`` to an address: the status of its answer, or None where there is none.

    Raises UsageError for an address that cannot be found, or may not be told.
    """
    host, port, address = check_address(hook.url, allow_private=allow_private)
    parts = urlsplit(hook.url)
    literal = f"[{address}]" if ":" in address else address
    headers = {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        SIGNATURE: signature(hook.secret, int(time.time()), body),
    }
    try:
        with (
            httpx.Client(timeout=SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST",
                parts._replace(netloc=f"{literal}:{port}").geturl(),
                content=body,
                headers=headers,
                extensions={"sni_hostname": host},
            ) as answer,
        ):
            return answer.status_code  # what else it says is not read: it may have no end
    except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):  # UnicodeError: a host that no header can hold
        return None


def _told(job: StoredJob) -> dict[str, object]:
    return {"id": job.id, "kind": job.kind, "video": job.video, "status": job.status, "message": job.message}
