"""Users, sessions and tokens as rows."""

from passerby.errors import UsageError
from passerby.store.accounts import ADMIN, AccountStore, Token, User, UserSession
from passerby.store.sql.base import SqlDatabase

CUSTODIAN, _REVIEWER = "custodian", "reviewer"
_ROLE = f"CASE WHEN keeps_evidence = 1 THEN '{CUSTODIAN}' ELSE role END"  # a custodian is a reviewer with more
_USERS = f"SELECT name, {_ROLE}, password, created FROM users"
_TIMES = "sessions.created, used, expires"  # of a session
_TOKENS = (
    f'SELECT number, "user", {_ROLE}, label, scopes, tokens.created, expires '
    'FROM tokens JOIN users ON users.name = "user"'
)


class SqlAccounts(AccountStore):
    """See AccountStore."""

    def __init__(self, db: SqlDatabase) -> None:
        self._db = db

    # Users

    def any(self) -> bool:
        return self._db.value("SELECT 1 FROM users") is not None

    def users(self) -> list[User]:
        return [User(*row) for row in self._db.rows(f"{_USERS} ORDER BY name")]

    def find(self, name: str) -> User | None:
        row = self._db.row(f"{_USERS} WHERE name = ?", [name])
        return User(*row) if row else None

    def get(self, name: str) -> User:
        found = self.find(name)
        if found is None:
            raise UsageError(f"there is no user {name!r}; `passerby users list` shows those that there are")
        return found

    def add(self, user: User) -> None:
        if self.find(user.name) is not None:
            raise UsageError(f"there is a user {user.name!r} already; choose another name")
        self._db.rows(
            "INSERT INTO users (name, role, keeps_evidence, password, created) VALUES (?, ?, ?, ?, ?)",
            [user.name, *_kept(user.role), user.password, user.created],
        )

    def set_password(self, name: str, password: str) -> None:
        self.get(name)
        self._db.rows("UPDATE users SET password = ? WHERE name = ?", [password, name])

    def set_role(self, name: str, role: str) -> None:
        if self.get(name).role == ADMIN and role != ADMIN:
            self._require_other_admin(name)
        self._db.rows("UPDATE users SET role = ?, keeps_evidence = ? WHERE name = ?", [*_kept(role), name])

    def remove(self, name: str) -> None:
        if self.get(name).role == ADMIN:
            self._require_other_admin(name)
        self._db.rows("DELETE FROM users WHERE name = ?", [name])

    def _require_other_admin(self, name: str) -> None:
        if self._db.value("SELECT 1 FROM users WHERE role = ? AND name <> ?", [ADMIN, name]) is None:
            raise UsageError(f"{name!r} is the last admin; make another user an admin first")

    # Sessions, by the hashes of their tokens

    def add_session(self, hash_: str, user: str, now: int, expires: int, browser: str = "") -> None:
        self._db.rows(
            'INSERT INTO sessions (hash, "user", created, used, expires, client) VALUES (?, ?, ?, ?, ?, ?)',
            [hash_, user, now, now, expires, browser],
        )

    def drop_expired_sessions(self, now: int) -> list[tuple[str, int]]:
        ended = self._db.rows(
            'SELECT "user", count(*) FROM sessions WHERE expires <= ? GROUP BY "user" ORDER BY "user"', [now]
        )
        self._db.rows("DELETE FROM sessions WHERE expires <= ?", [now])
        return [(user, count) for user, count in ended]

    def session(self, hash_: str, now: int) -> UserSession | None:
        row = self._db.row(
            f'SELECT "user", {_ROLE}, {_TIMES}, client FROM sessions JOIN users ON users.name = "user" '
            "WHERE hash = ? AND expires > ?",
            [hash_, now],
        )
        return UserSession(*row) if row else None

    def sessions_of(self, user: str, now: int) -> list[tuple[str, UserSession]]:
        rows = self._db.rows(
            f'SELECT hash, "user", {_ROLE}, {_TIMES}, client '
            'FROM sessions JOIN users ON users.name = "user" WHERE "user" = ? AND expires > ? ORDER BY used DESC, hash',
            [user, now],
        )
        return [(hash_, UserSession(*row)) for hash_, *row in rows]

    def use_session(self, hash_: str, now: int, expires: int) -> None:
        self._db.rows("UPDATE sessions SET used = ?, expires = ? WHERE hash = ?", [now, expires, hash_])

    def end_session(self, hash_: str) -> None:
        self._db.rows("DELETE FROM sessions WHERE hash = ?", [hash_])

    def end_sessions_of(self, user: str, but: str = "") -> int:
        ended: int = self._db.value('SELECT count(*) FROM sessions WHERE "user" = ? AND hash != ?', [user, but])
        self._db.rows('DELETE FROM sessions WHERE "user" = ? AND hash != ?', [user, but])
        return ended

    # Users who have logged in elsewhere

    def outside(self, issuer: str, subject: str) -> str | None:
        found: str | None = self._db.value(
            'SELECT "user" FROM outside_logins WHERE issuer = ? AND subject = ?', [issuer, subject]
        )
        return found

    def link_outside(self, issuer: str, subject: str, user: str) -> None:
        self.get(user)
        self._db.rows(
            'INSERT INTO outside_logins (issuer, subject, "user") VALUES (?, ?, ?) '
            'ON CONFLICT (issuer, subject) DO UPDATE SET "user" = excluded."user"',
            [issuer, subject, user],
        )

    # Tokens, by their hashes

    def add_token(self, hash_: str, token: Token) -> int:
        return self._db.insert(
            'INSERT INTO tokens (hash, "user", label, scopes, created, expires) VALUES (?, ?, ?, ?, ?, ?)',
            [hash_, token.user, token.label, " ".join(sorted(token.scopes)), token.created, token.expires],
            "number",
        )

    def token(self, hash_: str, now: int) -> Token | None:
        row = self._db.row(f"{_TOKENS} WHERE hash = ? AND expires > ?", [hash_, now])
        return _token(*row) if row else None

    def tokens(self, user: str) -> list[Token]:
        return [_token(*row) for row in self._db.rows(f'{_TOKENS} WHERE "user" = ? ORDER BY number', [user])]

    def remove_token(self, user: str, number: int) -> None:
        if self._db.value('SELECT 1 FROM tokens WHERE "user" = ? AND number = ?', [user, number]) is None:
            raise UsageError(
                f"{user!r} has no token {number}; `passerby users tokens {user}` shows those that there are"
            )
        self._db.rows("DELETE FROM tokens WHERE number = ?", [number])


def _kept(role: str) -> tuple[str, int]:
    """A role as its columns."""
    return (_REVIEWER, 1) if role == CUSTODIAN else (role, 0)


def _token(number: int, user: str, role: str, label: str, scopes: str, created: int, expires: int) -> Token:
    return Token(number, user, role, label, frozenset(scopes.split()), created, expires)
