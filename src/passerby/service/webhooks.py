"""The addresses that are told when a job ends."""

import json
import secrets
from dataclasses import asdict

from passerby.addresses import check_address
from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import UnknownError
from passerby.evidence.custody import Custody
from passerby.settings import Settings
from passerby.signed_posts import post
from passerby.store.library import open_store


class Webhooks:
    """The addresses of a library."""

    def __init__(self, settings: Settings, custody: Custody) -> None:
        self._settings = settings
        self._custody = custody

    def all(self) -> list[Document]:
        with open_store(self._settings.library, create=False) as store:
            waiting = store.deliveries.undelivered()
            return [
                {
                    "id": hook.id,
                    "url": hook.url,
                    "created": hook.created,
                    "undelivered": asdict(waiting[hook.id]) if hook.id in waiting else None,
                }
                for hook in store.hooks.all()
            ]

    def test(self, hook: str) -> Document:
        """Tell an address something of no consequence, at once; what it answers. Raises UnknownError, UsageError."""
        with open_store(self._settings.library, create=False) as store:
            found = next((known for known in store.hooks.all() if known.id == hook), None)
        if found is None:
            raise UnknownError("there is no such address (any more)")
        body = json.dumps({"id": secrets.token_hex(8), "event": "test"}).encode()
        status = post(found.url, found.secret, body, allow_private=bool(self._settings.private_hooks))
        return {"arrived": status is not None and 200 <= status < 300, "status": status}

    def add(self, caller: Caller, url: str) -> Document:
        """Its secret is told here, and never again. Raises UsageError for an address that may not be told."""
        check_address(url, allow_private=bool(self._settings.private_hooks))
        with open_store(self._settings.library, create=False) as store:
            hook = store.hooks.put(url)
        self._custody.note(caller, "add_hook", f"hook:{hook.id}")
        return asdict(hook)

    def remove(self, caller: Caller, hook: str) -> None:
        """Tell an address no more; one that there is not is no error, and leaves no entry."""
        is_there = any(known["id"] == hook for known in self.all())
        with open_store(self._settings.library, create=False) as store:
            store.hooks.remove(hook)
        if is_there:
            self._custody.note(caller, "remove_hook", f"hook:{hook}")
