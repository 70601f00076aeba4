"""The addresses that are told when a job ends."""

from dataclasses import asdict

from passerby.callers import Caller
from passerby.documents import Document
from passerby.evidence.custody import Custody
from passerby.service.messenger import check_address
from passerby.settings import Settings
from passerby.store.library import open_store


class Webhooks:
    """The addresses of a library."""

    def __init__(self, settings: Settings, custody: Custody) -> None:
        self._settings = settings
        self._custody = custody

    def all(self) -> list[Document]:
        with open_store(self._settings.library, create=False) as store:
            return [{"id": hook.id, "url": hook.url, "created": hook.created} for hook in store.hooks.all()]

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
