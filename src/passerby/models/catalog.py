"""The models that there are: those in ``catalog.toml``, and the detectors that other packages bring."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from passerby.errors import UsageError
from passerby.models.detectors_from_outside import detectors_from_outside
from passerby.models.entry import Entry, made_entry
from passerby.wording import meant_instead


@cache
def entries() -> tuple[Entry, ...]:
    """Every model, in the order of the file; then those of other packages.

    Raises PluginError or VocabularyError, which name the package, for one that cannot be used.
    """
    own = _own()
    return (*own, *detectors_from_outside({entry.name for entry in own}))


def best_of(role: str) -> tuple[str, ...]:
    """The models that are taken for a role where no setting names one, the best first; none: all, in their order."""
    return tuple(_document()["best"].get(role, ()))


def recommended() -> tuple[str, ...]:
    """The models that are worth their room for everybody."""
    return tuple(_document()["recommended"]["models"])


@cache
def _document() -> Mapping[str, Any]:
    return tomllib.loads(resources.files("passerby.models").joinpath("catalog.toml").read_text("utf-8"))


def _own() -> tuple[Entry, ...]:
    document = _document()
    classes = {"": (), **document["classes"]}
    return tuple(
        made_entry(name, {**table, "classes": classes[table.get("classes", "")]})
        for name, table in document["models"].items()
    )


def find(name: str) -> Entry:
    """The entry called ``name``. Raises UsageError, with the names that there are."""
    known = {entry.name: entry for entry in entries()}
    if name not in known:
        raise UsageError(f"no model is called {name!r}; {meant_instead(name, known)}")
    return known[name]
