"""Connections to the database of a library: how they are made, which are kept, and what is told when there is none.

No message names a password: what is told of an address is its user, host and database.
"""

import select
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Protocol

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from passerby.errors import GoneError, StoreError, UsageError
from passerby.store.postgres.halfvecs import register_halfvecs
from passerby.store.postgres.texts import register_texts

Connection = psycopg.Connection[tuple[object, ...]]

SCHEMA = "passerby"  # where all tables of a library are
POOLED = 20  # connections that a server holds at most; more requests wait for one,
POOL_SECONDS = 5.0  # for so long
# A holder of locks whose machine lost its power is noticed after half a minute, and not after hours.
_ALIVE = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 4}
_SESSION = "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4"


class DatabaseConnections(Protocol):
    """What connections to one database are had from. Each is in autocommit mode."""

    @property
    def name(self) -> str:
        """The address as it is shown, without a password."""

    def borrowed(self) -> AbstractContextManager[Connection]:
        """A connection that answers, for the block and for nobody else. Raises StoreError if there is none."""

    def close(self) -> None: ...


def shown(address: str) -> str:
    """An address without its password and options, for people. Raises UsageError if it is none."""
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error:
        # Neither the reason nor the address: each may show the password.
        raise UsageError(
            "expected an address as postgresql://USER:PASSWORD@HOST:PORT/DATABASE, found another after postgresql://; "
            "signs such as @ : / % in a name or password are written %40 %3A %2F %25"
        ) from None
    user, port = parts.get("user"), parts.get("port")
    host = f"{f'{user}@' if user else ''}{parts.get('host') or ''}{f':{port}' if port else ''}"
    return f"postgresql://{host}/{parts.get('dbname') or ''}"


def connect(address: str, name: str, wait_seconds: float) -> Connection:
    """A new connection. Raises StoreError; GoneError if the server does not answer."""
    try:
        connection = psycopg.connect(
            address,
            autocommit=True,
            application_name="passerby",
            connect_timeout=max(2, round(wait_seconds)),
            **_ALIVE,  # type: ignore[arg-type]
        )
    except psycopg.Error as error:
        raise refusal(error, name) from None  # its traceback shows how it was called
    try:
        configure(connection, wait_seconds)
    except psycopg.Error as error:
        connection.close()
        raise refusal(error, name) from error
    return connection


def configure(connection: Connection, wait_seconds: float) -> None:
    """Say how this program uses a new connection. Raises psycopg.Error."""
    milliseconds = max(1, round(wait_seconds * 1000))
    connection.execute(f"{_SESSION}; SET lock_timeout = {milliseconds}; SET search_path = {SCHEMA}".encode())
    register_texts(connection)
    register_halfvecs(connection, SCHEMA)


def is_alive(connection: Connection) -> bool:
    """Whether a connection that nobody uses still leads to a server."""
    if connection.closed:
        return False
    if not select.select([connection.fileno()], [], [], 0)[0]:
        return True  # a server that ends says so, and so does a network that notices
    try:
        connection.execute("")
    except psycopg.Error:
        return False
    return True


class OneConnection:
    """One, made when it is needed first and again when it was lost."""

    def __init__(self, address: str, wait_seconds: float) -> None:
        self.name = shown(address)
        self._address, self._wait_seconds = address, wait_seconds
        self._connection: Connection | None = None

    @contextmanager
    def borrowed(self) -> Iterator[Connection]:
        if self._connection is None or not is_alive(self._connection):
            self.close()
            self._connection = connect(self._address, self.name, self._wait_seconds)
        yield self._connection

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class PooledConnections:
    """Some, shared by all threads of a process; to be closed by who made the pool, and not with a library."""

    def __init__(self, address: str, wait_seconds: float) -> None:
        self.name = shown(address)
        connect(address, self.name, wait_seconds).close()  # the pool would try again and again, and tell why nowhere
        self._pool: ConnectionPool[Connection] = ConnectionPool(
            address,
            kwargs={"autocommit": True, "application_name": "passerby", **_ALIVE},
            min_size=1,
            max_size=POOLED,
            timeout=POOL_SECONDS,
            configure=lambda connection: configure(connection, wait_seconds),
            check=_require_alive,
            open=True,
        )

    @contextmanager
    def borrowed(self) -> Iterator[Connection]:
        try:
            connection = self._pool.getconn()
        except PoolTimeout as error:
            raise GoneError(f"{self.name}: no connection was free or could be made in time; try again") from error
        try:
            yield connection
        finally:
            self._pool.putconn(connection)

    def close(self) -> None:
        """Nothing: others use the pool."""

    def end(self) -> None:
        self._pool.close()


class _Pools:
    """The pools of this process, each for as long as a block of ``pooled`` lasts."""

    def __init__(self) -> None:
        self._open: dict[str, PooledConnections] = {}
        self._lock = threading.Lock()

    def find(self, address: str) -> PooledConnections | None:
        with self._lock:
            return self._open.get(address)

    @contextmanager
    def keep(self, address: str, wait_seconds: float) -> Iterator[None]:
        pool = PooledConnections(address, wait_seconds)
        with self._lock:
            before = self._open.get(address)
            self._open[address] = pool
        try:
            yield
        finally:
            with self._lock:
                if before is None:
                    del self._open[address]
                else:
                    self._open[address] = before
            pool.end()


# Who asks for a connection knows an address and no more. Connections are the process's own, as its open files are: none
# is in here but within a block that keeps and ends them, and a new process begins without.
_POOLS = _Pools()


def pooled(address: str, wait_seconds: float) -> AbstractContextManager[None]:
    """Within the block, connections to this address are kept and shared by all threads of this process."""
    return _POOLS.keep(address, wait_seconds)


def connections_to(address: str, wait_seconds: float) -> DatabaseConnections:
    """Those that are kept, or one that is made when it is needed."""
    return _POOLS.find(address) or OneConnection(address, wait_seconds)


def _require_alive(connection: Connection) -> None:
    if not is_alive(connection):
        raise psycopg.OperationalError("the connection is lost")


def refusal(error: psycopg.Error, name: str) -> StoreError:
    """What to tell when the database cannot be used, and what to do."""
    primary = error.diag.message_primary or str(error).strip().rpartition("FATAL:")[2].strip().split("\n")[0]
    for words, advice in _ADVICE_ON_WORDS.items():
        if words in str(error):
            return StoreError(f"{name}: {advice}")
    for kind, advice in _ADVICE.items():
        if isinstance(error, kind):
            return StoreError(f"{name}: {advice} ({primary})")
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        advice = "the server cannot be reached or has gone away; try again when it is back"
        return GoneError(f"{name}: {advice} ({primary})")
    return StoreError(f"{name}: {primary}")


_ADVICE_ON_WORDS = {
    "password authentication failed": "the user or the password is wrong; correct the address",
    "no password supplied": "a password is needed; put it into the address, PGPASSWORD or ~/.pgpass",
    "pg_hba.conf": "the server lets nobody in from here under this name; ask who runs it (pg_hba.conf)",
    "does not exist": "there is no such database or user; `createdb` makes one, or correct the address",
    "permission denied to create extension": (
        "pgvector is not in this database, and this user may not bring it; have a superuser run there: "
        "CREATE EXTENSION vector"
    ),
    "too many clients": "the server has no connection left; raise its max_connections",
    "remaining connection slots": "the server has no connection left; raise its max_connections",
}
_ADVICE: dict[type[psycopg.Error], str] = {
    psycopg.errors.InsufficientPrivilege: "this user may not do that; docs/postgres.md says which rights are needed",
    psycopg.errors.LockNotAvailable: "another process kept it locked; try again when that one has finished",
    psycopg.errors.ReadOnlySqlTransaction: "it may only be read; give the address of the server that is written to",
    psycopg.errors.DiskFull: "the server's disk is full; make room, then try again",
    psycopg.errors.DataCorrupted: "the database is damaged; restore a backup",
    psycopg.errors.IndexCorrupted: "an index of the database is damaged; REINDEX makes it anew",
}


@contextmanager
def translated(name: str) -> Iterator[None]:
    """Every error of the database in our words."""
    try:
        yield
    except psycopg.Error as error:
        raise refusal(error, name) from error


@contextmanager
def closing_quietly(connection: Connection) -> Iterator[Connection]:
    """The connection for the block; then it is closed, whatever has become of it."""
    try:
        yield connection
    finally:
        with suppress(psycopg.Error):
            connection.close()
