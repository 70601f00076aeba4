"""``users`` and ``log`` as an operator types them, and what ``doctor`` says of the log."""

import io
import json
import os
import pty
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.conftest import command_line, environment
from passerby.accounts import Accounts
from passerby.callers import Caller
from passerby.cli.main import main
from passerby.evidence.custody import Custody
from passerby.settings import Settings

PASSWORD = "correct horse battery"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command, with something piped in: its exit code and what it printed."""

    def run_main(*arguments: str, piped: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(piped))
        with pytest.raises(SystemExit) as ended:
            main(["--library", str(tmp_path), *arguments])
        printed = capsys.readouterr()
        return int(ended.value.code or 0), printed.out, printed.err

    return run_main


@pytest.fixture
def custody(tmp_path: Path) -> Custody:
    return Custody(str(tmp_path))


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    return Accounts(Settings(library=str(tmp_path)))


def test_users_come_change_and_go(run: Run, accounts: Accounts) -> None:
    assert run("users", "add", "alice", "--role", "admin", piped=f"{PASSWORD}\r\n") == (0, "added: alice (admin)\n", "")
    assert run("users", "add", "bob", "--role", "viewer", piped=PASSWORD)[0] == 0
    assert run("users", "role", "bob", "reviewer")[0] == 0
    assert run("users", "passwd", "bob", piped="another long password\n")[0] == 0
    listed = json.loads(run("users", "list", "--json")[1])["users"]
    assert [(user["name"], user["role"]) for user in listed] == [("alice", "admin"), ("bob", "reviewer")]
    assert "bob    reviewer  20" in run("users", "list")[1]
    assert accounts.log_in("alice", PASSWORD, "")
    assert accounts.log_in("bob", "another long password", "")
    assert run("users", "remove", "bob")[0] == 0
    code, _, err = run("users", "remove", "alice")
    assert (code, err) == (2, "passerby: 'alice' is the last admin; make another user an admin first\n")


@pytest.mark.parametrize("piped", ["", "short\n", f"{'x' * 1025}\n"])
def test_a_password_that_is_not_good_is_refused(run: Run, accounts: Accounts, piped: str) -> None:
    code, out, err = run("users", "add", "alice", "--role", "admin", piped=piped)
    assert (code, out) == (2, "")
    assert "expected 12 to 1024 characters" in err
    assert accounts.empty()


def test_a_password_is_never_an_argument(run: Run) -> None:
    assert run("users", "add", "alice", PASSWORD, "--role", "admin", piped=PASSWORD)[0] == 2
    assert run("users", "add", "alice", "--password", PASSWORD, "--role", "admin")[0] == 2


def read_until(terminal: int, prompt: bytes) -> bytes:
    shown = b""
    while not shown.endswith(prompt):
        shown += os.read(terminal, 1)
    return shown


@pytest.mark.parametrize(("again", "taken"), [(PASSWORD, True), ("something else", False)])
def test_a_terminal_asks_twice_and_shows_nothing(tmp_path: Path, accounts: Accounts, again: str, taken: bool) -> None:
    ours, theirs = pty.openpty()
    arguments = command_line(tmp_path, "users", "add", "alice", "--role", "admin")
    with subprocess.Popen(arguments, stdin=theirs, stdout=theirs, stderr=theirs, env=environment()) as process:
        os.close(theirs)
        try:
            shown = read_until(ours, b"Password: ")
            os.write(ours, f"{PASSWORD}\n".encode())
            shown += read_until(ours, b"Repeat for confirmation: ")
            os.write(ours, f"{again}\n".encode())
            shown += read_until(ours, b"added: alice" if taken else b"Password: ")
        finally:
            process.kill()
            os.close(ours)
    assert b"battery" not in shown
    assert b"something" not in shown
    assert accounts.empty() != taken


def test_a_token_is_shown_once_and_can_be_revoked(run: Run, accounts: Accounts, tmp_path: Path) -> None:
    run("users", "add", "alice", "--role", "admin", piped=PASSWORD)
    code, out, _ = run("users", "token", "alice", "--scopes", "read, redact", "--days", "3", "--label", "x\ny")
    assert code == 0
    caller = accounts.caller_of_token(out.strip())
    assert caller is not None
    assert caller.scopes == {"read", "redact"}
    assert "1       read,redact  20" in run("users", "tokens", "alice")[1]
    assert "x\\ny" in run("users", "tokens", "alice")[1]
    (kept,) = json.loads(run("users", "tokens", "alice", "--json")[1])["tokens"]
    assert kept.keys() == {"number", "label", "scopes", "created", "expires", "expired"}
    assert run("users", "revoke", "alice", "2")[0] == 2
    assert run("users", "revoke", "alice", "1")[0] == 0
    assert accounts.caller_of_token(out.strip()) is None
    assert run("users", "token", "alice", "--scopes", "all")[0] == 2


def test_the_log_shows_the_last_entries(run: Run, custody: Custody) -> None:
    run("users", "add", "alice", "--role", "admin", piped=PASSWORD)
    for n in range(4):
        custody.note(Caller("alice"), "view", "ab" * 32, moment=n)
    code, out, _ = run("log", "--limit", "2")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == ["NUMBER", "4", "5"]
    assert "alice  view    " + "ab" * 32 + "  moment: 3" in out
    entries = json.loads(run("log", "--json")[1])["entries"]
    assert [entry["number"] for entry in entries] == [1, 2, 3, 4, 5]
    assert entries[-1]["details"] == {"moment": 3}
    found = json.loads(run("log", "--words", "MOMENT alice", "--limit", "2", "--json")[1])["entries"]
    assert [entry["number"] for entry in found] == [4, 5]
    assert run("log", "--json", "--head")[0] == run("log", "--words", "bea", "--head")[0] == 2


def test_an_earlier_head_is_looked_for(run: Run, custody: Custody, tmp_path: Path) -> None:
    run("users", "add", "alice", "--role", "admin", piped=PASSWORD)
    count, head = run("log", "--head")[1].split()
    assert count == "1"
    custody.note(Caller("alice"), "search")
    assert run("log", "--verify", head)[0] == 0
    code, out, _ = run("log", "--verify", "f" * 64)
    assert (code, "no entry of the log" in out) == (1, True)


def test_doctor_tells_where_the_chain_breaks(run: Run, custody: Custody, tmp_path: Path) -> None:
    run("users", "add", "alice", "--role", "admin", piped=PASSWORD)
    custody.note(Caller("alice"), "search")
    assert run("doctor")[0] == 0
    database = sqlite3.connect(tmp_path / "library.db", isolation_level=None)
    database.execute("DROP TRIGGER log_updated")
    database.execute("UPDATE log SET user = 'bob' WHERE number = 2")
    database.close()
    code, out, _ = run("doctor")
    assert code == 1
    assert "problem: entry 2 of the log is not what was written" in out
    assert "--repair" not in out
    assert run("log", "--verify", custody.head()[1])[0] == 1
