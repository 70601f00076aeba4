"""The kinds of store that the behaviours of a library are tested with: another one is one more parameter."""

from collections.abc import Iterator

import pytest

from libraries import NewAddress
from passerby.store.library import Store, open_store


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def new_address(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> NewAddress:
    """Makes addresses of libraries that are not there yet, for a store of each kind."""
    if request.param == "postgres":
        new_database: NewAddress = request.getfixturevalue("new_postgres_library")
        return new_database
    return lambda: str(tmp_path_factory.mktemp("store") / "library")


@pytest.fixture
def address(new_address: NewAddress) -> str:
    return new_address()


@pytest.fixture
def store(address: str) -> Iterator[Store]:
    """A new library, open."""
    with open_store(address, create=True) as opened:
        yield opened
