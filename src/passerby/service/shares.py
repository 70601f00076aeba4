"""Links by which people who are no users see safe copies: what is in them, who may open one, and what each use leaves.

A link holds a token of 32 random bytes, of which only a hash is kept. It leads to the copies that it was made for, as
long as viewers may see them, and to nothing else. Who opens one, with the password if it has one, is given another
token, by which the copies are played and downloaded for some hours; what only looks where a link leads uses none up.
"""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from passerby.callers import Caller
from passerby.dates import Clock, format_moment, utc_now
from passerby.documents import Document
from passerby.errors import LogInError, UnknownError, UsageError
from passerby.evidence.custody import Custody
from passerby.object_storage.bucket import StoredObject
from passerby.passwords import LONGEST, Passwords
from passerby.service.copies import Copies
from passerby.store.audit_log import Detail
from passerby.store.library import Address, Store, open_store
from passerby.store.shares import Share
from passerby.wording import hidden_sign_in

DAY = 24 * 60 * 60 * 1_000_000
VISIT = 6 * 60 * 60 * 1_000_000  # for how long what was opened may be played
MOST_DAYS, MOST_COPIES, MOST_LABEL, MOST_TIMES = 366, 50, 200, 10_000
SHORTEST_PASSWORD = 8  # characters: few guesses are let through, and the link itself cannot be guessed
TOKEN_BYTES = 32
RECEIVER = "(link)"  # as the log names who comes by one


@dataclass(frozen=True, slots=True)
class ShareTerms:
    """How a link is limited."""

    days: int = 7
    times: int = 0  # how often it may be opened; 0: as often as one likes
    password: str = ""  # "" for none
    label: str = ""  # what its receivers read

    def require_fit(self) -> None:
        """Raise UsageError for terms that cannot be."""
        if not 1 <= self.days <= MOST_DAYS:
            raise UsageError(f"days: expected 1 to {MOST_DAYS}, found {self.days}")
        if not 0 <= self.times <= MOST_TIMES:
            raise UsageError(f"times: expected 0 to {MOST_TIMES}, found {self.times}")
        if self.password and not SHORTEST_PASSWORD <= len(self.password) <= LONGEST:
            raise UsageError(f"password: expected none, or {SHORTEST_PASSWORD} characters or more")
        if len(self.label) > MOST_LABEL or hidden_sign_in(self.label):
            raise UsageError(f"label: expected at most {MOST_LABEL} signs that can be seen")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a link leads to, for who has it. ``copies`` are told to who has opened it alone."""

    share: Share
    is_opened: bool
    copies: tuple[Document, ...]


class Shares:
    """The links of a library."""

    def __init__(self, library: Address, copies: Copies, custody: Custody, clock: Clock = utc_now) -> None:
        self._library = library
        self._copies = copies
        self._custody = custody
        self._clock = clock

    def add(self, caller: Caller, copies: Sequence[str], terms: ShareTerms) -> Document:
        """Make a link to copies that viewers may see: the link, with its ``token``, which is told here alone.

        Raises UsageError for terms that cannot be, UnknownError for a copy that there is not or that viewers may not
        see, MissingExtraError for a password without Argon2.
        """
        terms.require_fit()
        if not 1 <= len(copies) <= MOST_COPIES:
            raise UsageError(f"copies: expected 1 to {MOST_COPIES}, found {len(copies)}")
        shown = [self._copies.get(copy, for_viewers=True) for copy in dict.fromkeys(copies)]
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        password = Passwords().hash(terms.password) if terms.password else ""
        share = Share(0, terms.label, caller.name, password, terms.times, 0, now, now + terms.days * DAY)
        with self._open() as store, store.transaction():
            share = replace(share, number=store.shares.add(_hash(token), share, [str(copy["id"]) for copy in shown]))
            for copy in shown:
                told: dict[str, Detail] = {"copy": str(copy["id"]), "number": share.number, "days": terms.days}
                store.log.append(now, caller.name, "share", str(copy["video"]), told)
            return self._document(store, share) | {"token": token}

    def all(self) -> list[Document]:
        """The links, the newest first, also those that have ended; not what leads there."""
        with self._open() as store:
            return [self._document(store, share) for share in store.shares.all()]

    def remove(self, caller: Caller, number: int) -> None:
        """End a link, at once and for good. Raises UnknownError."""
        with self._open() as store, store.transaction():
            store.shares.remove(number)
            store.log.append(self._clock(), caller.name, "unshare", f"share:{number}", {})

    # For who has a link

    def shown(self, token: str, visit: str) -> Shown:
        """What a link leads to; ``visit`` is what ``open`` gave, or "". Raises UnknownError where it leads nowhere."""
        with self._open() as store:
            share = _found(store, token)
            is_opened = self._is_visit(store, share, visit)
            if not (is_opened or share.is_open(self._clock())):
                raise _unknown()
            copies = self._visible(store, share)
        if not copies:
            raise _unknown()
        return Shown(share, is_opened, copies if is_opened else ())

    def open(self, token: str, password: str, address: str) -> str:
        """Open a link from an address: what lets in for some hours.

        Raises UnknownError where it leads nowhere, LogInError for a wrong password, TooManyTriesError.
        """
        with self._open() as store:
            share = _found(store, token)
            copies = self._visible(store, share)
            if not share.is_open(self._clock()) or not copies:
                raise _unknown()
            if share.password:
                self._require_password(store, share, password, address)
            visit, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
            with store.transaction():
                # Looked up again: it may have been ended, or opened for the last time, while the password was compared.
                if not _found(store, token).is_open(now):
                    raise _unknown()
                store.shares.open(share.number, _hash(visit), min(now + VISIT, share.expires), now)
                for copy in copies:
                    told: dict[str, Detail] = {"copy": str(copy["id"]), "number": share.number}
                    store.log.append(now, RECEIVER, "open_share", str(copy["video"]), told)
        return visit

    def file(self, token: str, visit: str, copy: str, *, download: bool) -> tuple[str, Path | StoredObject]:
        """A copy of a link that was opened, with its name, to be shown or kept. Raises UnknownError."""
        shown = self.shown(token, visit)
        if copy not in {str(each["id"]) for each in shown.copies}:
            raise _unknown()
        receiver = Caller(RECEIVER, session=_hash(visit))
        return self._copies.file(receiver, copy, "media", download=download, share=shown.share.number)

    def _require_password(self, store: Store, share: Share, password: str, address: str) -> None:
        name = f"share:{share.number}"
        with store.transaction():
            store.tries.begin(name, address, self._clock())
        if not Passwords().fits(password, share.password):
            with store.transaction():
                store.log.append(self._clock(), RECEIVER, "log_in_failed", name, {})
            raise LogInError("the password is wrong")
        with store.transaction():
            store.tries.succeed(name, address)

    def _is_visit(self, store: Store, share: Share, visit: str) -> bool:
        return bool(visit) and store.shares.visited(share.number, _hash(visit), self._clock())

    def _visible(self, store: Store, share: Share) -> tuple[Document, ...]:
        """Those of its copies that viewers may see now."""
        visible = []
        for name in store.shares.copies(share.number):
            with suppress(UnknownError):  # taken back from viewers
                visible.append(self._copies.get(name, for_viewers=True))
        return tuple(visible)

    def _document(self, store: Store, share: Share) -> Document:
        now = self._clock()
        return {
            "number": share.number,
            "label": share.label,
            "by": share.user,
            "copies": store.shares.copies(share.number),
            "has_password": bool(share.password),
            "times": share.most,
            "opened": share.opened,
            "created": format_moment(share.created),
            "expires": format_moment(share.expires),
            "state": "expired" if now >= share.expires else "open" if share.is_open(now) else "used_up",
        }

    def _open(self) -> Store:
        return open_store(self._library, create=False)


def _hash(token: str) -> str:
    """What is kept of a token: it is random, so that who sees how long the look-up takes learns nothing."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def _found(store: Store, token: str) -> Share:
    share = store.shares.by_hash(_hash(token))
    if share is None:
        raise _unknown()
    return share


def _unknown() -> UnknownError:
    """The same for all of them: who guesses learns nothing."""
    return UnknownError("this link leads nowhere (any more): it has ended, or was taken back")
