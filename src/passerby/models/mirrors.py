"""Other addresses that stand for those where models are published: of a mirror in the house, or in a country."""

from collections.abc import Mapping

from passerby.errors import UsageError


def mirrors_of(setting: str) -> Mapping[str, str]:
    """What begins an address, and what is put in its place; from ``FROM=TO`` with spaces between.

    Raises UsageError for what is not of that kind.

    >>> mirrors_of("https://github.com=https://mirror.example/github")
    {'https://github.com/': 'https://mirror.example/github/'}
    """
    pairs = [pair.partition("=") for pair in setting.split()]
    for start, _, other in pairs:
        if not (start.startswith("https://") and "://" in other):
            raise UsageError(
                f"PASSERBY_MIRRORS: expected such as https://github.com=https://MIRROR/github, found {start}={other}"
            )
    return {f"{start.rstrip('/')}/": f"{other.rstrip('/')}/" for start, _, other in pairs}


def mirrored(url: str, mirrors: Mapping[str, str]) -> str:
    """The address to ask in the place of ``url``: that of the longest beginning that has a mirror, or itself."""
    start = max((start for start in mirrors if url.startswith(start)), key=len, default="")
    return mirrors[start] + url.removeprefix(start) if start else url
