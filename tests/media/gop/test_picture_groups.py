"""Groups of pictures have the same digests in whatever file they lie, and another one with any other bit."""

from pathlib import Path

import pytest

from clips import make_clip
from gop_clips import GROUPED, remuxed
from passerby.errors import GopCopyError
from passerby.media.gop.picture_groups import read_picture_groups


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("groups") / "clip.mp4", rate=25, **GROUPED)


def test_groups_are_told_with_their_times(clip: Path) -> None:
    groups = read_picture_groups(clip).groups
    assert [float(group.start) for group in groups] == [0, 0.32, 0.64, 0.96, 1.28]
    assert [group.frames for group in groups] == [8] * 5
    assert len({group.digest for group in groups}) == 5


@pytest.mark.parametrize("suffix", [".mkv", ".mov", ".ts"])
def test_another_container_changes_no_group(clip: Path, tmp_path: Path, suffix: str) -> None:
    copy = remuxed(clip, tmp_path / f"copy{suffix}", lambda _, data: data)
    there, here = read_picture_groups(copy), read_picture_groups(clip)
    assert (there.sets, [group.digest for group in there.groups]) == (
        here.sets,
        [group.digest for group in here.groups],
    )
    assert all(abs(a.start - b.start) <= 0.001 for a, b in zip(there.groups, here.groups, strict=True))


def test_a_bit_changes_its_group_alone(clip: Path, tmp_path: Path) -> None:
    def flipped(index: int, data: bytes) -> bytes:
        return data if index != 19 else data[:-3] + bytes([data[-3] ^ 1]) + data[-2:]

    groups = read_picture_groups(clip).groups
    changed = read_picture_groups(remuxed(clip, tmp_path / "copy.mp4", flipped)).groups
    assert [a == b for a, b in zip(groups, changed, strict=True)] == [True, True, False, True, True]


def test_what_has_no_such_groups_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GopCopyError, match=r"not H\.264"):
        read_picture_groups(make_clip(tmp_path / "clip.mkv", frames=12, codec="libx265"))
