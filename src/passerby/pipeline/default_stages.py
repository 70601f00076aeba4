"""The stages that run where none are named: all, but those whose models are not shipped and not here."""

from dataclasses import dataclass
from typing import Protocol

from passerby.models.catalog import find
from passerby.pipeline.keys import STAGES, plan
from passerby.settings import Settings
from passerby.stages.base import Stage


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
        stage.name: dict.fromkeys(command for name in stage.models for command in models.commands_for(name))
        for stage in plan([name for name in STAGES if not _is_shipped(name)], settings)
        if not _is_shipped(stage.name)
    }
    told = [f"{name} (get it with: {'; '.join(commands)})" for name, commands in lacking.items() if commands]
    names = tuple(name for name in STAGES if not lacking.get(name))
    return UsualStages(names, f"left out: {', '.join(told)}" if told else "")


def _is_shipped(name: str) -> bool:
    """Whether a stage's models, as long as no setting changes them, are part of the package."""
    stage: Stage = next(stage for stage in plan([name], Settings()) if stage.name == name)
    return all(find(model).core for model in stage.models)
