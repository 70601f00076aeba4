"""Parts of a video, joined, are what one worker finds: every record, to the last bit."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from clips import make_clip
from divided import SIZE, Counting, done_here, job, kept, street

FRAMES = (36, 10, 3, 50, 20, 100, 29, 40)  # of shots; 36 seconds, of which one shot lasts more than 12


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(
        tmp_path_factory.mktemp("parts") / "street.mp4",
        size=SIZE,
        frames=sum(FRAMES),
        rate=8,
        picture=street(FRAMES),
        numbered=False,
        audio="gap",
        b_frames=2,
        options={"g": "8", "x264-params": "open-gop=1"},
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> dict[str, Any]:
    library = tmp_path_factory.mktemp("whole")
    names, (outcome,) = done_here([job(library, clip, 1)])
    assert (len(names), outcome.status) == (1, "done")
    return kept(library)


def test_stages_that_are_added_later_find_the_same(tmp_path: Path, clip: Path, whole: dict[str, Any]) -> None:
    done_here([job(tmp_path, clip, 1, stages=("people", "thumbnails"))])
    names, (outcome,) = done_here([job(tmp_path, clip, 3)])
    assert (len(names), outcome.status) == (6, "done")
    assert kept(tmp_path) == whole
    names, (outcome,) = done_here([job(tmp_path, clip, 3)])
    assert (len(names), outcome.status) == (1, "skipped")


def test_a_stage_that_goes_by_more_than_shots_sees_all_moments_at_once(tmp_path: Path, clip: Path) -> None:
    found = []
    for count in (1, 4):
        one = job(tmp_path / str(count), clip, count, stages=("people", "tags"))
        done_here([replace(one, stages=(*one.stages, Counting()))])
        found.append(kept(tmp_path / str(count)))
    assert found[0] == found[1]
    said = [label for _, label, _ in found[0][clip.name]["tags"] if label.endswith("before")]
    assert said == [f"{number} before" for number in range(8)]


@pytest.mark.parametrize("count", [2, 5])
def test_all_records_are_those_of_one_worker(tmp_path: Path, clip: Path, whole: dict[str, Any], count: int) -> None:
    names, (outcome,) = done_here([job(tmp_path, clip, count)])
    assert len(names) == count + 3  # what divides it, the sound, the parts, what joins them
    assert (outcome.status, outcome.video_seconds) == ("done", 36.0)
    assert kept(tmp_path) == whole
