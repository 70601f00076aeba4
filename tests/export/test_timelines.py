"""Timelines, read back with OpenTimelineIO and its adapters: OTIO, EDL and FCPXML."""

import importlib
import math
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree as ET

import opentimelineio as reader
import pytest

from knowns import AWKWARD, LENGTH, SAMPLED, TICKS, known
from passerby.errors import MissingExtraError
from passerby.export import otio as otio_file
from passerby.export.edl import edl
from passerby.export.fcpxml import fcpxml
from passerby.export.known import RATES, Known
from passerby.export.marks import marked_shots
from passerby.export.otio import otio
from passerby.records import Cue, Shot
from passerby.times import Span

Read = Callable[[Known], Any]


def read_otio(made: Known) -> Any:
    return reader.adapters.read_from_string(otio(made).decode(), "otio_json")


def read_edl(made: Known) -> Any:
    return reader.adapters.read_from_string(edl(made).decode(), "cmx_3600", rate=float(made.rate))


def read_fcpxml(made: Known) -> Any:
    """The adapter cuts frames off at rates that are not whole, so it gets whole ones only."""
    return reader.adapters.read_from_string(fcpxml(made).decode(), "fcpx_xml")


ALL = pytest.mark.parametrize("read", [read_otio, read_edl, read_fcpxml])


def frames(time: Any, rate: Fraction) -> int:
    value: float = time.rescaled_to(float(rate)).value
    return round(value)


@ALL
@pytest.mark.parametrize("rate", RATES, ids=str)
def test_shots_and_markers_are_at_their_frames(read: Read, rate: Fraction) -> None:
    if read is read_fcpxml:
        rate = Fraction(math.ceil(rate))
    made = known(rate=rate)
    clips = list(read(made).find_clips())
    spans = [clip.source_range for clip in clips]
    cut, end = round(Fraction(200_200, TICKS) * rate), round(Fraction(LENGTH, TICKS) * rate)
    assert [frames(span.start_time, rate) for span in spans] == [0, cut]
    assert [frames(span.end_time_exclusive(), rate) for span in spans] == [cut, end]
    starts = {marker.name: frames(marker.marked_range.start_time, rate) for clip in clips for marker in clip.markers}
    assert starts["object: dog"] == round(Fraction(SAMPLED[1], TICKS) * rate)
    assert starts["object: car"] == round(Fraction(SAMPLED[4], TICKS) * rate)
    assert starts[f"text: {AWKWARD}"] == round(Fraction(33_033, TICKS) * rate)
    assert len(starts) == 6


@ALL
def test_a_shot_too_short_for_a_frame_leaves_no_gap_and_loses_no_marker(read: Read) -> None:
    short = Span(200_200, 200_201)
    shots = (Shot(Span(0, 200_200), 0), Shot(short, 1), Shot(Span(200_201, LENGTH), 1))
    made = known(shots=shots, cues=(Cue("black", short),))
    clips = list(read(made).find_clips())
    assert len(clips) == 2
    assert next(marker.name for marker in clips[1].markers) == "cue: black"
    assert clips[0].source_range.end_time_exclusive() == clips[1].source_range.start_time


def test_a_marker_of_otio_has_the_exact_times() -> None:
    markers = [marker for clip in read_otio(known()).find_clips() for marker in clip.markers]
    (dog,) = [marker.metadata["passerby"] for marker in markers if marker.name == "object: dog"]
    assert dict(dog) == {
        "kind": "object",
        "label": "dog",
        "start": SAMPLED[1] / TICKS,
        "end": SAMPLED[4] / TICKS,
        "score": 0.75,
    }


def test_the_file_that_a_clip_is_of_is_named() -> None:
    made = known(video=replace(known().video, path="/footage/a & b.mp4"))
    for read in (read_otio, read_fcpxml):
        clip = next(iter(read(made).find_clips()))
        assert clip.media_reference.target_url == "file:///footage/a%20%26%20b.mp4"


@pytest.mark.parametrize("rate", RATES, ids=str)
def test_times_of_fcpxml_are_whole_frames_of_any_rate(rate: Fraction) -> None:
    root = ET.fromstring(fcpxml(known(rate=rate)))
    assert seconds(root.find("resources/format"), "frameDuration") == 1 / rate
    first, second = root.iter("asset-clip")
    cut = round(Fraction(200_200, TICKS) * rate)
    assert seconds(first, "duration") * rate == seconds(second, "start") * rate == seconds(second, "offset") * rate
    assert seconds(second, "start") * rate == cut
    (dog,) = [marker for marker in first.iter("marker") if marker.get("value") == "object: dog"]
    assert seconds(dog, "start") * rate == round(Fraction(SAMPLED[1], TICKS) * rate)
    times = [seconds(element, name) for element in root.iter("marker") for name in ("start", "duration")]
    assert all((time * rate).denominator == 1 for time in times)


def seconds(element: ET.Element | None, name: str) -> Fraction:
    assert element is not None
    return Fraction(element.attrib[name].removesuffix("s"))


def test_a_marker_lasts_a_frame_at_least() -> None:
    made = known(cues=(Cue("black", Span(10, 11)),))
    (black,) = [mark for shot in marked_shots(made) for mark in shot.marks if mark.name == "cue: black"]
    assert (black.start, black.length) == (0, 1)


def test_an_edl_counts_every_frame_at_a_fractional_rate() -> None:
    """Non-drop: the 1798th frame at 29.97 is called 59:28, not 1:00:00."""
    rate = Fraction(30000, 1001)
    made = known(rate=rate, shots=(Shot(Span(0, round(1798 / rate * TICKS)), 0),), tags=())
    assert b"FCM: NON-DROP FRAME" in edl(made)
    assert b"00:00:59:28" in edl(made)


def test_without_opentimelineio_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(otio_file, "import_module", none)
    with pytest.raises(MissingExtraError, match=r"passerby\[timelines\]"):
        otio(known())
    assert importlib.import_module("opentimelineio")
