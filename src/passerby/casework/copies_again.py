"""Making the copies in a bag again by their plans: see redact/make/made_again.py."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from passerby.errors import PasserbyError
from passerby.evidence.bag import COPIES, PLAN, REPORT
from passerby.evidence.bag_check import BagCheck
from passerby.evidence.group_proof import GROUPS
from passerby.evidence.item_check import ItemCheck
from passerby.models.source import ModelSource
from passerby.progress import OnProgress
from passerby.redact.make.made_again import make_again

_BESIDE = (REPORT, GROUPS, PLAN)


def with_copies(bag: Path, found: BagCheck, models: ModelSource, on_progress: OnProgress) -> BagCheck:
    """What was found of a bag, with what came of making its copies again. One that cannot be made is told of, too.

    Of a bag that is not as listed nothing is made: who has changed it may have changed what it would be made of.
    """
    if found.faults:
        return replace(found, faults=(*found.faults, "its copies were not made again, since it is not as it was made"))
    return replace(found, items=tuple(_with_copies(bag, item, models, on_progress) for item in found.items))


def _with_copies(bag: Path, item: ItemCheck, models: ModelSource, on_progress: OnProgress) -> ItemCheck:
    folder = bag / "data" / "items" / item.video[:16]
    original = next((folder / "original").glob("*"), None)
    for place in sorted((folder / COPIES).glob("*")):
        for copy in _copies_in(place):
            item = _with_copy(item, original, copy, models, on_progress)
    return item


def _copies_in(place: Path) -> Iterator[Path]:
    return (path for path in place.iterdir() if path.name not in _BESIDE)


def _with_copy(
    item: ItemCheck, original: Path | None, copy: Path, models: ModelSource, on_progress: OnProgress
) -> ItemCheck:
    plan = copy.with_name(PLAN)
    if original is None or not plan.is_file():
        missing = "its original" if original is None else "its plan"
        return replace(item, shown=(*item.shown, f"{copy.name}: not made again, since {missing} is not in the bag"))
    try:
        made = make_again(original, copy, plan, models, on_progress)
    except PasserbyError as error:
        return replace(item, faults=(*item.faults, f"{copy.name}: cannot be made again: {error}"))
    if made.faults:
        return replace(item, unlike=(*item.unlike, *(f"{copy.name}: {fault}" for fault in made.faults)))
    return replace(item, shown=(*item.shown, f"{copy.name}: {made}"))
