"""Passwords and secrets, from where a user says that they are: they stand in no configuration, address or log."""

import os
import stat
from pathlib import Path

from passerby.errors import UsageError

MOST_CHARACTERS = 10_000
_MOUNTED = "/run/secrets/"  # where containers have theirs, which all of the container may read


def read_secret(told: str, where: str) -> str:
    """What a variable or a file holds, of which ``told`` is the name: "env:NAME" or "file:/path". A line's end after
    it is left out.

    Raises UsageError, which tells the name and not what is there.
    """
    kind, _, name = told.partition(":")
    if kind == "env" and name:
        return _checked(_variable(name, where), f"{where}: the variable {name}")
    if kind == "file" and name:
        return _checked(_content(name, where), f"{where}: {name}")
    raise UsageError(f"{where}: expected env:NAME or file:PATH, where the secret is; found something else")


def read_login(told: str, where: str) -> tuple[str, str]:
    """A user and a password, which stand there with a colon between. Raises UsageError."""
    user, colon, password = read_secret(told, where).partition(":")
    if not (user and colon):
        raise UsageError(f"{where}: expected user:password in {told}, found no user and colon")
    return user, password


def _variable(name: str, where: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise UsageError(f"{where}: expected the variable {name}; it is not set")
    return value


def _content(name: str, where: str) -> str:
    try:
        with Path(name).open(encoding="utf-8") as file:
            is_open = os.fstat(file.fileno()).st_mode & stat.S_IROTH and not name.startswith(_MOUNTED)
            if is_open:
                raise UsageError(f"{where}: expected a file that only its owner may read; call chmod 600 {name}")
            return file.read(MOST_CHARACTERS)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no text"
        raise UsageError(f"{where}: expected a file that can be read at {name} ({reason})") from error


def _checked(value: str, where: str) -> str:
    value = value.rstrip("\r\n")
    if not value or not value.isprintable():
        raise UsageError(f"{where}: expected one line of text that is not empty")
    return value
