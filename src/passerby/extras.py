"""Optional packages: imported where they are needed, with an error that names the extra."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from passerby.errors import MissingExtraError


@dataclass(frozen=True, slots=True)
class Extra:
    """The optional package that a model is, where it has no file, or that runs it; both empty: it needs none."""

    name: str = ""  # of the extra: pip install 'passerby[name]'
    module: str = ""


def import_extra(extra: Extra) -> ModuleType:
    """The module of an optional package. Raises MissingExtraError if it is not installed, or does not start here."""
    try:
        return import_module(extra.module)
    except (ImportError, OSError) as error:
        raise MissingExtraError(f"{extra.module} is needed: {command_of(extra)} (found: {error})") from error


def require_extra(extra: Extra) -> None:
    """Raise MissingExtraError if an optional package is not installed; nothing of it is imported."""
    if find_spec(extra.module) is None:
        raise MissingExtraError(f"{extra.module} is needed: {command_of(extra)}")


@contextmanager
def needing(name: str) -> Iterator[None]:
    """Around the imports of what an extra brings. Raises MissingExtraError for a package that is not installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"{error.name} is needed: {command_of(Extra(name))}") from error


def command_of(extra: Extra) -> str:
    """What installs it."""
    return f"pip install 'passerby[{extra.name}]'"
