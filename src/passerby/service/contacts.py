"""Where a user is reached by mail, and of what."""

from collections.abc import Sequence

from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import UsageError
from passerby.service.mailer import is_address
from passerby.store.contacts import Contact, Wanted
from passerby.store.library import Address, open_store


class Contacts:
    """The contacts of the users of a library."""

    def __init__(self, library: Address, *, sends: bool) -> None:
        """``sends``: whether this server sends mails."""
        self._library = library
        self._sends = sends

    def get(self, caller: Caller) -> Document:
        with open_store(self._library, create=False) as store:
            return self._document(store.contacts.of(caller.name))

    def put(self, caller: Caller, mail: str, wanted: Sequence[Wanted]) -> Document:
        """Keep where somebody is reached. Raises UsageError for no address, and for who is no user."""
        if mail and not is_address(mail):
            raise UsageError(f"mail: expected an address such as ada@example.org, or none, found {mail!r}")
        with open_store(self._library, create=False) as store, store.transaction():
            store.contacts.put(caller.name, mail, wanted)
            return self._document(store.contacts.of(caller.name))

    def _document(self, contact: Contact) -> Document:
        return {"mail": contact.mail, "wanted": list(contact.wanted), "sends": self._sends}
