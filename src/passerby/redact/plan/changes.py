"""What turns one plan into another, written down by itself: who corrects a plan of thousands of tracks sends no more.

A change of a track names its number and what is other about it; a whole track of a new number is added. They are
applied to the document of a plan, so that nothing but what is changed has to be read.
"""

from collections.abc import Iterable
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationError

from passerby.errors import UsageError
from passerby.redact.plan.document import (
    LONGEST_LABEL,
    MOST_BOXES,
    FiniteNumber,
    PlanDocument,
    PointDocument,
    PolicyDocument,
    Strict,
    TrackDocument,
    known_kind,
)
from passerby.redact.plan.kinds import TrackKind
from passerby.times import TimeBase


class TrackChange(Strict):
    """What is other about a track: only the fields that are named."""

    number: int
    kind: Annotated[TrackKind, BeforeValidator(known_kind)] | None = None
    label: Annotated[str, Field(max_length=LONGEST_LABEL)] | None = None
    hidden: bool | None = None
    score: FiniteNumber | None = None
    boxes: Annotated[list[PointDocument], Field(min_length=1)] | None = None
    reason: Annotated[str, Field(max_length=1000)] | None = None

    def applied(self, track: TrackDocument | None) -> TrackDocument:
        """The track with what is named here; a new one for None. Raises UsageError for one that is not whole."""
        named = {name: value for name, value in self if value is not None}
        if track is not None:
            return track.model_copy(update=named)
        try:
            return TrackDocument.model_validate(named)
        except ValidationError as error:
            first = error.errors()[0]
            raise UsageError(
                f"the plan: track {self.number}: expected a whole track, since there is none of this number, found "
                f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
            ) from error


class PlanChanges(Strict):
    """What is other about a plan."""

    tracks: Annotated[tuple[TrackChange, ...], Field(description="Of tracks by their numbers; new ones whole.")] = ()
    removed: Annotated[tuple[int, ...], Field(description="Numbers of tracks.")] = ()
    policy: Annotated[PolicyDocument | None, Field(description="The whole of it, in the place of the other.")] = None

    def applied(self, plan: PlanDocument) -> PlanDocument:
        """The plan with these changes. Raises UsageError for what is no track, and for more boxes than may be."""
        base = plan.original.as_original().time_base
        gone = set(self.removed)
        known = {track.number: track for track in plan.tracks if track.number not in gone}
        for change in self.tracks:
            track = change.applied(known.get(change.number))
            if change.boxes is not None:
                _check(track, base)
            known[change.number] = track
        if sum(len(track.boxes) for track in known.values()) > MOST_BOXES:
            raise UsageError(f"the plan: expected at most {MOST_BOXES} boxes in all")
        policy = plan.policy if self.policy is None else self.policy
        return plan.model_copy(update={"tracks": list(known.values()), "policy": policy})

    def text(self) -> str:
        """As JSON, without what is not named."""
        return self.model_dump_json(exclude_unset=True)

    @classmethod
    def between(cls, old: PlanDocument, new: PlanDocument) -> "PlanChanges":
        """What makes ``old`` ``new``."""
        before = {track.number: track for track in old.tracks}
        after = {track.number for track in new.tracks}
        tracks = [
            change for track in new.tracks if (change := _difference(before.get(track.number), track)) is not None
        ]
        removed = tuple(track.number for track in old.tracks if track.number not in after)
        policy = {} if new.policy == old.policy else {"policy": new.policy}
        return cls(tracks=tuple(tracks), removed=removed, **policy)


def _difference(old: TrackDocument | None, new: TrackDocument) -> TrackChange | None:
    if old is new:
        return None
    if old is None:
        return TrackChange.model_construct(**dict(new))
    other = {name: value for name, value in new if getattr(old, name) != value}
    return TrackChange.model_construct(number=new.number, **other) if other else None


def _check(track: TrackDocument, base: TimeBase) -> None:
    """Raises UsageError for what is no track."""
    try:
        track.as_track(base)
    except UsageError as error:
        raise UsageError(f"the plan: {error}") from error


def applied(plan: PlanDocument, steps: Iterable[PlanChanges]) -> PlanDocument:
    """The plan after one change and another. Raises UsageError."""
    for step in steps:
        plan = step.applied(plan)
    return plan
