"""Names for files that others have named."""

import re
import unicodedata

LONGEST_NAME = 150  # bytes in UTF-8


def safe_name(name: str) -> str:
    """The last part of ``name`` as a file may be called anywhere.

    >>> safe_name("../../etc/passwd"), safe_name("a\\\\b\\nc.mp4"), safe_name("..")
    ('passwd', 'b_c.mp4', 'upload')
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(char if char.isprintable() and char not in '<>:"|?*' else "_" for char in last).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    if not dot:
        stem, suffix = plain, ""
    room = LONGEST_NAME - len((dot + suffix[:10]).encode())
    short = stem.encode()[:room].decode(errors="ignore") + dot + suffix[:10]
    return short.strip(" .") or "upload"
