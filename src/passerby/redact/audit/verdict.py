"""The four states of a copy: the one place that names them, for the command line, the API, the pages and the client.

A viewer gets copies that passed, and those that show faces on purpose once somebody who may make copies has released
them by name; nothing else.
"""

from collections.abc import Collection, Mapping
from typing import Literal

State = Literal["passed", "shows_on_purpose", "failed", "not_audited"]

WORDS: Mapping[State, str] = {
    "passed": "passed",
    "shows_on_purpose": "passed, but shows faces on purpose",
    "failed": "failed",
    "not_audited": "not audited",
}
# What shows or hides faces, of all that a copy can be asked to hide.
HIDES_FACES = frozenset({"faces", "heads", "people"})


def state_of(*, failed: bool, shows: bool) -> State:
    """The state of a copy that was audited: whether something is wrong, and whether faces show on purpose."""
    if failed:
        return "failed"
    return "shows_on_purpose" if shows else "passed"


def hides_faces(kinds: Collection[str]) -> bool:
    """Whether a copy that hides these kinds is to show no face."""
    return not HIDES_FACES.isdisjoint(kinds)
