"""When a copy may be made that nobody has looked at: the rule, which whoever makes many copies at once keeps to.

A plan needs no person's look if something was found, all of it surely, in a video that could be read whole, and all
that was to be heard was understood. The copy needs none if its audit passed. Whatever else there is waits for a person.
"""

from collections.abc import Mapping
from typing import Any, Literal

from passerby.redact.audit.verdict import hides_faces
from passerby.redact.plan.plan import Plan
from passerby.wording import counted

# Of the plan: what the detectors are less sure of, nothing at all, speech nobody understood, a damaged file, faces that
# are not to be hidden. Of the copy: faces that show, such that show on purpose, and what else its audit found wrong.
DoubtKind = Literal["uncertain", "nothing", "unclear", "damaged", "faces_stay", "leaks", "on_purpose", "problems"]
Doubts = Mapping[DoubtKind, int]  # how many there are of each; empty: no person need look

SURE = 0.5  # tracks whose surest sighting is below it are told of: also the score from which an audit takes one look


def doubts_of_plan(plan: Plan) -> Doubts:
    """What of a plan, as its look has made it, a person should see before a copy is made."""
    found: dict[DoubtKind, int] = {
        "uncertain": sum(track.score < SURE for track in plan.tracks),
        "nothing": int(not plan.hidden),
        "unclear": len(plan.policy.audio.unclear),
        "damaged": int(bool(plan.original.damage)),
        "faces_stay": int(not hides_faces(plan.policy.hide)),
    }
    return _those_there_are(found)


def doubts_of_audit(audit: Mapping[str, Any]) -> Doubts:
    """What of a copy a person should see before anybody else does: of the document of its audit."""
    found: dict[DoubtKind, int] = {
        "leaks": audit["faces"]["leaked"],
        "on_purpose": int(audit["state"] == "shows_on_purpose"),
        "problems": len(audit["problems"]),
    }
    return _those_there_are(found)


def doubts_in_words(doubts: Doubts) -> str:
    """Why a person should look, in one line.

    >>> doubts_in_words({"uncertain": 2, "damaged": 1})
    'less than 50% certain: 2 tracks; the file is damaged'
    """
    return "; ".join(_WORDS[doubt].format(counted(doubts[doubt], _NOUNS.get(doubt, ""))) for doubt in doubts)


_NOUNS: Mapping[DoubtKind, str] = {"uncertain": "track", "unclear": "span", "leaks": "face", "problems": "problem"}
_WORDS: Mapping[DoubtKind, str] = {
    "uncertain": f"less than {SURE:.0%} certain: {{}}",
    "nothing": "nothing was found to hide",
    "unclear": "speech that nobody understood: {}",
    "damaged": "the file is damaged",
    "faces_stay": "faces are not to be hidden",
    "leaks": "shows though it should be hidden: {}",
    "on_purpose": "faces show on purpose",
    "problems": "wrong with the copy: {}",
}


def _those_there_are(found: Mapping[DoubtKind, int]) -> Doubts:
    return {doubt: count for doubt, count in found.items() if count}
