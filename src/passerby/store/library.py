"""Opening a library by its address: today a folder."""

import re
from pathlib import Path

from passerby.errors import UsageError
from passerby.files.private import DATABASE
from passerby.store.store import WAIT_SECONDS, Store

__all__ = ["Store", "is_library", "open_store"]


def open_store(address: str | Path, *, create: bool, wait_seconds: float = WAIT_SECONDS) -> Store:
    """Open the library at ``address``, making it if ``create`` says so.

    ``wait_seconds`` is how long another process that is writing is waited for. Raises UsageError for an address that
    is none; StoreError if there is no library, or what is there is none, or a newer Passerby made it.
    """
    return Store.open(_folder(address), create=create, wait_seconds=wait_seconds)


def is_library(address: str | Path) -> bool:
    """Whether there is a library at ``address``. Raises UsageError for an address that is none."""
    return (_folder(address) / DATABASE).exists()


def _folder(address: str | Path) -> Path:
    if scheme := re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", str(address)):
        raise UsageError(f"{scheme[0]}: expected the folder of a library, found an address that nothing here can open")
    return Path(address)
