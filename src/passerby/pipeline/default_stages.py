"""The stages that run where none are named: all, but those whose models are not shipped and not here."""

from dataclasses import dataclass
from typing import Protocol

from passerby.models.catalog import find
from passerby.models.one_command import one_command
from passerby.settings import Settings
from passerby.stages import stage_names
from passerby.stages.registry import make_stage


class Presence(Protocol):
    """Tells what of a model is not on this machine: ``models/load.py``."""

    def commands_for(self, name: str) -> list[str]:
        """The commands that get it; none where it is here."""
        ...


@dataclass(frozen=True, slots=True)
class UsualStages:
    """What is run, and in one line what is not and how to get it; "" where all is run."""

    names: tuple[str, ...]
    left_out: str


def usual_stages(settings: Settings, models: Presence) -> UsualStages:
    """The stages that run where none are named.

    A stage whose usual models ship with Passerby is always among them: if it lacks one, the user chose that model.
    """
    lacking = {
        name: dict.fromkeys(
            command for model in make_stage(name, settings).models for command in models.commands_for(model)
        )
        for name in stage_names()
        if not _is_shipped(name)
    }
    left = {name: commands for name, commands in lacking.items() if commands}
    names = tuple(name for name in stage_names() if name not in left)
    if not left:
        return UsualStages(names, "")
    command = one_command(command for commands in left.values() for command in commands)
    absent = {model for name in left for model in make_stage(name, settings).models if models.commands_for(model)}
    size = sum(find(model).total_size for model in absent)
    return UsualStages(names, f"left out: {', '.join(left)}; to have them too ({size / 1e6:.0f} MB): {command}")


def _is_shipped(name: str) -> bool:
    """Whether a stage's models, as long as no setting changes them, are part of the package."""
    return all(find(model).core for model in make_stage(name, Settings()).models)
