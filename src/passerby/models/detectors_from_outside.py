"""Detectors that other packages bring, under the entry points ``passerby.detectors``.

An entry point names a table with the keys of an entry in ``catalog.toml``, in which ``classes`` are the names
themselves; its name is that of the model. Laws 1 and 2 have a wall here. A detector from outside does what one of
Passerby's own does: it finds things, faces, licence plates or text. What it can say passes the check of words, is the
name of nobody, and is "person" wherever it stands for one, since that is what is masked and kept as geometry alone.
What it says beside that, once it runs, is an error.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from passerby.errors import PluginError, VocabularyError
from passerby.models.entry import Entry, made_entry
from passerby.models.names import name_in
from passerby.models.vocabulary import check_labels, fold
from passerby.plugins import Plugin, plugins_of

# What a detector of each task may say; None: names of things.
SAID: Mapping[str, frozenset[str] | None] = {
    "objects": None,
    "faces": frozenset({"face"}),
    "redacted-faces": frozenset({"face"}),
    "plates": frozenset({"licence plate"}),
    "text": frozenset({"text"}),
}
PERSON = "person"
# Words that make a label one of people wherever they stand, and parts of people, at its end. Words that tell more of
# somebody are refused anyhow.
PEOPLE = frozenset({
    "person", "persons", "people", "human", "humans", "pedestrian", "pedestrians", "crowd", "crowds", "passerby",
    "passersby", "individual", "individuals", "somebody", "citizen", "citizens",
})  # fmt: skip
PARTS = frozenset({"body", "bodies", "face", "faces", "head", "heads", "hand", "hands"})
# What may be left out of a table.
OPTIONAL: Mapping[str, Any] = {
    "file": "", "sha256": "", "size": 0, "paper": "", "made_from": "", "input": "", "core": False,
}  # fmt: skip


def detectors_from_outside(own: Collection[str]) -> tuple[Entry, ...]:
    """The entries of the detectors that other packages bring; ``own`` are the names of Passerby's models.

    Raises PluginError for what is no such entry, VocabularyError for what could describe people (law 2).
    """
    return tuple(_entry(plugin) for plugin in plugins_of("passerby.detectors", own).values())


def _entry(plugin: Plugin) -> Entry:
    table = plugin.load()
    if not isinstance(table, Mapping):
        raise PluginError(f"{plugin.where}: expected a table as in Passerby's catalog, found {type(table).__name__}")
    try:
        entry = made_entry(plugin.name, {**OPTIONAL, **table}, plugin)
    except (TypeError, KeyError) as error:
        raise PluginError(f"{plugin.where}: expected a table as in Passerby's catalog, found: {error}") from error
    if entry.task not in SAID:
        raise PluginError(f"{plugin.where}: expected a task among {', '.join(SAID)}, found {entry.task!r}")
    if entry.core and not (entry.file and entry.sha256):
        raise PluginError(f"{plugin.where}: expected the file that it ships with, and its SHA-256")
    _check_said(entry, plugin)
    return entry


def _check_said(entry: Entry, plugin: Plugin) -> None:
    """Raise VocabularyError for a class that could describe people, name one, or keep them as a thing."""
    check_labels(entry.labels, plugin.where)
    allowed = SAID[entry.task]
    for label in entry.labels:
        if allowed is not None and label not in allowed:
            raise VocabularyError(f"{plugin.where}: expected {', '.join(allowed)} alone, found {label!r}")
        if name_in(label):
            raise VocabularyError(f"{plugin.where}: expected names of things, found {label!r}, which names somebody")
        if allowed is None and _is_of_people(label) != (label == PERSON and label in entry.people):
            raise VocabularyError(
                f"{plugin.where}: expected people to be called {PERSON!r} and to be among its people, found {label!r}; "
                "or drop that class"
            )


def _is_of_people(label: str) -> bool:
    words = re.findall(r"[^\W_]+", fold(label).replace("-by", "by"))
    return not PEOPLE.isdisjoint(words) or not PARTS.isdisjoint(words[-1:])
