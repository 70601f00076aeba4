"""The wall: what a stage of another package must be like, so that the laws hold with it as without it.

It takes moments without their people, or words; so nobody is described by it (law 1). Each label that it may give is
known when it is loaded, and none describes a person (law 2). It adds to what is found, and changes nothing: where
shots, moments and people are, and what pictures are compared by, Passerby's own stages say.
"""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from typing import NoReturn, Protocol, cast, runtime_checkable

from passerby.errors import PasserbyError, PluginError, UsageError
from passerby.models.catalog import find
from passerby.models.vocabulary import check_labels, check_names
from passerby.plugins import Plugin
from passerby.records import Record, ScreenText, Tag, Track, WordedRecord
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.stages.base import Configured, Stage

MAY_TAKE = ("moments", "words")
# The kinds of records of which several stages may give some. A library keeps no others than Passerby's own.
MAY_MAKE = (Tag, Track, ScreenText)
# What decides which moments there are, and what is masked in them.
MUST_NEED = {"moments": ("shots", "people"), "words": ("shots",)}
PERSON = "person"  # the label that detectors have for people, of whom only geometry is kept

_MEMBERS = ("name", "version", "needs", "models", "makes", "takes", "open")


@runtime_checkable
class Labelled(Protocol):
    """A stage that says beforehand which labels its records may have."""

    @property
    def labels(self) -> tuple[str, ...]: ...


def admitted(plugin: Plugin) -> Callable[[], Stage]:
    """The class of a stage of another package.

    Raises PluginError for one that takes, gives or is called what it may not, VocabularyError for a label or a name
    that would describe a person. Both name the package.
    """
    found = plugin.load()
    if not isinstance(found, type) or not dataclasses.is_dataclass(found):
        _refuse(plugin, f"expected a frozen dataclass, found {found!r}")
    kind = cast(Callable[[], Stage], found)  # what of it is another thing is found below
    try:
        stage = kind.from_settings(Settings()) if isinstance(kind, Configured) else kind()
    except (TypeError, ValueError, PasserbyError) as error:
        raise PluginError(f"{plugin.where}: cannot be made with its usual parameters: {error}") from error
    if missing := [member for member in _MEMBERS if not hasattr(stage, member)]:
        _refuse(plugin, f"expected a stage, found no {', '.join(missing)}")
    if stage.name != plugin.name:
        _refuse(plugin, f"expected a stage of that name, found {stage.name!r}")
    _check_takes(plugin, stage)
    _check_makes(plugin, stage)
    _check_words(plugin, stage)
    return kind


def require_declared(stage: Stage, records: Sequence[Record]) -> None:
    """Raise PluginError for a record of a kind, or with a label, that its stage does not say that it gives."""
    for record in records:
        if not isinstance(record, stage.makes):
            _refuse_record(stage, f"a {type(record).__name__}, which is not in its `makes`")
        if isinstance(stage, Labelled) and getattr(record, "label", None) not in (None, *stage.labels):
            _refuse_record(stage, "a label that is not in its `labels`")


def _check_takes(plugin: Plugin, stage: Stage) -> None:
    if stage.takes not in MAY_TAKE:
        _refuse(
            plugin,
            f"it takes {stage.takes!r}; a stage of another package takes {' or '.join(MAY_TAKE)}: masked frames "
            "only, so that it sees nobody (law 1)",
        )
    if unknown := [need for need in stage.needs if need not in STAGES]:
        _refuse(plugin, f"it needs {unknown[0]!r}; expected stages of Passerby's own: {', '.join(STAGES)}")
    if missing := [need for need in MUST_NEED[stage.takes] if need not in stage.needs]:
        _refuse(plugin, f"expected {missing[0]!r} among what it needs, which decides what its {stage.takes} are")
    if stage.takes == "words" and "needs" not in _parameters(stage):
        _refuse(plugin, "expected `needs` to be a parameter, which is told the stages that give words")


def _check_makes(plugin: Plugin, stage: Stage) -> None:
    for kind in stage.makes:
        if kind not in MAY_MAKE:
            allowed = ", ".join(each.__name__ for each in MAY_MAKE)
            _refuse(plugin, f"it makes {getattr(kind, '__name__', kind)}; expected some of {allowed}")
        if stage.takes == "words" and issubclass(kind, WordedRecord):
            _refuse(plugin, f"it takes words and makes {kind.__name__}, which gives some: they would come back to it")
    if any("label" in _parameters(kind) for kind in stage.makes) and not isinstance(stage, Labelled):
        _refuse(plugin, "expected `labels`, all those that its records may have")


def _check_words(plugin: Plugin, stage: Stage) -> None:
    labels = stage.labels if isinstance(stage, Labelled) else ()
    if PERSON in labels:
        _refuse(plugin, f"it gives the label {PERSON!r}; people are kept as geometry, by Passerby alone")
    check_labels(labels, plugin.where)
    for name in stage.models:
        try:
            check_labels(find(name).labels, f"{plugin.where}, its model {name}")
        except UsageError as error:
            raise PluginError(f"{plugin.where}: {error}") from error
    check_names(_names(stage), plugin.where)


def _names(stage: Stage) -> Iterator[str]:
    yield stage.name
    yield from _parameters(stage)


def _parameters(made: object) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(made)) if dataclasses.is_dataclass(made) else ()


def _refuse(plugin: Plugin, reason: str) -> NoReturn:
    raise PluginError(f"{plugin.where}: {reason}")


def _refuse_record(stage: Stage, found: str) -> NoReturn:
    raise PluginError(f"the stage {stage.name}, of {type(stage).__module__}: expected what it declares, found {found}")
