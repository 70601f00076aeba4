"""Parts of a video, joined, are what one worker finds: every record, to the last bit."""

from pathlib import Path
from typing import Any

import pytest

from clips import make_clip
from divided import SIZE, done_here, job, kept, street

FRAMES = (90, 20, 5, 125, 60, 300, 40, 80)  # of shots; 60 seconds, of which one shot lasts 25


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(
        tmp_path_factory.mktemp("parts") / "street.mp4",
        size=SIZE,
        frames=sum(FRAMES),
        rate=12,
        picture=street(FRAMES),
        numbered=False,
        audio="gap",
        b_frames=2,
        options={"g": "24", "x264-params": "open-gop=1"},
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, clip: Path) -> dict[str, Any]:
    library = tmp_path_factory.mktemp("whole")
    names, (outcome,) = done_here([job(library, clip, 1)])
    assert (len(names), outcome.status) == (1, "done")
    return kept(library)


@pytest.mark.parametrize("count", [2, 5])
def test_all_records_are_those_of_one_worker(tmp_path: Path, clip: Path, whole: dict[str, Any], count: int) -> None:
    names, (outcome,) = done_here([job(tmp_path, clip, count)])
    assert len(names) == count + 3  # what divides it, the sound, the parts, what joins them
    assert (outcome.status, outcome.video_seconds) == ("done", 60.0)
    assert kept(tmp_path) == whole
