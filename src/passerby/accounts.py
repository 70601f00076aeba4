"""The facade for who may what: users, sessions and tokens. No web framework here."""

import re
import secrets
from collections.abc import Collection
from dataclasses import replace
from hashlib import sha256
from itertools import count
from typing import get_args

from passerby.callers import CONSOLE, ROLES, Caller, Scope
from passerby.dates import Clock, format_moment, utc_now
from passerby.documents import Document
from passerby.errors import LogInError, UsageError
from passerby.passwords import Passwords, require_good
from passerby.settings import Settings
from passerby.store.accounts import ADMIN, NO_PASSWORD, OutsideUser, Token, User
from passerby.store.audit_log import Detail
from passerby.store.library import Store, is_library, open_store

UNKNOWN = "(unknown)"  # who gave a name that no user has
TOKEN_PREFIX = "pby_"  # by which those who look for secrets in code can tell one  # noqa: S105
DAY = 24 * 60 * 60 * 1_000_000
IDLE, LONGEST_SESSION = 7 * DAY, 30 * DAY
NOTED_EVERY = 60 * 60 * 1_000_000  # the use of a session: so that not each page that is looked at writes to the disk
MOST_DAYS = 366  # of a token
MOST_LABEL = 100  # characters
_SECRET_BYTES = 32
SESSION_ID = 16  # signs of the hash of a session that stand for it
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")


class Accounts:
    """The users of a library. Opens its database for each call, so that it may be kept for long.

    ``by`` is who does it, for the log: a change and its entry are one transaction. Every method raises StoreError if
    the library cannot be read or written, and those that name a user UsageError if there is none of that name.
    """

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self.address = settings.library
        self._clock = clock

    # Users

    def empty(self) -> bool:
        """Whether there is no user yet (nor, perhaps, a library)."""
        if not is_library(self.address):
            return True
        with self._open() as store:
            return not store.accounts.any()

    def users(self) -> list[Document]:
        """All users, as in ``users list --json``."""
        with self._open() as store:
            return [
                {"name": user.name, "role": user.role, "created": format_moment(user.created)}
                for user in store.accounts.users()
            ]

    def add_user(self, name: str, password: str, role: str, *, by: Caller = CONSOLE) -> None:
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
            store.log.append(now, by.name, "add_user", f"user:{name}", {"role": role})

    def set_password(self, name: str, password: str, *, by: Caller = CONSOLE) -> None:
        """Give a user another password: their sessions end, and no wait is left. Raises as ``add_user``."""
        name = _folded(name)
        require_good(password, name)
        kept = Passwords().hash(password)
        with self._open() as store, store.transaction():
            store.accounts.set_password(name, kept)
            ended = store.accounts.end_sessions_of(name)
            store.tries.forgive(name)
            store.log.append(self._clock(), by.name, "set_password", f"user:{name}", {"sessions": ended})

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
            if not passwords.fits(current, user.password or None):
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

    def set_role(self, name: str, role: str, *, by: Caller = CONSOLE) -> None:
        """Give a user another role, at once, for their sessions and tokens too.

        Raises UsageError for no role, and if no admin would be left.
        """
        name = _folded(name)
        _require_role(role)
        with self._open() as store, store.transaction():
            store.accounts.set_role(name, role)
            store.log.append(self._clock(), by.name, "set_role", f"user:{name}", {"role": role})

    def remove_user(self, name: str, *, by: Caller = CONSOLE) -> None:
        """Remove a user, with sessions and tokens; what the log says of them stays.

        Raises UsageError if no admin would be left.
        """
        name = _folded(name)
        with self._open() as store, store.transaction():
            ended = store.accounts.end_sessions_of(name)
            store.accounts.remove(name)
            store.log.append(self._clock(), by.name, "remove_user", f"user:{name}", {"sessions": ended})

    # Sessions

    def delay(self, name: str) -> float:
        """For how many seconds to hold an answer to a try with this name back, however right it is."""
        with self._open() as store:
            return store.tries.delay(_folded(name), self._clock())

    def log_in(self, name: str, password: str, address: str, browser: str = "") -> str:
        """The token of a new session, of 43 characters that may stand in a cookie.

        ``address`` is where the try comes from, ``browser`` what to tell the session by. Raises LogInError, the same
        and after the same time for an unknown name and a wrong password, TooManyTriesError, MissingExtraError without
        Argon2.
        """
        name = _folded(name)
        passwords = Passwords()
        with self._open() as store:
            with store.transaction():
                store.tries.begin(name, address, self._clock())
            user = store.accounts.find(name)
            right = passwords.fits(password, (user.password or None) if user else None)
            renewed = passwords.hash(password) if right and user and passwords.is_dated(user.password) else None
            with store.transaction():
                token = None
                # Looked up again: the user may have been removed, or the password changed, while it was compared.
                if right and user and store.accounts.find(name) == user:
                    token = self._begin_session(store, user, (address, browser), renewed)
                elif user:
                    store.log.append(self._clock(), user.name, "log_in_failed", f"user:{user.name}", {})
                else:  # what was typed is kept nowhere: it may be a password
                    store.log.append(self._clock(), UNKNOWN, "log_in_failed", "", {})
        if token is None:
            raise LogInError("the name or the password is wrong")
        return token

    def log_in_outside(self, who: OutsideUser, address: str, browser: str = "", *, takes_in: bool) -> str:
        """The token of a new session of somebody whom another server has logged in.

        Who is not known is taken in under a name of their own, if ``takes_in`` and they have a role; one who was taken
        in so has, at each log-in, the role that they have there. An admin and who has a password here keep theirs.
        Raises LogInError for everybody else.
        """
        with self._open() as store, store.transaction():
            known = store.accounts.outside(who.issuer, who.subject)
            user = None if known is None else store.accounts.find(known)
            refusal = _why_not(user, who, takes_in=takes_in)
            if refusal:
                told = f"user:{user.name}" if user else ""
                store.log.append(self._clock(), user.name if user else UNKNOWN, "log_in_failed", told, {})
            else:
                user = self._taken_in(store, who) if user is None else self._with_role(store, user, who)
                token = self._begin_session(store, user, (address, browser), None)
        if refusal:
            raise LogInError(refusal)
        return token

    def _taken_in(self, store: Store, who: OutsideUser) -> User:
        user = User(_free_name(store, who.name), who.role or "viewer", NO_PASSWORD, self._clock())
        store.accounts.add(user)
        store.accounts.link_outside(who.issuer, who.subject, user.name)
        store.log.append(user.created, user.name, "add_user", f"user:{user.name}", {"role": user.role})
        return user

    def _with_role(self, store: Store, user: User, who: OutsideUser) -> User:
        if user.password or user.role in (who.role, ADMIN) or who.role is None:
            return user
        store.accounts.set_role(user.name, who.role)
        store.log.append(self._clock(), user.name, "set_role", f"user:{user.name}", {"role": who.role})
        return replace(user, role=who.role)

    def link_outside(self, name: str, issuer: str, subject: str, *, by: Caller = CONSOLE) -> None:
        """Have somebody whom ``issuer`` knows as ``subject`` log in as a user. Raises UsageError."""
        name = _folded(name)
        if not (issuer and subject):
            raise UsageError("expected an issuer (PASSERBY_OIDC_ISSUER) and who they are to it, found none")
        with self._open() as store, store.transaction():
            store.accounts.link_outside(issuer, subject, name)
            store.log.append(self._clock(), by.name, "link_user", f"user:{name}", {})

    def _begin_session(self, store: Store, user: User, asks_from: tuple[str, str], renewed: str | None) -> str:
        token, now = secrets.token_urlsafe(_SECRET_BYTES), self._clock()
        address, browser = asks_from
        store.tries.succeed(user.name, address)
        if renewed:
            store.accounts.set_password(user.name, renewed)
        for name, ended in store.accounts.drop_expired_sessions(now):
            store.log.append(now, name, "end_session", f"user:{name}", {"sessions": ended})
        store.accounts.add_session(_hash(token), user.name, now, now + IDLE, browser)
        store.log.append(now, user.name, "log_in", f"user:{user.name}", {})
        return token

    def caller_of_session(self, token: str) -> Caller | None:
        """Whose session it is; None if it has ended: 7 days after it was last used, or 30 after it began."""
        now = self._clock()
        with self._open() as store:
            found = store.accounts.session(_hash(token), now)
            if found is None:
                return None
            if now - found.last_used >= NOTED_EVERY:
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

    def sessions(self, caller: Caller) -> list[Document]:
        """Where a user is logged in, the one used last first; ``id`` stands for a session, and lets nobody in."""
        with self._open() as store:
            found = store.accounts.sessions_of(caller.name, self._clock())
        return [
            {
                "id": hash_[:SESSION_ID],
                "created": format_moment(session.created),
                "used": format_moment(session.last_used),
                "expires": format_moment(session.expires),
                "browser": session.browser,
                "current": hash_ == caller.session,
            }
            for hash_, session in found
        ]

    def end_session(self, caller: Caller, session: str) -> None:
        """End one of a user's own sessions, wherever it is; one that there is not is no error."""
        with self._open() as store, store.transaction():
            for hash_, _ in store.accounts.sessions_of(caller.name, self._clock()):
                if hash_[:SESSION_ID] == session:
                    store.accounts.end_session(hash_)
                    store.log.append(self._clock(), caller.name, "end_session", f"user:{caller.name}", {"sessions": 1})

    # Tokens

    def make_token(self, user: str, label: str, scopes: Collection[str], days: int, *, by: Caller = CONSOLE) -> str:
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
            store.log.append(now, by.name, "make_token", f"token:{number}", details)
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
            "created": format_moment(token.created),
            "expires": format_moment(token.expires),
            "expired": token.expires <= self._clock(),
        }

    def revoke_token(self, user: str, number: int, *, by: Caller = CONSOLE) -> None:
        """End a token of that user. Raises UsageError if they have none of this number."""
        user = _folded(user)
        with self._open() as store, store.transaction():
            store.accounts.remove_token(user, number)
            store.log.append(self._clock(), by.name, "revoke_token", f"token:{number}", {})

    def _open(self, *, create: bool = False) -> Store:
        return open_store(self.address, create=create)


def _hash(token: str) -> str:
    """What is kept of a token: it is random, so nothing slower than SHA-256 is needed."""
    return sha256(token.encode(errors="surrogatepass")).hexdigest()


def _why_not(user: User | None, who: OutsideUser, *, takes_in: bool) -> str:
    """Why somebody who has logged in elsewhere does not here; "" if they do."""
    if user is None:
        is_let_in = takes_in and who.role is not None
        return "" if is_let_in else "this server does not know you by that account; ask one of its admins"
    if not user.password and user.role != ADMIN and who.role is None:
        return "your account gives you no role here any more; ask an admin of this server"
    return ""


def _free_name(store: Store, wanted: str) -> str:
    """A user's name like ``wanted`` that nobody has."""
    base = re.sub(r"[^a-z0-9._@-]+", "-", _folded(wanted)).strip("-._@")[:56] or "user"
    names = (base if number == 1 else f"{base}-{number}" for number in count(1))
    return next(name for name in names if store.accounts.find(name) is None)


def _folded(name: str) -> str:
    return name.strip().lower()


def _require_role(role: str) -> None:
    if role not in ROLES:
        raise UsageError(f"role: expected one of {', '.join(ROLES)}, found {role!r}")


def _listed(words: Collection[str]) -> str:
    return ", ".join(sorted(words)) or "none"
