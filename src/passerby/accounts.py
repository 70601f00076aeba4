"""The facade for who may what, and who did what: users, sessions, tokens, and the audit log. No web framework here."""

import json
import re
import secrets
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal, cast, get_args

from passerby.batching import Batching
from passerby.documents import Document
from passerby.errors import LogInError, UsageError
from passerby.lately import Lately
from passerby.passwords import Passwords, require_good
from passerby.settings import Settings
from passerby.store.accounts import Token, User
from passerby.store.audit_log import Action, Detail, Entry
from passerby.store.library import Store, is_library, open_store

Clock = Callable[[], int]  # microseconds of UTC
Role = Literal["viewer", "reviewer", "admin"]
Scope = Literal["read", "redact", "write", "admin"]
_Noted = tuple[str, Action, str, Mapping[str, Detail]]  # who, what, to what, details

# What a role may, from the least on: each may what those before it may.
# viewer: search, masked pictures, safe copies; reviewer: originals, redaction, adding and tags; admin: everything.
ROLES: Mapping[str, frozenset[str]] = {
    "viewer": frozenset({"read"}),
    "reviewer": frozenset({"read", "redact", "write"}),
    "admin": frozenset(get_args(Scope)),
}
# What a token must be for, to act in a role.
_SCOPE_OF_ROLE = {"viewer": "read", "reviewer": "redact", "admin": "admin"}
CONSOLE = "(console)"  # who has the files of the library, and so needs no account
UNKNOWN = "(unknown)"  # who gave a name that no user has
TOKEN_PREFIX = "pby_"  # by which those who look for secrets in code can tell one  # noqa: S105
DAY = 24 * 60 * 60 * 1_000_000
IDLE, LONGEST_SESSION = 7 * DAY, 30 * DAY
NOTED_EVERY = 60 * 60 * 1_000_000  # so that not each page that is looked at writes to the disk
MOST_DAYS = 366  # of a token
MOST_LABEL = 100  # characters
_SECRET_BYTES = 32
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


def utc_now() -> int:
    """Microseconds since 1970 in UTC."""
    return time.time_ns() // 1000


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a user who has logged in, or a program with a token."""

    name: str
    role: str  # of the user
    scopes: frozenset[str]  # what the role may; with a token, of that what the token is for
    # By which one session or token is told from another of the same user; nobody is let in by it.
    session: str = field(default="", compare=False)

    def may(self, role: Role) -> bool:
        """Whether they may what that role may. With a token: one that is for it, whatever its user may."""
        return self.may_do(cast(Scope, _SCOPE_OF_ROLE[role]))

    def may_do(self, scope: Scope) -> bool:
        return scope in self.scopes


class Accounts:
    """The users of a library, and its log. Opens its database for each call, so that it may be kept for long.

    ``by`` is who does it: a user's name, or whoever has the library's files. Every method raises StoreError if the
    library cannot be read or written, and those that name a user UsageError if there is none of that name.
    """

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self._address = settings.library
        self._clock = clock
        self._noted = Batching(self._append)
        self._lately = Lately(NOTED_EVERY)

    # Users

    def has_library(self) -> bool:
        """Whether there is a library, and so a log."""
        return is_library(self._address)

    def empty(self) -> bool:
        """Whether there is no user yet (nor, perhaps, a library)."""
        if not self.has_library():
            return True
        with self._open() as store:
            return not store.accounts.any()

    def users(self) -> list[Document]:
        """All users, as in ``users list --json``."""
        with self._open() as store:
            return [
                {"name": user.name, "role": user.role, "created": _shown(user.created)}
                for user in store.accounts.users()
            ]

    def add_user(self, name: str, password: str, role: str, *, by: str = CONSOLE) -> None:
        """Take a user in; a library is made if there is none.

        Raises UsageError for a name, a password or a role that cannot be, MissingExtraError without Argon2.
        """
        name = _folded(name)
        if not _NAME.fullmatch(name):
            raise UsageError(f"user name: expected 1 to 64 letters (a-z), digits, and any of ._@-, found {name!r}")
        _require_role(role)
        require_good(password, name)
        kept = Passwords().hash(password)
        now = self._clock()
        with self._open(create=True) as store, store.transaction():
            store.accounts.add(User(name, role, kept, now))
            store.log.append(now, by, "add_user", f"user:{name}", {"role": role})

    def set_password(self, name: str, password: str, *, by: str = CONSOLE) -> None:
        """Give a user another password: their sessions end, and no wait is left. Raises as ``add_user``."""
        name = _folded(name)
        require_good(password, name)
        kept = Passwords().hash(password)
        with self._open() as store, store.transaction():
            store.accounts.set_password(name, kept)
            ended = store.accounts.end_sessions_of(name)
            store.tries.forgive(name)
            store.log.append(self._clock(), by, "set_password", f"user:{name}", {"sessions": ended})

    def change_password(self, name: str, current: str, new: str, *, session: str, address: str) -> None:
        """Give a user another password by their own hand: all their sessions end, but the one of this token.

        ``address`` is where they ask from. Raises UsageError for a wrong ``current`` and for a ``new`` that cannot be,
        TooManyTriesError as ``log_in`` does, with which the tries are shared, MissingExtraError without Argon2.
        """
        name = _folded(name)
        require_good(new, name)
        passwords = Passwords()
        with self._open() as store:
            user = store.accounts.get(name)
            with store.transaction():
                store.tries.begin(name, address, self._clock())
            if not passwords.fits(current, user.password):
                with store.transaction():
                    store.log.append(self._clock(), name, "log_in_failed", f"user:{name}", {})
                raise UsageError("current: this is not your password")
            kept = passwords.hash(new)
            with store.transaction():
                # Looked up again: an admin may have set another password while this one was compared.
                if store.accounts.find(name) != user:
                    raise UsageError("current: your account was changed meanwhile; log in anew")
                store.tries.succeed(name, address)
                store.accounts.set_password(name, kept)
                ended = store.accounts.end_sessions_of(name, but=_hash(session))
                store.log.append(self._clock(), name, "set_password", f"user:{name}", {"sessions": ended})

    def set_role(self, name: str, role: str, *, by: str = CONSOLE) -> None:
        """Give a user another role, at once, for their sessions and tokens too.

        Raises UsageError for no role, and if no admin would be left.
        """
        name = _folded(name)
        _require_role(role)
        with self._open() as store, store.transaction():
            store.accounts.set_role(name, role)
            store.log.append(self._clock(), by, "set_role", f"user:{name}", {"role": role})

    def remove_user(self, name: str, *, by: str = CONSOLE) -> None:
        """Remove a user, with sessions and tokens; what the log says of them stays.

        Raises UsageError if no admin would be left.
        """
        name = _folded(name)
        with self._open() as store, store.transaction():
            ended = store.accounts.end_sessions_of(name)
            store.accounts.remove(name)
            store.log.append(self._clock(), by, "remove_user", f"user:{name}", {"sessions": ended})

    # Sessions

    def delay(self, name: str) -> float:
        """For how many seconds to hold an answer to a try with this name back, however right it is."""
        with self._open() as store:
            return store.tries.delay(_folded(name), self._clock())

    def log_in(self, name: str, password: str, address: str) -> str:
        """The token of a new session, of 43 characters that may stand in a cookie.

        ``address`` is where the try comes from. Raises LogInError, the same and after the same time for an unknown
        name and a wrong password, TooManyTriesError, MissingExtraError without Argon2.
        """
        name = _folded(name)
        passwords = Passwords()
        with self._open() as store:
            with store.transaction():
                store.tries.begin(name, address, self._clock())
            user = store.accounts.find(name)
            right = passwords.fits(password, user.password if user else None)
            renewed = passwords.hash(password) if right and user and passwords.is_dated(user.password) else None
            with store.transaction():
                token = None
                # Looked up again: the user may have been removed, or the password changed, while it was compared.
                if right and user and store.accounts.find(name) == user:
                    token = self._begin_session(store, user, address, renewed)
                elif user:
                    store.log.append(self._clock(), user.name, "log_in_failed", f"user:{user.name}", {})
                else:  # what was typed is kept nowhere: it may be a password
                    store.log.append(self._clock(), UNKNOWN, "log_in_failed", "", {})
        if token is None:
            raise LogInError("the name or the password is wrong")
        return token

    def _begin_session(self, store: Store, user: User, address: str, renewed: str | None) -> str:
        token, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock()
        store.tries.succeed(user.name, address)
        if renewed:
            store.accounts.set_password(user.name, renewed)
        for name, ended in store.accounts.drop_expired_sessions(now):
            store.log.append(now, name, "end_session", f"user:{name}", {"sessions": ended})
        store.accounts.add_session(_hash(token), user.name, now, now + IDLE)
        store.log.append(now, user.name, "log_in", f"user:{user.name}", {})
        return token

    def caller_of_session(self, token: str) -> Caller | None:
        """Whose session it is; None if it has ended: 7 days after it was last used, or 30 after it began."""
        now = self._clock()
        with self._open() as store:
            found = store.accounts.session(_hash(token), now)
            if found is None:
                return None
            if now - found.used >= NOTED_EVERY:
                expires = min(now + IDLE, found.created + LONGEST_SESSION)
                store.accounts.use_session(_hash(token), now, expires)
        return Caller(found.user, found.role, ROLES[found.role], _hash(token))

    def log_out(self, token: str) -> None:
        """End a session, if it has not ended."""
        with self._open() as store, store.transaction():
            found = store.accounts.session(_hash(token), self._clock())
            if found is not None:
                store.accounts.end_session(_hash(token))
                store.log.append(self._clock(), found.user, "log_out", f"user:{found.user}", {})

    # Tokens

    def make_token(self, user: str, label: str, scopes: Collection[str], days: int, *, by: str = CONSOLE) -> str:
        """A token that lets a program in as a user for so many days; it can be shown now and never again.

        Raises UsageError for scopes that there are not or that the user's role has not, and for another length than 1
        to 366 days.
        """
        user, wanted = _folded(user), frozenset(scopes)
        if not wanted or wanted - ROLES["admin"]:
            raise UsageError(f"scopes: expected some of {', '.join(get_args(Scope))}, found {_listed(wanted)}")
        if not 1 <= days <= MOST_DAYS:
            raise UsageError(f"days: expected 1 to {MOST_DAYS}, found {days}")
        if len(label) > MOST_LABEL:
            raise UsageError(f"label: expected at most {MOST_LABEL} characters, found {len(label)}")
        token, now = TOKEN_PREFIX + secrets.token_urlsafe(_SECRET_BYTES), self._clock()
        with self._open() as store, store.transaction():
            role = store.accounts.get(user).role
            if lacking := wanted - ROLES[role]:
                raise UsageError(f"scopes: {user!r} is {role}, which may not {_listed(lacking)}; change the role first")
            made = Token(0, user, role, label, wanted, now, now + days * DAY)
            number = store.accounts.add_token(_hash(token), made)
            details: dict[str, Detail] = {"scopes": sorted(wanted), "days": days}
            store.log.append(now, by, "make_token", f"token:{number}", details)
        return token

    def caller_of_token(self, token: str) -> Caller | None:
        """As whom a token lets in, and to what: no more than the user's role may by now. None if it has expired."""
        with self._open() as store:
            found = store.accounts.token(_hash(token), self._clock())
        return None if found is None else Caller(found.user, found.role, found.scopes & ROLES[found.role], _hash(token))

    def tokens(self, user: str) -> list[Document]:
        """What is known of a user's tokens, as in ``users tokens --json``."""
        with self._open() as store:
            name = store.accounts.get(_folded(user)).name
            return [self._token_document(token) for token in store.accounts.tokens(name)]

    def _token_document(self, token: Token) -> Document:
        return {
            "number": token.number,
            "label": token.label,
            "scopes": sorted(token.scopes),
            "created": _shown(token.created),
            "expires": _shown(token.expires),
            "expired": token.expires <= self._clock(),
        }

    def revoke_token(self, user: str, number: int, *, by: str = CONSOLE) -> None:
        """End a token of that user. Raises UsageError if they have none of this number."""
        user = _folded(user)
        with self._open() as store, store.transaction():
            store.accounts.remove_token(user, number)
            store.log.append(self._clock(), by, "revoke_token", f"token:{number}", {})

    # The log

    def note(
        self, caller_name: str, action: Action, subject: str = "", details: Mapping[str, Detail] | None = None
    ) -> None:
        """Add an entry to the log. ``subject`` is the id of a video, ``kind:name`` of what the library named, or "".

        Raises ValueError for an action, a subject or a detail that the log has no place for: see store/audit_log.py.
        It is on the disk when this returns; entries of several threads at once wait for the disk together.
        """
        self._noted.put((caller_name, action, subject, details or {}))

    def note_hourly(
        self, caller: Caller, action: Action, subject: str, details: Mapping[str, Detail] | None = None
    ) -> None:
        """As ``note``, for what is asked for in many pieces: once an hour for each session, or anew after a restart."""
        what = (caller.name, caller.session, action, subject, json.dumps(details, sort_keys=True))
        now = self._clock()
        if not self._lately.has(what, now):
            self.note(caller.name, action, subject, details)
            self._lately.add(what, now)  # not before: nothing is shown whose entry is not on the disk

    def _append(self, noted: Sequence[_Noted]) -> None:
        with self._open() as store, store.transaction():
            for caller_name, action, subject, details in noted:
                store.log.append(self._clock(), caller_name, action, subject, details)

    def entries(self, after: int = 0, limit: int = 100) -> list[Document]:
        """At most ``limit`` entries, in order, from the one after number ``after``; as in ``log --json``."""
        with self._open() as store:
            return [_entry_document(entry) for entry in store.log.entries(after, limit)]

    def log_head(self) -> tuple[int, str]:
        """How many entries there are, and the hash of the last: to be kept elsewhere, and compared later."""
        with self._open() as store:
            head = store.log.head()
            return head.count, head.hash

    def verify_log(self, known: str | None = None) -> str:
        """What is wrong with the log, in words; empty if nothing is.

        ``known`` is the hash of its end at an earlier time: it must still be in the chain.
        """
        with self._open() as store:
            fault = store.log.fault()
            if not fault and known is not None and store.log.find(known) is None:
                fault = f"no entry of the log has the hash {known}: it was written anew since, or is another library's"
            return fault

    def _open(self, *, create: bool = False) -> Store:
        return open_store(self._address, create=create)


def _entry_document(entry: Entry) -> Document:
    return asdict(entry) | {"time": _shown(entry.time), "details": json.loads(entry.details)}


def _hash(token: str) -> str:
    """What is kept of a token: it is random, so nothing slower than SHA-256 is needed."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def _folded(name: str) -> str:
    return name.strip().lower()


def _require_role(role: str) -> None:
    if role not in ROLES:
        raise UsageError(f"role: expected one of {', '.join(ROLES)}, found {role!r}")


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words)) or "none"


def _shown(microseconds: int) -> str:
    """ISO 8601, in UTC."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest).isoformat(timespec="microseconds")
