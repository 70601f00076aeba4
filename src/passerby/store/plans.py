"""Plans of redacted copies, as people correct them: geometry and choices, no pixels. They go with their video."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredPlan:
    """A plan and how often it was changed."""

    id: str
    video: str
    text: str  # as in the file of a plan
    version: int  # from 1
    changed: float  # seconds since 1970, UTC


class PlanStore(Protocol):
    """The plans of a library."""

    def put(self, video: str, text: str) -> str:
        """Keep a new plan; its id. Raises ForgottenError."""

    def get(self, plan: str) -> StoredPlan | None: ...

    def of(self, video: str) -> list[StoredPlan]:
        """The plans of a video, newest first."""

    def change(self, plan: str, text: str, version: int) -> int:
        """Put ``text`` in the place of that ``version``; the new version. Raises UsageError if it is not the newest."""

    def remove(self, plan: str) -> None: ...
