"""A copy shows which of its pictures are the original's, without the original; and cannot show it of others."""

import copy as copying
import json
from pathlib import Path
from typing import Any

import pytest

from clips import make_clip
from gop_clips import GROUPED, covered, remuxed, spliced
from passerby.evidence.group_proof import check_groups, prove_groups

HIDDEN = range(8, 16)  # frames: the second of five groups
RATE = 25


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("original") / "clip.mp4", rate=RATE, **GROUPED)


@pytest.fixture(scope="module")
def safe(original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy in which something is hidden in one group."""
    copy = tmp_path_factory.mktemp("copy") / "safe.mp4"
    tick = 12800 // RATE
    dirty = spliced(original, copy, lambda pts: pts // tick in HIDDEN, lambda frame: covered(frame, (48, 32, 112, 80)))
    assert dirty.tolist() == [False, True, False, False, False]
    return copy


@pytest.fixture(scope="module")
def told(original: Path, safe: Path) -> dict[str, Any]:
    made = prove_groups(original, safe)
    assert made is not None
    return json.loads(json.dumps(made))  # type: ignore[no-any-return]


def test_what_is_unchanged_is_shown(safe: Path, told: dict[str, Any]) -> None:
    unchanged, faults = check_groups(told, safe)
    assert faults == ()
    assert str(unchanged) == "32 of 40 frames, in 4 of 5 groups of pictures, are the original's to the bit"


def test_it_tells_nothing_of_what_is_hidden_but_hashes(original: Path, told: dict[str, Any]) -> None:
    assert {each["index"] for each in told["groups"]} == {1, 3, 4, 5}
    assert all(len(bytes.fromhex(node)) == 32 for each in told["groups"] for node in each["path"])
    assert len(json.dumps(told)) < original.stat().st_size


def test_it_holds_in_another_container(original: Path, safe: Path, tmp_path: Path) -> None:
    moved = remuxed(safe, tmp_path / "safe.mkv", lambda _, data: data)
    made = prove_groups(original, moved)
    assert made is not None
    unchanged, faults = check_groups(made, moved)
    assert (unchanged is not None and unchanged.groups, faults) == (4, ())


def test_a_changed_picture_is_found(safe: Path, told: dict[str, Any], tmp_path: Path) -> None:
    changed = remuxed(
        safe, tmp_path / "safe.mp4", lambda index, data: data[:-1] + bytes([data[-1] ^ 2 * (index == 25)])
    )
    assert check_groups(told, changed) == (
        None,
        ("the pictures from 0.960 s on are not the original's, which they should be",),
    )


def test_what_was_hidden_cannot_be_shown_to_be_the_originals(original: Path, safe: Path, told: dict[str, Any]) -> None:
    whole = prove_groups(original, original)
    assert whole is not None
    lie = told | {"groups": whole["groups"]}
    assert check_groups(lie, original)[1] == ()
    [fault] = check_groups(lie, safe)[1]
    assert "from 0.320 s on are not the original's" in fault


@pytest.mark.parametrize("part", ["root", "start", "index", "path", "count", "twice", "sps", "format"])
def test_what_is_said_otherwise_is_found(safe: Path, told: dict[str, Any], part: str) -> None:
    lie = copying.deepcopy(told)
    first, second = lie["groups"][:2]
    match part:
        case "root":
            lie["root"] = "00" * 32
        case "start":
            first["start"] += 1
        case "index":
            first["index"], second["index"] = second["index"], first["index"]
        case "path":
            second["path"].pop()
        case "count":
            lie["count"] += 1
        case "twice":
            lie["groups"].insert(0, first)
        case "sps":
            lie["parameters"]["sps"] = lie["parameters"]["pps"]
        case _:
            lie["format"] = "another"
    unchanged, faults = check_groups(lie, safe)
    assert unchanged is None
    assert faults


def test_of_another_video_nothing_is_shown(safe: Path, tmp_path: Path) -> None:
    other = make_clip(
        tmp_path / "other.mp4",
        rate=RATE,
        audio="tone",
        size=(192, 96),
        **{k: v for k, v in GROUPED.items() if k != "size"},
    )
    assert prove_groups(other, safe) is None
    assert prove_groups(make_clip(tmp_path / "other.mkv", frames=12, codec="libx265"), safe) is None
