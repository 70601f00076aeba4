"""Users, and what lets them in: sessions and tokens, of which only hashes are kept.

Times are microseconds of UTC. What changes more than one row is called within a transaction (Store.transaction).
"""

from dataclasses import dataclass
from typing import Literal, Protocol

ADMIN = "admin"  # the role of which one user is always left
NO_PASSWORD = ""  # in the place of the hash: of who logs in elsewhere alone
GivenRole = Literal["viewer", "reviewer"]  # what another server may make somebody; an admin is made here, by an admin


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may log in."""

    name: str
    role: str
    password: str  # as Argon2 encodes its hash; or NO_PASSWORD
    created: int


@dataclass(frozen=True, slots=True)
class OutsideUser:
    """Somebody whom a provider has logged in."""

    issuer: str
    subject: str  # who they are to it, for good
    name: str  # what they are called there; anybody may choose that
    role: GivenRole | None  # what the settings make of what it says of them; None: nothing


@dataclass(frozen=True, slots=True)
class UserSession:
    """That somebody has logged in."""

    user: str
    role: str  # of the user, now
    created: int
    last_used: int  # when that was last noted
    expires: int
    browser: str  # in a word or two, such as "Firefox on Linux"; "" where that is not known


@dataclass(frozen=True, slots=True)
class Token:
    """What lets a program in as a user."""

    number: int
    user: str
    role: str  # of the user, now
    label: str
    scopes: frozenset[str]
    created: int
    expires: int


class AccountStore(Protocol):
    """The users of an open library, their sessions and tokens. Every method raises StoreError, as those of Store do."""

    # Users

    def any(self) -> bool:
        """Whether there is a user."""

    def users(self) -> list[User]:
        """All users, by name."""

    def find(self, name: str) -> User | None:
        """The user of this name, None if there is none."""

    def get(self, name: str) -> User:
        """The user of this name. Raises UsageError if there is none."""

    def add(self, user: User) -> None:
        """Take a user in. Raises UsageError if there is one of that name."""

    def set_password(self, name: str, password: str) -> None:
        """Keep another hash. Raises UsageError if there is no such user."""

    def set_role(self, name: str, role: str) -> None:
        """Give a user another role. Raises UsageError if there is no such user, or no admin would be left."""

    def remove(self, name: str) -> None:
        """Remove a user with all sessions and tokens. Raises UsageError as ``set_role`` does."""

    # Sessions, by the hashes of their tokens

    def add_session(self, hash_: str, user: str, now: int, expires: int, browser: str = "") -> None:
        """Begin a session, in a browser that is so called."""

    def drop_expired_sessions(self, now: int) -> list[tuple[str, int]]:
        """Drop the sessions of anybody that have expired: whose, and how many of each."""

    def session(self, hash_: str, now: int) -> UserSession | None:
        """The session, None if there is none or it has expired."""

    def sessions_of(self, user: str, now: int) -> list[tuple[str, UserSession]]:
        """A user's sessions that have not ended, with the hashes of their tokens; the one used last is first."""

    def use_session(self, hash_: str, now: int, expires: int) -> None:
        """Note that a session is in use, if it has not been ended meanwhile."""

    def end_session(self, hash_: str) -> None: ...

    def end_sessions_of(self, user: str, but: str = "") -> int:
        """End all sessions of a user, but the one of this hash; how many."""

    # Users who have logged in elsewhere

    def outside(self, issuer: str, subject: str) -> str | None:
        """As which user somebody comes whom ``issuer`` knows as ``subject``."""

    def link_outside(self, issuer: str, subject: str, user: str) -> None:
        """Keep that, in place of what was kept of them. Raises UsageError if there is no such user."""

    # Tokens, by their hashes

    def add_token(self, hash_: str, token: Token) -> int:
        """Keep a token; its number, that of ``token`` is not looked at. Expired ones stay until they are revoked."""

    def token(self, hash_: str, now: int) -> Token | None:
        """The token, None if there is none or it has expired."""

    def tokens(self, user: str) -> list[Token]:
        """Those of one user, in the order in which they were made."""

    def remove_token(self, user: str, number: int) -> None:
        """Raises UsageError if that user has no token of this number."""
