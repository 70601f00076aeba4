"""Passwords: which are good enough, and their hashes by Argon2id, which only this file imports."""

import re
import unicodedata
from typing import Any

from passerby.errors import StoreError, UsageError
from passerby.extras import Extra, import_extra

EXTRA = Extra("serve", "argon2")
GUESSING = Extra("serve", "zxcvbn")
SHORTEST, LONGEST = 12, 1024  # characters
LEAST_SCORE = 3  # of 0 to 4: more than 10^8 guesses, by those who know how people make passwords
LOOKED_AT = 72  # characters of it: the time grows with more than their square
OURS = ("passerby",)


class Passwords:
    """Hashes passwords with argon2-cffi's defaults, the "low memory" choice of RFC 9106, section 4.

    Raises MissingExtraError if that package is not installed.
    """

    def __init__(self) -> None:
        self._argon2: Any = import_extra(EXTRA)
        self._hasher = self._argon2.PasswordHasher()

    def hash(self, password: str) -> str:
        """What is kept of a password. Raises StoreError if there is no memory to make it."""
        try:
            made: str = self._hasher.hash(_bytes(password))
        except self._argon2.exceptions.HashingError as error:
            raise StoreError(f"a password cannot be hashed ({error}); free some memory, then try again") from error
        return made

    def fits(self, password: str, stored_hash: str | None) -> bool:
        """Whether ``stored_hash`` was made of this password; False, after the same time, where nothing is kept.

        Raises StoreError for what is no hash, and if there is no memory.
        """
        if stored_hash is None or len(password) > LONGEST:
            self.hash(password[:LONGEST])
            return False
        try:
            self._hasher.verify(stored_hash, _bytes(password))
        except self._argon2.exceptions.VerifyMismatchError:
            return False
        except (self._argon2.exceptions.VerificationError, self._argon2.exceptions.InvalidHashError) as error:
            raise StoreError(
                f"a password cannot be compared ({error}); set it anew: `passerby users passwd`"
            ) from error
        return True

    def is_dated(self, stored_hash: str) -> bool:
        """Whether ``stored_hash`` was made in another way than ``hash`` makes it now."""
        dated: bool = self._hasher.check_needs_rehash(stored_hash)
        return dated


def require_good(password: str, user: str) -> None:
    """Raise UsageError for a password that is too short, too long, or easy to guess: NIST SP 800-63B, section 3.1.1.2.

    Easy are common ones, repetitions, rows of letters, numbers or keys, dates, and the names of the user and of this
    program, with a little added. Raises MissingExtraError if the package that tells is not installed.
    """
    length = len(_normal(password))
    if not SHORTEST <= length <= LONGEST:
        raise UsageError(f"password: expected {SHORTEST} to {LONGEST} characters, found {length}")
    if _normal(password).casefold() == user.casefold():
        raise UsageError("password: expected something else than the name of the user")
    estimate: Any = import_extra(GUESSING).zxcvbn
    known = [user, *user.split("@"), *re.split(r"[._@-]+", user), *OURS]
    found = estimate(_normal(password)[:LOOKED_AT], user_inputs=[word for word in known if word])
    if found["score"] < LEAST_SCORE:
        why = found["feedback"]["warning"].rstrip(".").lower() or "few guesses find it"
        raise UsageError(f"password: expected one that is hard to guess, such as four unrelated words ({why})")


def _normal(password: str) -> str:
    """Keyboards write the same characters in several ways: NFKC, as NIST SP 800-63B, section 5.1.1.2 says."""
    return unicodedata.normalize("NFKC", password)


def _bytes(password: str) -> bytes:
    return _normal(password).encode(errors="surrogatepass")
