"""What is no library, or cannot be one, is refused in one line that says what to do, and shows no password."""

import psycopg
import pytest

from passerby.errors import GoneError, StoreError, UsageError
from passerby.store.library import is_library, open_store, shown_address
from passerby.store.postgres import schema
from postgres_fixtures import NewDatabase
from postgres_server import PASSWORD


def refused(address: str, words: str, *, create: bool = True) -> str:
    with pytest.raises(StoreError, match=words) as caught:
        open_store(address, create=create, wait_seconds=5)
    message = str(caught.value)
    assert "\n" not in message
    assert PASSWORD not in message
    assert "Pa55" not in message
    return message


def run(address: str, statement: str) -> None:
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


def test_a_wrong_password_is_told_and_not_shown(postgres: str) -> None:
    wrong = postgres.replace("Pa55-word", "Pa55-wrong")
    assert refused(wrong, "the user or the password is wrong").startswith("postgresql://postgres@127.0.0.1:")


def test_a_database_that_is_not_there_is_told(postgres: str) -> None:
    refused(f"{postgres}x", "there is no such database")


def test_a_server_that_does_not_answer_is_told() -> None:
    with pytest.raises(GoneError, match="cannot be reached or has gone away; try again when it is back"):
        open_store("postgresql://postgres:Pa55@127.0.0.1:1/x", create=True, wait_seconds=5)


@pytest.mark.parametrize("address", ["postgresql://u:Pa55%zz@h/d", "postgresql://u:Pa55@h/d?wrong=Pa55"])
def test_what_is_no_address_is_told_without_showing_it(address: str) -> None:
    with pytest.raises(UsageError, match="expected an address as postgresql://USER") as caught:
        open_store(address, create=False)
    assert "Pa55" not in str(caught.value)
    assert caught.value.__suppress_context__


def test_an_address_is_shown_without_password_and_options() -> None:
    address = "postgresql://u:Pa55@db.example:5433/d?sslmode=verify-full&password=Pa55"
    assert shown_address(address) == "postgresql://u@db.example:5433/d"


def test_there_is_no_library_before_one_is_made(new_postgres: NewDatabase) -> None:
    address = new_postgres()
    assert not is_library(address)
    refused(address, "there is no library here yet", create=False)
    open_store(address, create=True).close()
    assert is_library(address)


def test_the_database_of_another_program_is_left_alone(new_postgres: NewDatabase) -> None:
    address = new_postgres()
    run(address, "CREATE TABLE invoices (number int)")
    refused(address, r"expected an empty database, found the table public\.invoices of another program")
    other = new_postgres()
    run(other, "CREATE SCHEMA passerby CREATE TABLE state (name text, value text)")
    refused(other, "found tables of another program")


def test_the_library_of_a_newer_version_is_left_alone(new_postgres_library: NewDatabase) -> None:
    address = new_postgres_library()
    run(address, "UPDATE passerby.state SET value = '1000' WHERE name = 'version'")
    refused(address, r"made by a newer Passerby \(version 1000 of the tables")


def test_an_older_pgvector_is_refused(new_postgres: NewDatabase) -> None:
    address = new_postgres()
    run(address, "CREATE EXTENSION vector")
    run(address, "UPDATE pg_extension SET extversion = '0.8.3' WHERE extname = 'vector'")
    refused(address, r"expected pgvector 0\.8\.4 or newer, found 0\.8\.3")


def test_another_encoding_is_refused(postgres: str) -> None:
    run(postgres, "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
    refused(postgres.rpartition("/")[0] + "/latin", "expected a database with the encoding UTF8")


def test_an_older_server_is_told(new_postgres: NewDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema, "OLDEST_SERVER", 99)
    refused(new_postgres(), r"expected PostgreSQL 99 or newer, found \d+; upgrade the server")
