"""That parts of a copy are the original's to the bit, for those who must not see the original.

The original's groups of pictures are the leaves of a Merkle tree, whose root a signed bag tells. For each group that
the copy took over as it was, a path leads from the copy's own pictures to that root. Of the other groups it has hashes
only, from which nothing can be made out of what they show. See docs/decisions/0075.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from passerby.documents import Document
from passerby.errors import GopCopyError, MediaError
from passerby.evidence import merkle
from passerby.media.gop.h264 import ParameterSets
from passerby.media.gop.picture_groups import PictureGroup, PictureGroups, read_picture_groups

FORMAT = "passerby-groups-1"
GROUPS = "groups.json"  # beside the copy
_NANOSECONDS = 1_000_000_000
_LATE = 2_000_000  # nanoseconds by which containers round times: Matroska's are in thousandths


@dataclass(frozen=True, slots=True)
class Unchanged:
    """How much of a copy is the original's."""

    frames: int
    groups: int
    of_frames: int
    of_groups: int

    def __str__(self) -> str:
        return (
            f"{self.frames} of {self.of_frames} frames, in {self.groups} of {self.of_groups} groups of pictures, "
            "are the original's to the bit"
        )


def prove_groups(original: Path, copy: Path) -> Document | None:
    """What is to lie beside a copy; None where no group of it is the original's, or it cannot be told: of a photo."""
    try:
        whole, made = read_picture_groups(original), read_picture_groups(copy)
    except (GopCopyError, MediaError):
        return None
    if not _has_sets(made.sets, whole.sets):
        return None
    leaves = [_first_leaf(whole.sets), *(_leaf(_nanoseconds(group), group) for group in whole.groups)]
    tree = merkle.Tree(leaves)
    proved = [
        {"index": index, "start": _nanoseconds(group), "path": [node.hex() for node in tree.path(index)]}
        for index, group in enumerate(whole.groups, 1)
        if (there := _at(made.groups, _nanoseconds(group))) is not None
        and (there.digest, there.frames) == (group.digest, group.frames)
    ]
    if not proved:
        return None
    sets = {"sps": [unit.hex() for unit in whole.sets.sps], "pps": [unit.hex() for unit in whole.sets.pps]}
    return {
        "format": FORMAT,
        "root": tree.root().hex(),
        "count": len(leaves),
        "parameters": sets | {"path": [node.hex() for node in tree.path(0)]},
        "groups": proved,
    }


def check_groups(told: Mapping[str, Any], copy: Path) -> tuple[Unchanged | None, tuple[str, ...]]:
    """What is shown of a copy by what lies beside it, and what is wrong, a line each."""
    try:
        made = read_picture_groups(copy)
        if told["format"] != FORMAT:
            raise ValueError(f"found the form {told['format']!r}")
        faults = tuple(_faults(told, made))
        frames = sum(group.frames for group in made.groups)
        if faults:
            return None, faults
        held = [_at(made.groups, int(each["start"])) for each in told["groups"]]
        proved = sum(group.frames for group in held if group is not None)
        return Unchanged(proved, len(held), frames, len(made.groups)), ()
    except (KeyError, TypeError, ValueError, MediaError, GopCopyError) as error:
        return None, (f"{GROUPS}: cannot be checked: {error}",)


def _faults(told: Mapping[str, Any], made: PictureGroups) -> Iterator[str]:
    root, count = bytes.fromhex(told["root"]), int(told["count"])
    parameters = told["parameters"]
    sets = ParameterSets(*(tuple(map(bytes.fromhex, parameters[kind])) for kind in ("sps", "pps")))
    if merkle.root_by(_first_leaf(sets), 0, count, _path(parameters)) != root:
        yield "how its pictures are to be decoded is not what the original says"
    if not _has_sets(made.sets, sets):
        yield "its pictures are decoded in another way than the original's"
    last = 0
    for each in told["groups"]:
        index, start = int(each["index"]), int(each["start"])
        group = _at(made.groups, start)
        leaf = None if group is None else _leaf(start, group)
        if index <= last or leaf is None or merkle.root_by(leaf, index, count, _path(each)) != root:
            yield f"the pictures from {start / _NANOSECONDS:.3f} s on are not the original's, which they should be"
        last = index


def _path(told: Mapping[str, Any]) -> list[bytes]:
    return [bytes.fromhex(node) for node in told["path"]]


def _has_sets(made: ParameterSets, original: ParameterSets) -> bool:
    """Whether pictures of the original are decoded as there: its sets are here, and their numbers mean no others."""
    more = ParameterSets(
        tuple(unit for unit in made.sps if unit not in original.sps),
        tuple(unit for unit in made.pps if unit not in original.pps),
    )
    is_there = {*original.sps, *original.pps} <= {*made.sps, *made.pps}
    return is_there and not (more.sps_numbers & original.sps_numbers or more.pps_numbers & original.pps_numbers)


def _at(groups: Sequence[PictureGroup], start: int) -> PictureGroup | None:
    """The group that starts then, as near as containers tell times."""
    place = bisect_left(groups, Fraction(start - _LATE, _NANOSECONDS), key=lambda group: group.start)
    if place < len(groups) and abs(_nanoseconds(groups[place]) - start) <= _LATE:
        return groups[place]
    return None


def _nanoseconds(group: PictureGroup) -> int:
    return round(group.start * _NANOSECONDS)


def _leaf(start: int, group: PictureGroup) -> bytes:
    place = start.to_bytes(8, "big", signed=True) + group.frames.to_bytes(4, "big")
    return merkle.leaf_hash(b"group" + place + group.digest)


def _first_leaf(sets: ParameterSets) -> bytes:
    units = b"".join(len(unit).to_bytes(4, "big") + unit for unit in (*sets.sps, *sets.pps))
    return merkle.leaf_hash(b"parameters" + units)
