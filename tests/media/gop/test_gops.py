from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips import make_clip
from gop_clips import GROUPED, UNEVEN, remuxed
from passerby.errors import GopCopyError
from passerby.media.gop.gops import decoding_times, plan_gops
from passerby.media.read.frames import Frame, open_video

_MS = Fraction(1, 1000)

_USABLE: dict[str, tuple[str, dict[str, Any]]] = {
    "mp4": ("a.mp4", {}),
    "mov": ("a.mov", {}),
    "mkv": ("a.mkv", {}),
    "ts": ("a.ts", {}),
    "with sound": ("a.ts", {"audio": "tone"}),
    "sound first": ("a.mp4", {"audio": "tone", "pts": list(range(12, 52))}),
    "fragments": ("a.mp4", {"container_options": {"movflags": "frag_keyframe+empty_moov"}}),
    "variable rate in mp4": ("a.mp4", {"pts": UNEVEN, "time_base": _MS}),
    "variable rate in mkv": ("a.mkv", {"pts": UNEVEN, "time_base": _MS}),
    "turned": ("a.mp4", {"rotation": 90}),
    "cut by an edit list": ("a.mp4", {"pts": list(range(-7, 33))}),
    "baseline": ("a.mp4", {"b_frames": 0, "options": {"profile": "baseline", "g": "8"}}),
}


@pytest.mark.parametrize("variant", _USABLE)
def test_groups_hold_the_frames_that_are_read_at_the_times_at_which_they_are_shown(
    tmp_path: Path, variant: str
) -> None:
    name, options = _USABLE[variant]
    clip = make_clip(tmp_path / name, **{**GROUPED, **options})
    gops = plan_gops(clip)
    with open_video(clip) as reader:
        frames = [item.pts for item in reader.read() if isinstance(item, Frame)]
    assert gops.shown_count == len(frames)
    assert sorted(at for at in gops.times.tolist() if at >= 0) == frames
    assert gops.count == len(range(0, len(gops.times), 8))
    assert gops.starts.tolist() == list(range(0, len(gops.times), 8))


_REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "open groups": ("a.mp4", {"options": {"x264-params": "open-gop=1:keyint=8:b-adapt=0:bframes=2"}}, "open"),
    "one group": ("a.mp4", {"options": {"g": "250"}}, "one group"),
    "another codec": ("a.mp4", {"codec": "libx265"}, "hevc, not H.264"),
    "interlaced": ("a.mp4", {"interlaced": True}, "interlaced"),
    "10 bit": ("a.mp4", {"pix_fmt": "yuv420p10le"}, "rare profile"),
    "4:4:4": ("a.mp4", {"pix_fmt": "yuv444p"}, "rare profile"),
    "no times of showing": ("a.avi", {"codec": "libx264"}, "avi"),
    "no container": ("a.h264", {}, "h264"),
}


@pytest.mark.parametrize("variant", _REFUSED)
def test_what_cannot_be_copied_in_groups_is_refused_with_the_reason(tmp_path: Path, variant: str) -> None:
    name, options, reason = _REFUSED[variant]
    clip = make_clip(tmp_path / name, **{**GROUPED, **options})
    with pytest.raises(GopCopyError, match=reason):
        plan_gops(clip)


def test_parameter_sets_that_change_on_the_way_are_refused(tmp_path: Path) -> None:
    first, second = (
        make_clip(tmp_path / f"{level}.ts", **{**GROUPED, "options": {**GROUPED["options"], "level": level}})
        for level in ("30", "41")
    )
    joined = tmp_path / "joined.ts"
    joined.write_bytes(first.read_bytes() + second.read_bytes())
    with pytest.raises(GopCopyError, match="parameter sets change"):
        plan_gops(joined)


def test_a_recording_that_starts_within_a_group_is_refused(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", **GROUPED)
    with pytest.raises(GopCopyError, match="does not start"):
        plan_gops(remuxed(clip, tmp_path / "b.ts", lambda index, data: data if index != 0 else None))


def test_a_group_is_dirty_if_any_of_its_frames_is_hidden(tmp_path: Path) -> None:
    gops = plan_gops(make_clip(tmp_path / "a.mp4", **GROUPED))
    tick = gops.layout.info.time_base
    for frame in range(40):
        at = tick.ticks(Fraction(frame, 24))
        assert np.flatnonzero(gops.dirty(lambda pts, at=at: pts == at)).tolist() == [frame // 8]  # type: ignore[misc]
    assert not gops.dirty(lambda _: False).any()
    assert gops.dirty(lambda _: True).all()


def test_times_are_asked_for_in_rising_order(tmp_path: Path) -> None:
    gops = plan_gops(make_clip(tmp_path / "a.mp4", **GROUPED))
    asked: list[int] = []

    def is_hidden(pts: int) -> bool:
        asked.append(pts)
        return False

    gops.dirty(is_hidden)
    assert asked == sorted(asked)
    assert asked != gops.times.tolist()  # the clip has B-frames


def test_a_group_with_frames_before_time_zero_is_dirty(tmp_path: Path) -> None:
    gops = plan_gops(make_clip(tmp_path / "a.mp4", **{**GROUPED, "pts": list(range(-3, 37))}))
    assert gops.times.min() < 0
    assert np.flatnonzero(gops.dirty(lambda _: False)).tolist() == [0]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_pictures_are_decoded_in_order_and_before_they_are_shown(steps: Sequence[int], random: Any) -> None:
    times = np.cumsum(steps)
    for start in range(0, len(times), 5):
        group = times[start : start + 5].tolist()
        random.shuffle(group)
        times[start : start + 5] = group
    found = decoding_times(times, 7)
    assert (found <= times).all()
    assert (np.diff(found) > 0).all()
    assert (found <= np.sort(times)).all()
