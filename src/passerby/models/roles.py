"""Which model does what: the one that a setting names, or else the best that is on the machine.

No other code names a model: another one for any of these roles is a setting, or another order of the catalog.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from passerby.errors import UsageError
from passerby.models.catalog import best_of, entries, find
from passerby.models.entry import Entry, Task
from passerby.settings import Settings

# A task, or one that a detector of objects does if people are among them.
ModelRole = Literal[Task, "people"]


@dataclass(frozen=True, slots=True)
class Choice:
    """A role that the user may give to another model."""

    setting: str  # whose value is the name of a model; "" for the best that is here
    expected: str  # what a model that cannot do it is told not to be


CHOICES: Mapping[ModelRole, Choice] = MappingProxyType(
    {
        "objects": Choice("objects", "is no detector of objects"),
        "people": Choice("people", "is no detector of people"),
        "faces": Choice("faces", "is no detector of faces"),
        "redacted-faces": Choice("redacted_faces", "is no detector of faces"),
        "plates": Choice("plates", "is no detector of licence plates"),
        "text": Choice("text_finder", "does not find text"),
        "reading": Choice("text_reader", "does not read text"),
        "transcription": Choice("speech", "does not transcribe speech"),
        "image-text": Choice("image_text", "does not compare pictures with words"),
    }
)


def is_open(role: ModelRole, settings: Settings) -> bool:
    """Whether the user may choose another model for a role, and has not."""
    return role in CHOICES and not getattr(settings, CHOICES[role].setting)


def model_for(role: ModelRole, settings: Settings) -> str:
    """The name of the model that has this role, whether it can have it or not; the first one where that is open."""
    return (getattr(settings, CHOICES[role].setting) if role in CHOICES else "") or first_for(role)


def checked_model_for(role: ModelRole, settings: Settings) -> str:
    """The same. Raises UsageError for one that cannot have this role, or that there is not."""
    name = model_for(role, settings)
    if not _can(find(name), role):
        raise UsageError(f"{name} {CHOICES[role].expected}; see `passerby models list`")
    return name


def best_for(role: ModelRole) -> tuple[str, ...]:
    """The models that may have a role where that is open, the best first."""
    return best_of(role) or all_for(role)


def first_for(role: ModelRole) -> str:
    """The first model of the catalog that can have a role."""
    return all_for(role)[0]


def all_for(role: ModelRole) -> tuple[str, ...]:
    """The models of the catalog that can have a role, in its order."""
    return tuple(entry.name for entry in entries() if _can(entry, role))


def _can(entry: Entry, role: ModelRole) -> bool:
    if role == "people":
        return entry.task == "objects" and bool(entry.people)
    if role == "redacted-faces":
        return entry.task in (role, "faces")
    return entry.task == role
