"""Plans of redacted copies, as people correct them: geometry and choices, no pixels. They go with their video."""

from dataclasses import dataclass
from typing import Protocol

MOST_VERSIONS = 500  # of one plan that are kept; older ones cannot be gone back to


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan and how often it was changed."""

    id: str
    video: str
    text: str  # as in the file of a plan
    version: int  # from 1
    changed: float  # seconds since 1970, UTC


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """Who made a version of a plan of the one before it, and when."""

    version: int  # from 2: the first is that of the look
    user: str
    changed: float  # seconds since 1970, UTC
    back: str  # JSON: the changes that make it the version before again


class PlanStore(Protocol):
    """The plans of a library."""

    def put(self, video: str, text: str) -> str:
        """Keep a new plan; its id. Raises ForgottenError."""

    def get(self, plan: str) -> StoredPlan | None: ...

    def of(self, video: str) -> list[StoredPlan]:
        """The plans of a video, newest first."""

    def change(self, plan: str, text: str, version: int, *, user: str, back: str) -> int:
        """Put ``text`` in the place of that ``version``, and keep who did and what leads ``back``; the new version.

        Raises StaleError if it is not the newest, or the plan is not there any more.
        """

    def versions(self, plan: str, down_to: int = 0) -> list[PlanVersion]:
        """Its versions, the newest first, at most ``MOST_VERSIONS``; those from one on only."""

    def remove(self, plan: str) -> None: ...
