from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips import make_clip
from passerby.errors import GopCopyError
from passerby.media.gop.h264 import ParameterSets, UnitKind, join, read_extradata, read_sps, split

units = st.lists(
    # A unit holds no three bytes such as a start code has, and its last byte is not nought.
    st.builds(lambda kind, rest: bytes([kind, *rest]), st.integers(1, 31), st.lists(st.integers(1, 255), min_size=1)),
    max_size=6,
)


@given(units)
def test_what_is_joined_is_split_again(parts: list[bytes]) -> None:
    assert list(split(join(parts), 4)) == parts


@given(units, st.sampled_from([b"\0\0\1", b"\0\0\0\1"]))
def test_start_codes_of_both_lengths_part_units(parts: list[bytes], code: bytes) -> None:
    assert list(split(b"".join(code + part for part in parts), None)) == parts


@given(st.binary(max_size=64), st.sampled_from([None, 1, 2, 4]))
def test_nonsense_is_refused_or_read_but_breaks_nothing(data: bytes, length_size: int | None) -> None:
    for read in (lambda: list(split(data, length_size)), lambda: read_extradata(data), lambda: read_sps(data)):
        with suppress(GopCopyError):
            read()


def test_a_length_beyond_the_end_is_refused() -> None:
    with pytest.raises(GopCopyError, match="damaged"):
        list(split(b"\0\0\0\x09abc", 4))


_CLIPS: Sequence[tuple[dict[str, Any], tuple[int, bool, bool]]] = [
    ({"options": {"profile": "baseline"}}, (66, True, True)),
    ({"options": {"profile": "main"}}, (77, True, True)),
    ({}, (100, True, True)),
    ({"options": {"x264-params": "cqm=jvt"}}, (100, True, True)),
    ({"interlaced": True}, (100, True, False)),
    ({"options": {"x264-params": "sps-id=7"}}, (100, True, True)),
]


@pytest.mark.parametrize(("options", "expected"), _CLIPS)
def test_parameter_sets_say_what_the_encoder_was_told(
    tmp_path: Path, options: dict[str, Any], expected: tuple[int, bool, bool]
) -> None:
    sets, length_size = read_extradata(_extradata(make_clip(tmp_path / "a.mp4", frames=2, **options)))
    sequence = read_sps(sets.sps[0])
    assert length_size == 4
    assert (sequence.profile, sequence.is_plain, sequence.is_progressive) == expected
    assert sets.ids == {7 if "sps-id" in str(options) else 0}


def test_start_codes_and_records_name_the_same_parameter_sets(tmp_path: Path) -> None:
    record, stream = (_extradata(make_clip(tmp_path / name, frames=2)) for name in ("a.mp4", "a.ts"))
    assert (record[0], stream[0]) == (1, 0)
    assert read_extradata(record)[0] == read_extradata(stream)[0]
    assert read_extradata(stream)[1] is None


def test_a_record_holds_parameter_sets_and_nothing_else(tmp_path: Path) -> None:
    data = _extradata(make_clip(tmp_path / "a.mp4", frames=2))
    sets = read_extradata(data)[0]
    assert sets.record() == data
    note = bytes([UnitKind.SEI, 5, 4]) + b"a secret place"
    with_codes = b"".join(b"\0\0\0\1" + unit for unit in (*sets.sps, *sets.pps, note))
    assert b"secret" in with_codes
    assert read_extradata(with_codes)[0].record() == data


def test_a_record_takes_the_sets_of_two_encoders_and_the_higher_level(tmp_path: Path) -> None:
    first, second = (
        read_extradata(_extradata(make_clip(tmp_path / f"{level}.mp4", frames=2, options={"level": level})))[0]
        for level in ("30", "41")
    )
    both = ParameterSets((*first.sps, *second.sps), (*first.pps, *second.pps))
    assert first + second == both
    assert read_extradata(both.record())[0] == both
    assert (first.record()[3], both.record()[3]) == (30, 41)


@pytest.mark.parametrize("keep", [3, 6, 9, 30])
def test_a_record_that_is_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    data = _extradata(make_clip(tmp_path / "a.mp4", frames=2))
    with pytest.raises(GopCopyError):
        read_extradata(data[:keep])


def _extradata(clip: Path) -> bytes:
    with av.open(str(clip)) as container:
        data = container.streams.video[0].codec_context.extradata
    assert data
    return data
