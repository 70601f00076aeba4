"""Optional packages: imported where they are needed, with an error that names the extra."""

import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType, ModuleType

from passerby.errors import MissingExtraError


@dataclass(frozen=True, slots=True)
class Extra:
    """The optional package that a model is, where it has no file, or that runs it; both empty: it needs none."""

    name: str = ""  # of the extra: pip install 'passerby[name]'
    module: str = ""


# The module of each extra by which it is told whether it is there.
MODULES: Mapping[str, str] = MappingProxyType(
    {
        "speech": "faster_whisper",
        "pii": "phonenumbers",
        "c2pa": "c2pa",
        "serve": "fastapi",
        "oidc": "authlib",
        "timelines": "opentimelineio",
        "postgres": "psycopg",
        "s3": "s3fs",
        "evidence": "bagit",
        "ray": "ray",
        "watch": "paho",
    }
)


def installed_extras() -> tuple[list[str], list[str]]:
    """The names of the extras that are installed, and of those that are not."""
    here = [name for name, module in MODULES.items() if find_spec(module) is not None]
    return here, [name for name in MODULES if name not in here]


def import_extra(extra: Extra) -> ModuleType:
    """The module of an optional package. Raises MissingExtraError if it is not installed, or does not start here."""
    try:
        return import_module(extra.module)
    except (ImportError, OSError) as error:
        command = command_of(extra)
        raise MissingExtraError(f"{extra.module} is needed: {command} (found: {error})", command) from error


def require_extra(extra: Extra) -> None:
    """Raise MissingExtraError if an optional package is not installed; nothing of it is imported."""
    if find_spec(extra.module) is None:
        raise MissingExtraError(f"{extra.module} is needed: {command_of(extra)}", command_of(extra))


@contextmanager
def needing(name: str) -> Iterator[None]:
    """Around the imports of what an extra brings. Raises MissingExtraError for a package that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        command = command_of(Extra(name))
        raise MissingExtraError(f"{error.name} is needed: {command}", command) from error


def command_of(extra: Extra) -> str:
    """What installs it, where this Passerby is: with uv or pipx, if it is there by them."""
    return f"{_installer()} 'passerby[{extra.name}]'"


def _installer() -> str:
    """The command that adds packages to this environment, by the traces that its tool has left."""
    prefix = Path(sys.prefix)
    if (prefix / "pipx_metadata.json").is_file():
        return f"pipx runpip {prefix.name} install"
    if (prefix / "uv-receipt.toml").is_file():
        return f"uv pip install --python {shlex.quote(sys.executable)}"
    return "pip install"
