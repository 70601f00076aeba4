"""What is missing of several models, and the commands that get it as one."""

import re
from collections.abc import Iterable, Mapping, Sequence

from passerby.models.catalog import find

_PULL = re.compile(r"passerby models pull (\S+)")
_EXTRA = re.compile(r"(.+) 'passerby\[([\w,-]+)\]'")


def one_command(commands: Iterable[str]) -> str:
    """Those that fetch models put together, and those that install extras; each is there once.

    >>> one_command(["passerby models pull a", "pip install 'passerby[x]'", "passerby models pull b", "make c"])
    "pip install 'passerby[x]' && passerby models pull a b && make c"
    """
    pulled: dict[str, None] = {}
    extras: dict[str, dict[str, None]] = {}
    others: dict[str, None] = {}
    for command in commands:
        if pull := _PULL.fullmatch(command):
            pulled[pull[1]] = None
        elif extra := _EXTRA.fullmatch(command):
            extras.setdefault(extra[1], {}).update(dict.fromkeys(extra[2].split(",")))
        else:
            others[command] = None
    installs = [f"{install} 'passerby[{','.join(names)}]'" for install, names in extras.items()]
    return " && ".join([*installs, *([f"passerby models pull {' '.join(pulled)}"] if pulled else []), *others])


def all_missing(absent: Mapping[str, Sequence[str]], others: Iterable[str] = ()) -> str:
    """Models that are not here, each with its commands: how large they are, and the one command that gets all of it.

    ``others`` are commands that are needed besides.
    """
    sizes = {name: find(name).total_size for name in absent}
    told = ", ".join(f"{name} ({_size(size)})" for name, size in sizes.items())
    total = f", {_size(sum(sizes.values()))} in all" if len(sizes) > 1 else ""
    commands = [command for each in absent.values() for command in each]
    return f"{told}{total}; get them with: {one_command([*commands, *others])}"


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB" if size else "size not known"
