"""Addresses of objects: ``s3://BUCKET/KEY``.

A key is any text, and nothing in it has a meaning here: ``+ % # ?``, spaces and newlines stand for themselves, as do
``//`` and ``..``. So an address is not a URL that is escaped, and not a path.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from passerby.errors import UsageError

SCHEME = "s3://"
_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")
_LONGEST_KEY = 1024  # bytes in UTF-8, as S3 has it


@dataclass(frozen=True, slots=True)
class ObjectAddress:
    """An object, or all whose keys begin with ``key`` where that is empty or ends with a slash."""

    bucket: str
    key: str = ""

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}"

    @property
    def name(self) -> str:
        """The last part of the key, as of a path."""
        return self.key.rstrip("/").rpartition("/")[2] or self.bucket

    @property
    def suffix(self) -> str:
        """As of a path: ".mp4"."""
        return Path(self.name).suffix

    @property
    def is_prefix(self) -> bool:
        return not self.key or self.key.endswith("/")

    def is_under(self, prefix: "ObjectAddress") -> bool:
        """Whether it is that, or lies below it."""
        return self.bucket == prefix.bucket and (self == prefix or self.key.startswith(prefix.below("").key))

    def below(self, name: str) -> "ObjectAddress":
        """What is called ``name`` under this prefix."""
        start = self.key if self.is_prefix else f"{self.key}/"  # as of a folder that is named without its slash
        return ObjectAddress(self.bucket, start + name)


Location = Path | ObjectAddress  # of a file of footage


def location(text: str | Path) -> Location:
    """Where a file is, as a user says it: a path, or the address of an object. Raises UsageError."""
    return object_address(text) if isinstance(text, str) and text.startswith(SCHEME) else Path(text)


def object_address(text: str) -> ObjectAddress:
    """Raises UsageError for what is no address, without repeating what may hold a password."""
    bucket, _, key = text.removeprefix(SCHEME).partition("/")
    if not text.startswith(SCHEME) or not _BUCKET.fullmatch(bucket):
        raise UsageError(
            f"{SCHEME}...: expected {SCHEME}BUCKET/KEY with nothing else before the first slash, found an address that "
            "is none; credentials are never part of it, but come from the environment or a profile"
        )
    try:
        size = len(key.encode())
    except UnicodeEncodeError as error:
        raise UsageError(f"{SCHEME}{bucket}/...: expected a key in Unicode, found bytes that are none") from error
    if size > _LONGEST_KEY:
        raise UsageError(f"{SCHEME}{bucket}/...: expected a key of at most {_LONGEST_KEY} bytes, found {size}")
    return ObjectAddress(bucket, key)
