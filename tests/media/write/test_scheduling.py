"""SVT-AV1 leaves no thread with real-time scheduling, which it takes where it may, as root does."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clips import make_clip
from passerby.media.read.probe import look
from passerby.media.write.video import VideoTrack, open_output

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere SVT-AV1 does not ask for it")


def policies() -> dict[int, int]:
    """How each thread of this process is scheduled."""
    return {int(thread): os.sched_getscheduler(int(thread)) for thread in os.listdir("/proc/self/task")}


@pytest.fixture(autouse=True)
def usual_policies() -> Iterator[None]:
    before = policies()
    yield
    assert set(policies().values()) == set(before.values()) == {os.SCHED_OTHER}


def test_a_copy_in_av1_is_encoded_by_threads_like_all_others(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mkv", size=(96, 64), frames=3, codec="libsvtav1", options={"preset": "12"})
    before = policies()
    layout = look(clip)
    with open_output(tmp_path / "copy.webm", layout) as output:
        track = VideoTrack(output, layout)
        within = policies()
        output.begin()
    assert track.codec == "AV1"
    assert len(within) > len(before)
    assert set(within.values()) == {os.SCHED_OTHER}
