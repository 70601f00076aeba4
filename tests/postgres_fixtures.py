"""Fixtures of a server of PostgreSQL that all tests of a session share, and of libraries in it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from passerby.store.postgres import schema
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase
from postgres_server import new_database, shared_server

NewDatabase = Callable[[], str]
FEW_PARTS = 2  # of partitioned tables: quicker to make, and no different


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of the first database of a server, by the name of a superuser; one for all processes of pytest."""
    own = tmp_path_factory.getbasetemp()
    folder = Path(own if worker_id == "master" else own.parent) / "postgres"
    folder.mkdir(exist_ok=True)
    with shared_server(folder) as address:
        yield address


@pytest.fixture(scope="session")
def new_postgres(postgres: str) -> NewDatabase:
    """Makes empty databases; their addresses."""
    return partial(new_database, postgres)


@pytest.fixture(scope="session")
def new_postgres_library(
    postgres: str, new_postgres: NewDatabase, tmp_path_factory: pytest.TempPathFactory
) -> NewDatabase:
    """Makes databases in which the tables of a library are already, with a folder for files; their addresses."""
    template = new_postgres()
    with closing(PostgresDatabase(OneConnection(template, 60.0))) as db:
        schema.prepare(db, create=True, parts=FEW_PARTS)

    def make() -> str:
        address = new_database(postgres, template.rpartition("/")[2])
        with closing(PostgresDatabase(OneConnection(address, 60.0))) as made:
            made.set_state("blobs", str(tmp_path_factory.mktemp("blobs")))
        return address

    return make
