"""Optional packages: imported where they are needed, with an error that names the extra."""

from importlib import import_module
from types import ModuleType

from passerby.errors import MissingExtraError
from passerby.models.catalog import Extra


def import_extra(extra: Extra) -> ModuleType:
    """The module of an optional package. Raises MissingExtraError if it is not installed, or does not start here."""
    try:
        return import_module(extra.module)
    except (ImportError, OSError) as error:
        raise MissingExtraError(
            f"{extra.module} is needed: pip install 'passerby[{extra.name}]' (found: {error})"
        ) from error
