"""Passwords come from a variable or a file, and no error tells them."""

from pathlib import Path

import pytest

from passerby.errors import UsageError
from passerby.streams.logins import read_login, read_secret


def test_a_login_is_in_a_variable_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROKER_LOGIN", "passerby:se:cret")
    (tmp_path / "login").write_text("passerby:other\n")
    (tmp_path / "login").chmod(0o600)
    assert read_login("env:BROKER_LOGIN", "mqtt") == ("passerby", "se:cret")
    assert read_login(f"file:{tmp_path / 'login'}", "mqtt") == ("passerby", "other")


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ("hunter2:hunter2", "env:NAME or file:PATH"),
        ("", "env:NAME or file:PATH"),
        ("env:", "env:NAME or file:PATH"),
        ("env:NOT_THERE", "the variable NOT_THERE; it is not set"),
        ("env:EMPTY", "one line of text"),
        ("env:TWO_LINES", "one line of text"),
        ("env:NO_USER", "user:password in env:NO_USER"),
        ("file:/not/there", r"at /not/there \(No such file"),
    ],
)
def test_what_is_no_login_is_told_without_it(told: str, found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("EMPTY", "\n"), ("TWO_LINES", "hunter2\nhunter2"), ("NO_USER", "hunter2")):
        monkeypatch.setenv(name, value)
    with pytest.raises(UsageError, match=f"^mqtt: .*{found}") as error:
        read_login(told, "mqtt")
    assert "hunter2" not in str(error.value)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "login").write_bytes(b"\xff\xfe")
    (tmp_path / "login").chmod(0o600)
    with pytest.raises(UsageError, match="it is no text"):
        read_secret(f"file:{tmp_path / 'login'}", "mqtt")


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "login").write_text("passerby:hunter2")
    (tmp_path / "login").chmod(0o644)
    with pytest.raises(UsageError, match="only its owner may read; call chmod 600") as error:
        read_secret(f"file:{tmp_path / 'login'}", "mqtt")
    assert "hunter2" not in str(error.value)
