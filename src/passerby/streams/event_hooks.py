"""Tells addresses of events: signed as what servers tell of jobs, and only addresses that may be told."""

import json
import secrets
import threading
from urllib.parse import urlsplit

from passerby.addresses import check_address
from passerby.errors import UsageError
from passerby.signed_posts import post
from passerby.streams.event_lines import state_document
from passerby.streams.logins import read_secret
from passerby.streams.outlet_queue import News
from passerby.streams.outlet_settings import LEAST_SECRET, EventHook

PAUSES = (1.0, 5.0, 30.0)  # seconds, after each try that failed; after the last of them nobody is told


class HookOutlet:
    """Tells one address."""

    def __init__(self, hook: EventHook, *, allow_private: bool) -> None:
        """Raises UsageError for an address that may not be told, and for a secret that is not there or short."""
        self._url, self._allow_private = hook.url, allow_private
        self._secret = read_secret(hook.secret, "webhooks: secret")
        if len(self._secret) < LEAST_SECRET:
            raise UsageError(f"webhooks: secret: expected at least {LEAST_SECRET} characters in {hook.secret}")
        check_address(self._url, allow_private=allow_private)
        self.name = f"webhook {urlsplit(self._url).netloc}"  # its path may be a secret
        self._ending = threading.Event()

    def send(self, news: News) -> None:
        """Raises OSError: it was tried some times, and did not arrive."""
        if not (news.events or news.states):
            return
        body = json.dumps(
            {
                "id": secrets.token_hex(8),
                "event": "stream.events",
                "events": [event.document() for event in news.events],
                "states": [state_document(state) for state in news.states],
            }
        ).encode()
        failed = self._try(body)
        for pause in PAUSES:
            if not failed or self._ending.wait(pause):
                break
            failed = self._try(body)
        if failed:
            raise OSError(failed)

    def _try(self, body: bytes) -> str:
        """Why it did not arrive, or nothing."""
        try:
            status = post(self._url, self._secret, body, allow_private=self._allow_private)
        except UsageError as error:  # the address cannot be found, or leads elsewhere by now
            return str(error)
        if status is None:
            return "expected an answer, there was none"
        return "" if 200 <= status < 300 else f"expected an answer of 200 to 299, found {status}"

    def give_up(self) -> None:
        """Try nothing again."""
        self._ending.set()

    def close(self) -> None:
        """There is no connection that stays."""
