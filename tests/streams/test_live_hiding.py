import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest
from av.video.frame import VideoFrame

from fake_models import PERSON, FakeModels, ScriptedDetector
from passerby.errors import UsageError
from passerby.media.read.frames import Frame, open_video
from passerby.media.read.scale import Scaler
from passerby.media.write.fragments import open_fragments
from passerby.models.fake import FakeDetector
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.pictures import from_jpeg
from passerby.records import Detections, Pixels
from passerby.streams.budget import ORDER, Budget, Pace
from passerby.streams.incoming import LiveFrame
from passerby.streams.live_hiding import LOOK_AHEAD, NOT_LOOKED, HiddenLiveFrame, LiveHider
from passerby.streams.live_pass import MEMORY, Coverage
from passerby.streams.live_sightings import LiveSighting
from passerby.streams.previews import PreviewWriter
from passerby.times import TimeBase
from real_faces import LEFT, RIGHT, two_faces
from real_faces import SIZE as FACES_SIZE

_SIZE = (320, 180)
_BASE = TimeBase(Fraction(1, 1000))
_RATE = 10
_WALL = 1_800_000_000.0


def _scene(index: int, colour: tuple[int, int, int] = PERSON, seed: int = 0) -> Pixels:
    """Somebody, in one colour, walks to the right before a wall that is not plain."""
    wall = np.random.default_rng(seed).integers(60, 120, (18, 32), np.uint8)
    pixels = np.repeat(np.repeat(np.repeat(wall[..., None], 3, 2), 10, 0), 10, 1)
    pixels[60:140, 40 + 2 * index : 70 + 2 * index] = colour
    return pixels


def _frame(index: int, pixels: Pixels, run: int = 0, rate: int = _RATE) -> LiveFrame:
    picture = VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
    return LiveFrame(picture, index * 1000 // rate, _BASE, _WALL + index / rate, run)


def _frames(count: int, run: int = 0) -> Iterator[LiveFrame]:
    return (_frame(index, _scene(index), run) for index in range(count))


class _Idle:
    """Has spent nothing."""

    def __call__(self) -> float:
        return 0.0


def _hider(models: FakeModels | None = None, budget: Budget | None = None) -> LiveHider:
    return LiveHider(("people",), models or FakeModels(), budget or Budget(1, _Idle()))


def _all(hider: LiveHider, frames: Iterator[LiveFrame] | Sequence[LiveFrame]) -> list[HiddenLiveFrame]:
    out = [hidden for frame in frames for hidden in hider.push(frame)]
    return [*out, *hider.finish()]


def _seen(hider: LiveHider, frames: Iterator[LiveFrame] | Sequence[LiveFrame]) -> list[LiveSighting]:
    """All that is seen in frames, of which none is asked for."""
    found: list[LiveSighting] = []
    for frame in frames:
        hider.push(frame)
        found += hider.seen or ()
    return found


def _rgb(hidden: HiddenLiveFrame) -> Pixels:
    return Scaler(hidden.orientation).rgb(hidden.picture, *_SIZE)


def _shows_a_person(pixels: Pixels) -> bool:
    return bool((np.abs(pixels.astype(int) - PERSON) <= 40).all(axis=2).any())


def test_every_frame_comes_out_once_in_order_with_its_times_and_shows_nobody() -> None:
    out = _all(_hider(), _frames(60))
    assert [hidden.pts for hidden in out] == [100 * index for index in range(60)]
    assert all(hidden.looked and hidden.why == "" for hidden in out)
    assert [hidden.wall for hidden in out] == [_WALL + index / _RATE for index in range(60)]
    assert not any(_shows_a_person(_rgb(hidden)) for hidden in out)
    bare = [hidden for hidden in out if (_rgb(hidden) > 40).mean() > 0.5]
    assert len(bare) == 60, "what is not hidden is still to be seen"


def test_no_more_frames_are_held_than_the_look_ahead_lasts() -> None:
    hider, held, late = _hider(), [], []
    for index, frame in enumerate(_frames(80)):
        late += [index / _RATE - hidden.pts / 1000 for hidden in hider.push(frame)]
        held.append(hider.health.held)
    assert max(held) <= LOOK_AHEAD * _RATE
    assert max(late) <= LOOK_AHEAD + 0.001
    fast = _hider()
    counts = []
    for index in range(150):
        fast.push(_frame(index, _scene(index % 60), rate=100))
        counts.append(fast.health.held)
    assert max(counts) <= MEMORY, "many frames a second are held for less long"


@dataclass(frozen=True)
class _Blind(ScriptedDetector):
    """Finds somebody in each whole picture, whatever it shows."""

    def detect(self, images: list[Pixels]) -> list[Detections]:
        found = super().detect(images)
        return [
            each if image.shape[1] > image.shape[0] else Detections.none()
            for image, each in zip(images, found, strict=True)
        ]


def test_pixels_of_people_change_no_byte_of_what_is_encoded() -> None:
    """Law 3: what is hidden is changed, in a way that leaves nothing in it to follow, so that it is hidden alike."""
    models = FakeModels({"nanodet": _Blind((("person", (0.2, 0.2, 0.6, 0.9)),))})

    def encoded(colours: Sequence[int]) -> list[bytes]:
        frames = []
        for index in range(30):
            pixels = _scene(index, colour=(90, 90, 90))
            pixels[36:162, 64:192] = colours
            frames.append(_frame(index, pixels))
        return [b"".join(bytes(plane) for plane in hidden.picture.planes) for hidden in _all(_hider(models), frames)]

    first, other = encoded((90, 90, 90)), encoded((220, 30, 140))
    assert len(first) == 30
    assert first == other


def _written(folder: Path, hidden: Sequence[HiddenLiveFrame]) -> Path:
    path = folder / "segment.mp4"
    with open_fragments(path, hidden[0].picture, hidden[0].time_base) as track:
        for each in hidden:
            track.write(each.picture, each.pts, 100)
        track.finish()
    return path


def test_no_file_shows_people_and_the_pictures_have_their_times(tmp_path: Path) -> None:
    hider, previews = _hider(), PreviewWriter(tmp_path / "gate.jpg")
    frames = [frame for frame in _frames(60) if frame.pts not in (1100, 1200, 4300)]
    hidden = _all(hider, frames)
    shown = [each for each in hidden if previews.push(each)]
    assert len(shown) == 6
    path = _written(tmp_path, hidden)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["gate.jpg", "segment.mp4"]
    with open_video(path) as reader:
        read = [each for each in reader.read() if isinstance(each, Frame)]
        seconds = [reader.info.time_base.seconds(each.pts) for each in read]
        assert reader.key_frames >= 3
        assert not reader.info.has_audio
    assert seconds == pytest.approx([frame.pts / 1000 for frame in frames])
    assert not any(_shows_a_person(each.rgb(*_SIZE)) for each in read)


def _pattern() -> Pixels:
    fields = np.kron(np.indices((6, 6)).sum(axis=0) % 2, np.ones((4, 4), int))[..., None]
    return np.where(fields, np.array([240, 40, 220]), np.array([30, 230, 60])).astype(np.uint8)


def _planted(pixels: Pixels) -> Pixels:
    """The picture with the pattern on the jackets of both portraits."""
    planted = pixels.copy()
    for x, y in (LEFT, RIGHT):
        planted[y + 225 : y + 249, x + 108 : x + 132] = _pattern()
    return planted


def _shows_the_pattern(pixels: Pixels) -> bool:
    return bool(cv2.matchTemplate(pixels, _pattern(), cv2.TM_CCOEFF_NORMED).max() > 0.5)


def test_a_pattern_on_people_of_a_real_clip_is_in_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept, temporary = tmp_path / "kept", tmp_path / "temporary"
    kept.mkdir()
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    with open_video(two_faces(tmp_path / "clip.mp4", frames=16)) as reader:
        pictures = [_planted(each.rgb(*FACES_SIZE)) for each in reader.read() if isinstance(each, Frame)]
    assert _shows_the_pattern(pictures[0])
    models = CatalogModels(tmp_path / "none", RuntimeOptions(threads=1))
    hider = LiveHider(("people",), models, Budget(100, _Idle()), look_ahead=0.5)
    frames = [_frame(index, pixels, rate=12) for index, pixels in enumerate(pictures)]
    out, previews = [], PreviewWriter(kept / "gate.jpg")
    for frame in frames:
        for hidden in hider.push(frame):
            previews.push(hidden)
            out.append(hidden)
            assert list(temporary.iterdir()) == []
    out += hider.finish()
    assert len(out) == 16
    assert all(hidden.looked for hidden in out)
    path = _written(kept, out)
    assert list(temporary.iterdir()) == []
    row = pictures[0][LEFT[1] + 230, LEFT[0] + 108 : LEFT[0] + 132].tobytes()
    assert not any(row in each.read_bytes() or row[::-1] in each.read_bytes() for each in kept.iterdir())
    with open_video(path) as reader:
        read = [each.rgb(*FACES_SIZE) for each in reader.read() if isinstance(each, Frame)]
    assert len(read) == 16
    assert not any(map(_shows_the_pattern, [*read, from_jpeg((kept / "gate.jpg").read_bytes())]))
    auditor = models.open(models.name_for("faces"), threshold=0.5)
    assert len(auditor.detect([pictures[0]])[0]) == 2
    assert [len(each) for each in auditor.detect(read[::5])] == [0, 0, 0, 0]


def test_what_is_cut_off_while_it_is_written_can_be_read_up_to_the_last_fragment(tmp_path: Path) -> None:
    hidden, path = _all(_hider(), _frames(60)), tmp_path / "part.mp4"
    with open_fragments(path, hidden[0].picture, _BASE) as track:
        for each in hidden:
            track.write(each.picture, each.pts, 100)
        left = path.read_bytes()
        track.finish()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(left)
    with open_video(cut) as reader:
        last = [each.pts for each in reader.read() if isinstance(each, Frame)][-1]
        assert reader.info.time_base.seconds(last) >= 5.9 - 1


@dataclass(frozen=True)
class _FailingModels(FakeModels):
    """Fails in some of its looks."""

    fails: frozenset[int] = frozenset()

    def open(self, name: str, **parameters: object) -> object:
        opened = super().open(name, **parameters)
        return _Failing(opened, self.fails, []) if name == "nanodet" else opened


@dataclass(frozen=True)
class _Failing:
    detector: FakeDetector
    fails: frozenset[int]
    looks: list[int]

    @property
    def labels(self) -> tuple[str, ...]:
        return self.detector.labels

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        self.looks.append(len(images))
        if len(self.looks) in self.fails:
            raise RuntimeError("out of order")
        return self.detector.detect(images)


def test_an_error_of_a_detector_hides_whole_pictures_and_is_told() -> None:
    hider = _hider(_FailingModels(fails=frozenset({20})))
    out = _all(hider, _frames(80))
    assert [hidden.pts for hidden in out] == [100 * index for index in range(80)]
    unlooked = [hidden for hidden in out if not hidden.looked]
    assert unlooked
    assert {hidden.why for hidden in unlooked} == {"looking failed: out of order"}
    assert all((_rgb(hidden) == 0).all() for hidden in unlooked)
    assert out[-1].looked, "it looks again"
    assert (hider.health.failures, hider.health.last_failure) == (1, "looking failed: out of order")
    assert not any(_shows_a_person(_rgb(hidden)) for hidden in out)


def test_without_looking_whole_pictures_are_hidden_and_half_of_them_left_out() -> None:
    budget = Budget(1, _Idle())
    budget.pace = Pace(1.0, ORDER)
    hider = _hider(budget=budget)
    out = [hidden for frame in _frames(15) for hidden in hider.push(frame)] + hider.finish()
    assert len(out) == 7
    assert {(hidden.looked, hidden.why) for hidden in out} == {(False, NOT_LOOKED)}
    assert all((_rgb(hidden) == 0).all() for hidden in out)
    assert hider.health.dropped == 8


def test_a_new_run_another_size_and_a_gap_end_the_tracks() -> None:
    small = [_frame(30 + index, np.ascontiguousarray(_scene(index)[:, :240])) for index in range(10)]
    later = [_frame(90 + index, _scene(index)) for index in range(10)]
    again = [_frame(index, _scene(index), run=1) for index in range(10)]
    out = _all(_hider(), [*_frames(30), *small, *later, *again])
    assert len(out) == 60
    assert all(hidden.looked for hidden in out)
    assert [hidden.picture.width for hidden in out] == [320] * 30 + [240] * 10 + [320] * 20
    assert not any(_shows_a_person(Scaler(each.orientation).rgb(each.picture, 240, 180)) for each in out)
    hider = _hider()
    tracks = [{sighting.track for sighting in _seen(hider, part)} for part in (_frames(30), again)]
    assert tracks == [{0}, {0}]


def test_a_frame_that_comes_late_is_left_out_and_counted() -> None:
    frames = list(_frames(10))
    hider = _hider()
    out = _all(hider, [*frames[:5], frames[2], frames[4], *frames[5:]])
    assert [hidden.pts for hidden in out] == [100 * index for index in range(10)]
    assert hider.health.dropped == 2


def test_sightings_say_where_and_when_and_nothing_else() -> None:
    seen = _seen(_hider(), _frames(20))
    assert {(sighting.label, sighting.track) for sighting in seen} == {("person", 0)}
    assert seen[0].wall == _WALL
    assert np.allclose(seen[0].box, (40, 60, 70, 140), atol=4)


def test_what_is_seen_is_told_at_once_while_the_picture_waits() -> None:
    hider = _hider()
    (first,) = list(_frames(1))
    assert hider.push(first) == []
    assert [(sighting.label, sighting.pts) for sighting in hider.seen or ()] == [("person", first.pts)]
    hider.push(first)  # once more, which is left out
    assert hider.seen is None


def test_things_that_are_not_hidden_are_looked_at_less_often() -> None:
    hider = LiveHider(("faces",), FakeModels(), Budget(1, _Idle()))
    assert [sighting.pts for sighting in _seen(hider, _frames(20))] == [0, 600, 1200, 1800]


def test_what_cannot_be_hidden_in_a_stream_is_refused() -> None:
    with pytest.raises(UsageError, match="found text"):
        LiveHider(("people", "text"), FakeModels(), Budget(1, _Idle()))
    with pytest.raises(UsageError, match="found nothing"):
        LiveHider((), FakeModels(), Budget(1, _Idle()))


def test_a_frame_counts_as_looked_at_near_looks_of_its_own_picture_only() -> None:
    coverage = Coverage((0.0, 1.0, 4.0, 5.0), (4.5,))
    assert [coverage.holds(each) for each in (0.5, 1.7, 2.5, 3.5, 4.4, 4.6, 6.0)] == [
        True, True, False, True, True, True, False,
    ]  # fmt: skip
    assert coverage.around(0.5) == 3.0
    assert Coverage((0.0, 1.0, 2.0, 3.0, 4.0, 5.0), (0.5, 4.5)).since(4.6) == Coverage((2.0, 3.0, 4.0, 5.0), (4.5,))


def test_budgets_look_less_often_first_then_pause_in_order_and_come_back() -> None:
    spent = [0.0]
    budget = Budget(0.5, lambda: spent[0])
    paces = []
    for second in range(40):
        paces.append(budget.note(float(second)))
        spent[0] += 0.9
    intervals = [pace.interval for pace in paces]
    assert intervals == sorted(intervals)
    assert intervals[-1] == 1.0
    assert [pace.paused for pace in paces if pace.interval < 1.0] == [()] * sum(each < 1 for each in intervals)
    assert list(dict.fromkeys(pace.paused for pace in paces)) == [ORDER[:count] for count in range(5)]
    after = [budget.note(float(second)) for second in range(40, 120)]
    assert after[-1] == Pace(0.16, ())
    assert list(dict.fromkeys(pace.paused for pace in after))[-1] == ()


def test_lag_is_as_too_much_work() -> None:
    budget = Budget(1.0, _Idle())
    budget.note(0.0)
    assert budget.note(2.0, lag=3.0).interval == 0.32
    assert replace(budget.note(4.0), paused=()).interval < 0.32
