"""What can be wrong with a library."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a library."""

    text: str  # what is wrong
    remedy: str  # what putting it right does, or what the user can do
    repairable: bool  # whether ``Health.repair`` does it


class Health(Protocol):
    """What is wrong with a library, for ``passerby doctor``. Others may be at work in it meanwhile."""

    def check(self) -> list[Problem]:
        """Everything that is wrong; nothing is changed."""

    def repair(self) -> list[Problem]:
        """Put right what can be put right; what is left. Stages that were damaged are redone by the next add."""

    def keep_up(self) -> None:
        """Make what searches need to stay quick as the library grows; may take minutes, and stops nobody."""
