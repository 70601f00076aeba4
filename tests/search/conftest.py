"""Libraries of each kind of store, to be searched."""

from store.conftest import address, new_address

__all__ = ["address", "new_address"]
