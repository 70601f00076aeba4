"""File names as column values."""

import os


def pack_file_name(name: str) -> str | bytes:
    """``name`` as text; as bytes where it is no valid Unicode, which POSIX file systems allow."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name


def unpack_file_name(value: str | bytes) -> str:
    return os.fsdecode(value) if isinstance(value, bytes) else value
