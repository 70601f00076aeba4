import json
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.errors import OutputError, UsageError
from passerby.redact.plan import document as plan_document
from passerby.redact.plan.kinds import KINDS, TRACK_KINDS
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.plan_file import dump, load, parse, save
from passerby.redact.plan.policy import Audio, Policy
from passerby.times import TimeBase

_BASES = [TimeBase(Fraction(tick)) for tick in ("1/90000", "1/12800", "1001/30000")]

bases = st.sampled_from(_BASES)
ticks = st.integers(0, 10**9)
texts = st.text(st.characters(codec="utf-8"), max_size=8)
sides = st.floats(-500, 9000, width=32)
shares = st.floats(0, 1)
spans = st.tuples(st.integers(0, 9999), st.integers(1, 9999)).map(lambda two: (_seconds(two[0]), _seconds(sum(two))))


def _seconds(hundredths: int) -> Fraction:
    return Fraction(hundredths, 100)


@st.composite
def tracks(draw: st.DrawFn) -> HiddenTrack:
    times = sorted(draw(st.sets(ticks, min_size=1, max_size=4)))
    low = np.array([draw(st.tuples(sides, sides)) for _ in times], np.float32)
    size = np.array([draw(st.tuples(st.floats(1, 900), st.floats(1, 900))) for _ in times], np.float32)
    boxes = np.concatenate([low, low + size], axis=1)
    kind = draw(st.sampled_from(TRACK_KINDS))
    score = draw(shares)
    number, label, hidden, reason = draw(st.integers(1, 99)), draw(texts), draw(st.booleans()), draw(texts)
    return HiddenTrack(number, kind, label, hidden, score, np.array(times), boxes, reason)


policies = st.builds(
    Policy,
    hide=st.lists(st.sampled_from(KINDS), max_size=3).map(tuple),
    objects=st.lists(texts, max_size=2).map(tuple),
    text_pattern=texts,
    seconds=st.none() | spans,
    style=st.sampled_from(["solid", "pixelate", "blur"]),
    shape=st.sampled_from(["box", "round"]),
    effort=st.sampled_from(["fast", "normal", "careful"]),
    thresholds=st.dictionaries(st.sampled_from(KINDS), st.floats(0.1, 1), max_size=2).map(
        lambda told: (*told.items(),)
    ),
    audio=st.builds(Audio, st.sampled_from(["drop", "mute"]), st.lists(spans, max_size=3).map(sorted).map(tuple)),
    keep_streams=st.lists(st.sampled_from(["subtitles", "covers"]), max_size=2).map(tuple),
)
originals = st.builds(
    Original, texts, texts, st.integers(1, 9000), st.integers(1, 9000), bases, st.integers(0, 9999), ticks, texts
)
plans = st.builds(
    Plan,
    originals,
    policies,
    st.lists(tracks(), max_size=3).map(lambda found: tuple(replace(one, number=n) for n, one in enumerate(found, 1))),
    st.lists(st.tuples(texts, texts), max_size=2).map(tuple),
)


@given(plans.filter(lambda plan: len(plan.tracks) > 1))
def test_two_tracks_of_one_number_are_refused(plan: Plan) -> None:
    doubled = replace(plan, tracks=tuple(replace(track, number=7) for track in plan.tracks))
    with pytest.raises(UsageError, match="a number of its own"):
        parse(dump(doubled), "plan.json")


@given(plans.filter(lambda plan: bool(plan.tracks)), st.sampled_from(["<script>", "face", "", "zones"]))
def test_a_track_of_an_unknown_kind_is_refused(plan: Plan, kind: str) -> None:
    document = json.loads(dump(plan))
    document["tracks"][0]["kind"] = kind
    with pytest.raises(UsageError, match=r"tracks\.0\.kind: .*expected one of"):
        parse(json.dumps(document), "plan.json")


def test_a_plan_of_too_many_boxes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    original = Original("", "", 9, 9, _BASES[0], 9, 9, "")
    track = HiddenTrack(1, "zone", "", True, 1.0, np.arange(9), np.array([[0, 0, 1, 1]] * 9, np.float32))
    monkeypatch.setattr(plan_document, "MOST_BOXES", 8)
    with pytest.raises(UsageError, match="at most 8 boxes"):
        parse(dump(Plan(original, Policy(), (track,), ())), "plan.json")


@given(plans)
def test_a_plan_that_is_written_read_and_written_again_is_the_same_text(plan: Plan) -> None:
    text = dump(plan)
    assert dump(parse(text, "plan.json")) == text


@given(plans)
def test_all_but_the_decimals_of_boxes_and_scores_is_read_back(plan: Plan) -> None:
    read = parse(dump(plan), "plan.json")
    assert (read.original, read.policy, read.models) == (plan.original, plan.policy, plan.models)
    for before, after in zip(plan.tracks, read.tracks, strict=True):
        assert np.array_equal(before.times, after.times)
        assert np.abs(before.boxes - after.boxes).max() < 0.006
        assert [getattr(before, name) for name in ("number", "kind", "label", "hidden")] == [
            getattr(after, name) for name in ("number", "kind", "label", "hidden")
        ]


@given(bases, st.lists(st.integers(0, 10**10), min_size=1, max_size=20, unique=True).map(sorted))
def test_times_are_exact_to_the_tick(base: TimeBase, times: list[int]) -> None:
    boxes = np.array([[0, 0, 9, 9]] * len(times), np.float32)
    plan = _plan(replace(_track(), times=np.array(times), boxes=boxes), base=base, duration=times[-1])
    read = parse(dump(plan), "plan.json")
    assert read.tracks[0].times.tolist() == times
    assert (read.original.duration, read.original.time_base) == (times[-1], base)


def _track() -> HiddenTrack:
    boxes = np.array([[0, 0, 9, 9], [5, 0, 14, 9]], np.float32)
    return HiddenTrack(1, "faces", "face", True, 0.9, np.array([0, 10]), boxes)


def _plan(*found: HiddenTrack, base: TimeBase = _BASES[0], duration: int = 100) -> Plan:
    original = Original("clip.mp4", "ab", 320, 180, base, 25, duration, "")
    policy = Policy(seconds=(Fraction(1), Fraction(2)), audio=Audio("mute", ((Fraction(1), Fraction(2)),), True))
    return Plan(original, policy, found, (("centerface", "cd"),))


def _changed(change: Callable[[dict[str, Any]], object]) -> str:
    document: dict[str, Any] = json.loads(dump(_plan(_track())))
    change(document)
    return json.dumps(document)


_BREAKS: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "another format": ("plan", lambda d: d.update(plan=2)),
    "no original": ("original", lambda d: d.pop("original")),
    "an extra field": ("colour", lambda d: d.update(colour="red")),
    "an extra field of the policy": ("policy.zones", lambda d: d["policy"].update(zones=[])),
    "an extra field of a track": ("tracks.0.who", lambda d: d["tracks"][0].update(who="?")),
    "an extra field of a box": ("tracks.0.boxes.1.id", lambda d: d["tracks"][0]["boxes"][1].update(id=1)),
    "no boxes": ("tracks.0.boxes", lambda d: d["tracks"][0].update(boxes=[])),
    "a box of three": ("tracks.0.boxes.0.box", lambda d: d["tracks"][0]["boxes"][0].update(box=[1, 2, 3])),
    "a box that is text": ("tracks.0.boxes.0.box", lambda d: d["tracks"][0]["boxes"][0].update(box="all")),
    "a box without end": ("tracks.0.boxes.0.box", lambda d: d["tracks"][0]["boxes"][0]["box"].__setitem__(2, 1e999)),
    "a box larger than any picture": ("box", lambda d: d["tracks"][0]["boxes"][0]["box"].__setitem__(2, 1e300)),
    "a box that is inside out": ("track 1", lambda d: d["tracks"][0]["boxes"][0].update(box=[9, 0, 0, 9])),
    "an empty box": ("track 1", lambda d: d["tracks"][0]["boxes"][0].update(box=[9, 0, 9, 9])),
    "times that fall": ("track 1", lambda d: d["tracks"][0]["boxes"].reverse()),
    "times that stand": ("track 1", lambda d: d["tracks"][0]["boxes"][1].update(time=0)),
    "a time before the start": ("tracks.0.boxes.0.time", lambda d: d["tracks"][0]["boxes"][0].update(time=-1)),
    "a time that is no number": ("tracks.0.boxes.0.time", lambda d: d["tracks"][0]["boxes"][0].update(time="0:10")),
    "a time beyond all videos": ("time", lambda d: d["tracks"][0]["boxes"][1].update(time=1e300)),
    "hidden that is neither": ("tracks.0.hidden", lambda d: d["tracks"][0].update(hidden="maybe")),
    "a time base of nought": ("original.time_base", lambda d: d["original"].update(time_base="0/25")),
    "a time base of endless digits": ("time_base", lambda d: d["original"].update(time_base="1/1" + "0" * 30)),
    "a time base that is a number": ("original.time_base", lambda d: d["original"].update(time_base=0.04)),
    "no width": ("original.width", lambda d: d["original"].update(width=0)),
    "a duration without end": ("original.duration", lambda d: d["original"].update(duration=1e999)),
    "an unknown kind": ("policy.hide.0", lambda d: d["policy"].update(hide=["ghosts"])),
    "an unknown style": ("policy.style", lambda d: d["policy"].update(style="sparkle")),
    "within that ends first": ("policy.within", lambda d: d["policy"].update(within=[2, 1])),
    "sound spans that end first": ("policy.audio.spans", lambda d: d["policy"]["audio"].update(spans=[[2, 1]])),
}


@pytest.mark.parametrize("what", _BREAKS)
def test_a_broken_document_is_refused_with_the_place_where_it_is(what: str) -> None:
    place, change = _BREAKS[what]
    with pytest.raises(UsageError, match=rf"my plan\.json: .*{place}"):
        parse(_changed(change), "my plan.json")


def test_spans_may_end_long_after_any_video() -> None:
    plan = _plan(_track())
    endless = replace(plan, policy=replace(plan.policy, seconds=(Fraction(1), Fraction(10**12))))
    assert parse(dump(endless), "plan.json").policy == endless.policy


def test_spans_of_sound_are_sorted_when_they_are_read() -> None:
    text = _changed(lambda d: d["policy"]["audio"].update(spans=[[5, 6], [1, 2]]))
    assert parse(text, "plan.json").policy.audio.spans == (
        (Fraction(1), Fraction(2)),
        (Fraction(5), Fraction(6)),
    )


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "7", '"plan"', "plan: 1"])
def test_what_is_no_document_at_all_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"my plan\.json: expected a plan of Passerby"):
        parse(text, "my plan.json")


def test_a_plan_is_saved_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    save(_plan(_track()), path)
    assert dump(load(path)) == dump(_plan(_track()))


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    for path, content in ((tmp_path / "none.json", None), (tmp_path / "latin.json", b"\xff\xfe\xfd")):
        if content:
            path.write_bytes(content)
        with pytest.raises(UsageError, match=f"{path.name}: expected a plan that can be read"):
            load(path)
    with pytest.raises(OutputError, match="the plan cannot be written"):
        save(_plan(), tmp_path / "missing" / "plan.json")


def test_a_plan_from_before_there_were_reasons_is_read() -> None:
    original = Original("a.mp4", "0" * 64, 64, 36, _BASES[0], 10, 90_000, "")
    track = HiddenTrack(1, "faces", "face", True, 0.9, np.array([0]), np.array([[0, 0, 9, 9]], np.float32), "asked")
    document = json.loads(dump(Plan(original, Policy(), (track,), ())))
    assert document["tracks"][0].pop("reason") == "asked"
    assert parse(json.dumps(document), "old").tracks[0].reason == ""


@pytest.mark.parametrize("base", _BASES)
def test_what_lies_farthest_can_be_written_and_read_again(base: TimeBase) -> None:
    far = 2.0**100
    document = json.loads(dump(Plan(Original("a", "0", 9, 9, base, 1, 1, ""), Policy(), (), ())))
    point = {"time": 9e8, "box": [-far, -far, far, far]}
    track = {"number": 1, "kind": "zone", "label": "", "hidden": True, "score": 1, "boxes": [point]}
    text = dump(parse(json.dumps(document | {"tracks": [track]}), "the plan"))
    (written,) = json.loads(text)["tracks"][0]["boxes"]
    assert (written["box"], written["time"]) == (point["box"], pytest.approx(9e8))
    assert dump(parse(text, "the plan")) == text
