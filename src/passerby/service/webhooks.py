"""The addresses that are told when a job ends."""

from dataclasses import asdict

from passerby.documents import Document
from passerby.service.messenger import check_address
from passerby.settings import Settings
from passerby.store.library import open_store


class Webhooks:
    """The addresses of a library."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def every(self) -> list[Document]:
        with open_store(self._settings.library, create=False) as store:
            return [{"id": hook.id, "url": hook.url, "created": hook.created} for hook in store.hooks.every()]

    def add(self, url: str) -> Document:
        """Its secret is told here, and never again. Raises UsageError for an address that may not be told."""
        check_address(url, allow_private=bool(self._settings.private_hooks))
        with open_store(self._settings.library, create=False) as store:
            return asdict(store.hooks.put(url))

    def remove(self, hook: str) -> None:
        with open_store(self._settings.library, create=False) as store:
            store.hooks.remove(hook)
