from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from av.video.frame import VideoFrame
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from clips import make_clip
from gop_clips import GROUPED, UNEVEN, are_equal, covered, luma, remuxed, spliced
from passerby.errors import GopCopyError
from passerby.media.gop.gops import plan_gops
from passerby.media.gop.h264 import UnitKind, join, kind_of, read_extradata, read_sps, split
from passerby.media.gop.splice import Splice
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.planes import is_full_range
from passerby.media.read.probe import probe
from passerby.media.write.video import open_output
from pictures import number_of, texture

_BOX = (48, 32, 112, 80)
_MS = Fraction(1, 1000)
_SECRET = b"N 48.8584 E 2.2945 serial 0123456789"

_VARIANTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "mp4": ("a.mp4", "b.mp4", {}),
    "mov": ("a.mov", "b.mov", {}),
    "mkv": ("a.mkv", "b.mkv", {}),
    "ts to mp4": ("a.ts", "b.mp4", {}),
    "ts to mkv": ("a.ts", "b.mkv", {}),
    "fragments": ("a.mp4", "b.mp4", {"container_options": {"movflags": "frag_keyframe+empty_moov"}}),
    "variable rate in mp4": ("a.mp4", "b.m4v", {"pts": UNEVEN, "time_base": _MS}),
    "variable rate in mkv": ("a.mkv", "b.mkv", {"pts": UNEVEN, "time_base": _MS}),
    "turned": ("a.mp4", "b.mp4", {"rotation": 90}),
    "turned and mirrored": ("a.mp4", "b.mp4", {"rotation": 270, "mirrored": True}),
    "wide pixels": ("a.mp4", "b.mp4", {"sample_aspect": Fraction(4, 3)}),
    "with sound": ("a.mp4", "b.mp4", {"audio": "tone"}),
    "pictures before time zero": ("a.mp4", "b.mp4", {"pts": list(range(-3, 37))}),
    "baseline": ("a.mp4", "b.mp4", {"b_frames": 0, "options": {"profile": "baseline", "g": "8"}}),
    "main": ("a.mp4", "b.mp4", {"options": {**GROUPED["options"], "profile": "main"}}),
    "full range": ("a.mp4", "b.mp4", {"pix_fmt": "yuvj420p"}),
    "several slices": ("a.ts", "b.mp4", {"options": {"g": "8", "slices": "4", "x264-params": "b-adapt=0"}}),
    "repeated parameter sets": (
        "a.mp4",
        "b.mp4",
        {"options": {"x264-params": "repeat-headers=1:aud=1:keyint=8:b-adapt=0:scenecut=0"}},
    ),
}


@pytest.mark.parametrize("variant", _VARIANTS)
def test_hidden_frames_are_hidden_and_all_other_groups_are_as_they_were(tmp_path: Path, variant: str) -> None:
    name, target, options = _VARIANTS[variant]
    clip = make_clip(tmp_path / name, **{**GROUPED, "picture": texture((160, 96)), **options})
    count = len(_frames(clip))
    _hide_and_compare(clip, tmp_path / target, {0, 15, 16, count - 1})
    assert _look(clip) == _look(tmp_path / target)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sets(st.integers(0, 39)))
@example(set())
@example(set(range(40)))
def test_whatever_is_hidden_shows_nowhere(tmp_path: Path, chosen: set[int]) -> None:
    clip = tmp_path / "a.mp4"
    if not clip.exists():
        make_clip(clip, **{**GROUPED, "picture": texture((160, 96))})
    _hide_and_compare(clip, tmp_path / "b.mp4", chosen)


def test_notes_in_copied_groups_are_gone(tmp_path: Path) -> None:
    note = bytes([UnitKind.SEI, 5, 16 + len(_SECRET)]) + bytes(16) + _SECRET + b"\x80"
    clip = make_clip(tmp_path / "a.mp4", **GROUPED)
    noted = remuxed(clip, tmp_path / "noted.mp4", lambda _, data: join([note, *split(data, 4)]))
    assert noted.read_bytes().count(_SECRET) == 40
    assert noted.read_bytes().count(b"x264 - core") == 1
    _splice_from(noted, tmp_path / "b.mp4", 16)
    copy = (tmp_path / "b.mp4").read_bytes()
    assert _SECRET not in copy
    assert b"x264" not in copy
    assert {kind_of(unit) for data in _packets(tmp_path / "b.mp4") for unit in split(data, 4)} == {1, 5}


def test_the_same_splice_has_the_same_bytes(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", **GROUPED)
    first, second = (_splice_from(clip, tmp_path / name, 16).read_bytes() for name in ("b.mp4", "c.mp4"))
    assert first == second


def test_colours_and_level_are_said_in_both_kinds_of_groups(tmp_path: Path) -> None:
    colours = "colorprim=bt709:transfer=bt709:colormatrix=bt709"
    options = {"level": "31", "x264-params": f"b-adapt=0:keyint=8:{colours}"}
    clip = make_clip(tmp_path / "a.mp4", **{**GROUPED, "options": options})
    pictures = [frame.picture for frame in _frames(_splice_from(clip, tmp_path / "b.mp4", 16))]
    assert {(p.colorspace, p.color_primaries, p.color_trc) for p in pictures} == {(1, 1, 1)}
    gops = plan_gops(tmp_path / "a.mp4")
    with av.open(str(tmp_path / "b.mp4")) as container:
        sets, _ = read_extradata(container.streams.video[0].codec_context.extradata or b"")
    assert sets.sps[0] == gops.sets.sps[0]
    assert [read_sps(unit).level for unit in sets.sps] == [31, 31]
    assert [read_sps(unit).number for unit in sets.sps] == [0, 1]


def test_what_has_nothing_to_hide_names_no_other_parameter_sets(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", **GROUPED)
    assert not spliced(clip, tmp_path / "b.mp4", lambda _: False, lambda frame: frame.picture).any()
    with av.open(str(tmp_path / "b.mp4")) as container:
        assert container.streams.video[0].codec_context.extradata == plan_gops(clip).sets.record()


def test_a_source_that_uses_the_second_number_gets_another(tmp_path: Path) -> None:
    options = {"g": "8", "x264-params": "sps-id=1"}
    clip = make_clip(tmp_path / "a.mp4", **{**GROUPED, "options": options})
    assert len(_frames(_splice_from(clip, tmp_path / "b.mp4", 16))) == 40


def test_a_file_that_changed_since_it_was_planned_is_refused(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", **GROUPED)
    gops = plan_gops(clip)
    make_clip(clip, **{**GROUPED, "frames": 32})
    with open_output(tmp_path / "b.mp4", gops.layout) as output:
        splice = Splice(output, clip, gops, gops.dirty(lambda at: at == 0), lambda frame: frame.picture)
        with pytest.raises(GopCopyError, match="changed"):
            output.mux(splice.packets())


def test_seeking_to_any_frame_finds_it(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "a.mp4", **GROUPED)
    with av.open(str(_splice_from(clip, tmp_path / "b.mp4", 8, 23, 24))) as container:
        video = container.streams.video[0]
        for frame in reversed(range(40)):
            at = round(Fraction(frame, 24) / (video.time_base or 1))
            container.seek(at, stream=video)
            picture = next(picture for picture in container.decode(video) if (picture.pts or 0) >= at)
            assert number_of(np.asarray(picture.to_ndarray(format="rgb24"), np.uint8)) == frame


def _splice_from(clip: Path, target: Path, *chosen: int) -> Path:
    """Splice with these frames encoded again, unchanged."""
    times = {_frames(clip)[index].pts for index in chosen}
    spliced(clip, target, times.__contains__, lambda frame: frame.picture)
    return target


def _packets(clip: Path) -> list[bytes]:
    with av.open(str(clip)) as container:
        return [bytes(packet) for packet in container.demux(video=0) if packet.size]


def _look(clip: Path) -> tuple[int, int, int]:
    info = probe(clip)
    return info.width, info.height, info.rotation


def _hide_and_compare(clip: Path, target: Path, chosen: set[int]) -> None:
    """Hide the box in the chosen frames; compare the splice with the source, and with all encoded again."""
    before = _frames(clip)
    times = {before[index].pts for index in chosen}

    def change(frame: Frame) -> VideoFrame:
        return covered(frame, _BOX) if frame.pts in times else frame.picture

    dirty = spliced(clip, target, times.__contains__, change)
    whole = target.with_stem("whole")
    assert spliced(clip, whole, lambda _: True, change).all()
    assert abs(_end(clip) - _end(target)) <= _tick(target)
    gops = plan_gops(clip)
    group_of = {
        int(at): int(np.searchsorted(gops.starts, index, "right")) - 1 for index, at in enumerate(gops.times.tolist())
    }
    for old, new, oracle in zip(before, _frames(target), _frames(whole), strict=True):
        assert abs(old.pts * _tick(clip) - new.pts * _tick(target)) <= _tick(target) / 2
        if old.pts in times:
            assert dirty[group_of[old.pts]]
            assert _darkness(new) < 12
            assert _darkness(oracle) < 12
            assert _darkness(old) > 30
        if not dirty[group_of[old.pts]]:
            assert are_equal(old.picture, new.picture)
        assert np.abs(luma(new.picture) - luma(oracle.picture)).mean() < 4


def _darkness(frame: Frame) -> int:
    """How far the luma in the box is from black, at most."""
    x1, y1, x2, y2 = _BOX
    black = 0 if is_full_range(frame.picture) else 16
    return int(np.abs(luma(frame.picture)[y1 + 2 : y2 - 2, x1 + 2 : x2 - 2] - black).max())


def _frames(clip: Path) -> list[Frame]:
    with open_video(clip) as reader:
        frames = [item for item in reader.read() if isinstance(item, Frame)]
        assert reader.damage == ""
    return frames


def _end(clip: Path) -> Fraction:
    with open_video(clip) as reader:
        assert list(reader.read())
        return reader.end * reader.info.time_base.tick


def _tick(clip: Path) -> Fraction:
    return probe(clip).time_base.tick
