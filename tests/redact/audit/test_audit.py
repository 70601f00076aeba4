"""The audit on made copies: the fakes find plain colours, so a copy's faces are where the test drew them."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audited_clips import FRAMES, SIDE, SIZE, blurred, clip, face_at, hiding, original_picture, pixelated
from clips import truncated
from fake_models import FakeModels, ScriptedDetector
from passerby.errors import UsageError
from passerby.media.read.frames import open_video
from passerby.records import Detections, Pixels
from passerby.redact.audit.audit import audit
from passerby.redact.audit.result import Audit, Leak, ShownFace
from passerby.redact.look.view import BEYOND
from passerby.redact.plan.plan import HiddenTrack, Original, Plan
from passerby.redact.plan.policy import Policy
from pictures import Picture, cuts

OFF_THE_FACE = 2 * SIDE


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clip(tmp_path_factory.mktemp("original") / "original.mp4", original_picture)


def audited(original: Path, picture: Picture, **parameters: Any) -> Audit:
    return audit(original, clip(original.with_name("copy.mp4"), picture, **parameters), FakeModels())


def times(result: Audit) -> list[float]:
    return [leak.time for track in result.tracks for leak in track.leaks]


def test_a_copy_with_the_face_hidden_passes(original: Path) -> None:
    result = audited(original, hiding())
    assert result.passed
    # After the last frame that is searched a face counts only if it is found to show.
    assert (result.faces, result.leaked, result.leaky_tracks, result.longest_run) == (FRAMES - 1, 0, 0, 0)
    assert result.frames == FRAMES
    assert not result.problems


@pytest.mark.parametrize("effect", [pixelated, blurred])
def test_coarse_cells_and_strong_blur_pass(effect: Any, original: Path) -> None:
    assert audited(original, hiding(effect)).passed


@pytest.mark.parametrize("index", [0, 13, 14, 15, 16, FRAMES - 1])
def test_one_frame_left_open_is_found_whether_or_not_it_was_searched(index: int, original: Path) -> None:
    result = audited(original, hiding(open_in=[index]))
    assert not result.passed
    assert times(result) == [index / 25]
    assert (result.leaked, result.leaky_tracks, result.longest_run) == (1, 1, 1)


def test_runs_are_told_by_the_longest(original: Path) -> None:
    result = audited(original, hiding(open_in=[3, 9, 10, 11, 20, 21]))
    assert (result.leaked, result.longest_run) == (6, 3)
    (track,) = result.tracks
    assert [leak.begins_run for leak in track.leaks] == [True, True, False, False, True, False]


def test_a_leak_is_where_the_face_is(original: Path) -> None:
    (track,) = audited(original, hiding(open_in=[8])).tracks
    assert np.abs(np.subtract(track.leaks[0].box, face_at(8))).max() <= 2


def test_a_hide_that_is_shifted_off_a_part_of_the_face_is_found(original: Path) -> None:
    assert audited(original, hiding(shift=4)).passed
    assert audited(original, hiding(shift=SIDE // 2)).leaked == FRAMES


def test_a_copy_that_is_only_encoded_anew_fails(original: Path) -> None:
    result = audited(original, original_picture, options={"crf": "28"})
    assert (result.leaked, result.longest_run) == (FRAMES, FRAMES)


def test_a_face_that_the_close_look_misses_is_found_in_the_copy(original: Path) -> None:
    copy = clip(original.with_name("copy.mp4"), original_picture)
    assert audit(original, copy, FakeModels({"centerface": ScriptedDetector(())})).passed
    assert audit(original, copy, SeesTheCopyOnly()).leaked > FRAMES / 2


class SeesTheCopyOnly(FakeModels):
    """It looks at whole pictures of the original and of the copy in turn, and sees faces in the copy's alone."""

    def open(self, name: str, **parameters: Any) -> Any:
        return EverySecond(super().open(name)) if parameters.get("long_side") == 640 else ScriptedDetector(())


class EverySecond:
    """Sees nothing in the first picture, all in the second, and so on."""

    labels = ("face",)

    def __init__(self, faces: Any) -> None:
        self._faces, self._count = faces, 0

    def detect(self, images: list[Pixels]) -> list[Detections]:
        self._count += 1
        found: list[Detections] = self._faces.detect(images) if self._count % 2 == 0 else [Detections.none()]
        return found


def test_a_face_that_comes_late_is_followed_back_to_its_first_frame(original: Path) -> None:
    late = original.with_name("late.mp4")
    clip(late, lambda index: original_picture(index) if index >= 10 else hiding()(index))
    copy = clip(original.with_name("copy.mp4"), hiding(open_in=[10, 11]))
    result = audit(late, copy, FakeModels())
    assert times(result) == [10 / 25, 11 / 25]


@dataclass(frozen=True)
class Unsure:
    """Finds one place in every picture, and is not sure of it."""

    share: float  # of the picture's height, from its corner

    def detect(self, images: list[Pixels]) -> list[Detections]:
        beyond = BEYOND / (1 + 2 * BEYOND)
        (found,) = ScriptedDetector((("face", (beyond, beyond * 4 / 3, beyond + 0.05, self.share)),)).detect(images[:1])
        return [replace(found, scores=found.scores * np.float32(0.5))]


@pytest.mark.parametrize(("share", "is_face"), [(0.1, False), (0.3, True)])
def test_a_little_at_the_border_that_nobody_is_sure_of_is_no_face(share: float, is_face: bool, original: Path) -> None:
    copy = clip(original.with_name("copy.mp4"), original_picture)
    unsure: Any = Unsure(share)
    assert (audit(original, copy, FakeModels({"centerface": unsure})).faces > 0) == is_face


def test_a_face_in_the_dark_is_found(original: Path) -> None:
    dark = clip(original.with_name("dark.mp4"), lambda index: original_picture(index) // 5)
    shows = clip(original.with_name("copy.mp4"), lambda index: original_picture(index) // 5, options={"crf": "20"})
    assert audit(dark, shows, FakeModels()).leaked > FRAMES / 2
    hides = clip(original.with_name("hides.mp4"), lambda index: hiding()(index) // 5)
    result = audit(dark, hides, FakeModels())
    assert (result.state, result.faces > FRAMES / 2) == ("passed", True)


def test_missing_and_added_frames_fail_and_are_told(original: Path) -> None:
    pts = [index for index in range(FRAMES) if index != 7]
    missing = audited(original, lambda index: hiding()(pts[index]), pts=pts, time_base=Fraction(1, 25))
    assert missing.problems == ("1 frame is missing in the copy, the first at 0:00.280",)
    added = audited(original, lambda index: hiding()(min(index, FRAMES - 1)), frames=FRAMES + 2)
    assert added.problems == ("2 frames are in the copy and not in the original, the first at 0:01.200",)
    assert not missing.passed
    assert not added.passed


def test_frames_at_other_times_are_told(original: Path) -> None:
    pts = [0, *(10 * index + 4 for index in range(1, FRAMES))]
    result = audited(original, hiding(), pts=pts, time_base=Fraction(1, 250))
    assert result.frames == 1
    assert [problem.partition(",")[0] for problem in result.problems] == [
        "29 frames are missing in the copy",
        "29 frames are in the copy and not in the original",
    ]


def test_pictures_that_come_a_frame_late_are_told(original: Path) -> None:
    scene = cuts(SIZE, [10, 10, 10])
    moving = clip(original.with_name("moving.mp4"), scene)
    assert audit(moving, clip(original.with_name("copy.mp4"), scene, options={"crf": "30"}), FakeModels()).passed
    late = clip(original.with_name("copy.mp4"), lambda index: scene(max(index - 1, 0)))
    (problem,) = audit(moving, late, FakeModels()).problems
    assert "shown a frame too early or too late" in problem


def test_a_copy_of_another_size_is_compared_but_fails(original: Path) -> None:
    result = audited(original, lambda index: hiding(open_in=[8])(index)[::2, ::2], size=(SIZE[0] // 2, SIZE[1] // 2))
    assert "160x120" in result.problems[0]
    assert result.leaked == 1


def test_a_copy_that_breaks_off_is_compared_as_far_as_it_goes(original: Path) -> None:
    # Matroska is read up to where it breaks, and its header tells how long it should be.
    length = 100
    long = clip(original.with_name("long.mkv"), lambda index: original_picture(index % FRAMES), frames=length)
    whole = clip(original.with_name("whole.mkv"), lambda index: hiding()(index % FRAMES), frames=length)
    result = audit(long, truncated(whole, original.with_name("cut.mkv"), keep=0.5), FakeModels())
    assert 0 < result.frames < length
    assert result.passed
    assert "copy is damaged" in result.notes[0]


def test_the_same_file_is_no_copy(original: Path) -> None:
    with pytest.raises(UsageError, match="that file itself"):
        audit(original, original, FakeModels())


def test_leaks_are_handed_over_with_the_frame_of_the_copy(original: Path) -> None:
    copy = clip(original.with_name("copy.mp4"), hiding(open_in=[5, 6]))
    taken: list[tuple[Leak, Pixels]] = []
    result = audit(original, copy, FakeModels(), on_leak=lambda leak, picture: taken.append((leak, picture)))
    assert [leak for leak, _ in taken] == list(result.tracks[0].leaks)
    assert taken[0][1].shape == (SIZE[1], SIZE[0], 3)


def test_progress_goes_from_nothing_to_the_length_of_the_video(original: Path) -> None:
    copy = clip(original.with_name("copy.mp4"), hiding())
    steps: list[float] = []
    audit(original, copy, FakeModels(), lambda progress: steps.append(progress.done))
    assert steps == sorted(steps)
    assert steps[0] == 0
    assert steps[-1] == pytest.approx(FRAMES / 25, abs=0.1)


def plan_of(copy: Path, *, hidden: bool, box_by: int = 0, **policy: Any) -> Plan:
    """A plan whose track 7 is where the face is, or so many pixels to the right of it."""
    boxes = np.array([face_at(0), face_at(FRAMES - 1)], np.float32) + np.array([box_by, 0] * 2, np.float32)
    with open_video(copy) as reader:
        base = reader.info.time_base
    times = np.array([0, base.ticks(Fraction(FRAMES - 1, 25))])
    track = HiddenTrack(7, "faces", "face", hidden, 1.0, times, boxes)
    ends = base.ticks(Fraction(FRAMES, 25))
    original = Original("original.mp4", "0" * 64, *SIZE, base, FRAMES, ends, "")
    return Plan(original, replace(Policy(), **policy), (track,), ())


def test_what_the_plan_leaves_visible_is_told_with_its_times_and_no_leak(original: Path) -> None:
    copy = clip(original.with_name("copy.mp4"), hiding(open_in=[4, 5]))
    assert audit(original, copy, FakeModels()).state == "failed"
    result = audit(original, copy, FakeModels(), plan=plan_of(copy, hidden=False))
    assert (result.state, result.passed, result.failed) == ("shows_on_purpose", False, False)
    assert result.shown_faces == (ShownFace(1, 4 / 25, 5 / 25, 2, 7),)
    assert (result.shown_on_purpose, result.leaked) == (2, 0)
    assert result.verdict.endswith("; shows 1 face on purpose, 0:00.160-0:00.200")
    assert audit(original, copy, FakeModels(), plan=plan_of(copy, hidden=True)).leaked == 2


def test_what_lies_outside_of_the_times_that_are_hidden_is_told(original: Path) -> None:
    copy = clip(original.with_name("copy.mp4"), hiding(open_in=range(15, FRAMES)))
    plan = plan_of(copy, hidden=True, seconds=(Fraction(0), Fraction(15, 25)))
    result = audit(original, copy, FakeModels(), plan=plan)
    assert result.state == "shows_on_purpose"
    assert [(face.start, face.end, face.frames) for face in result.shown_faces] == [(15 / 25, (FRAMES - 1) / 25, 15)]


@pytest.mark.parametrize("picture", [original_picture, hiding()])
def test_a_copy_whose_plan_hides_no_faces_has_not_passed(picture: Picture, original: Path) -> None:
    copy = clip(original.with_name("copy.mp4"), picture)
    result = audit(original, copy, FakeModels(), plan=plan_of(copy, hidden=True, hide=("screens",)))
    assert result.state == "shows_on_purpose"
    assert "no face was to be hidden" in result.verdict


@pytest.mark.parametrize(("box_by", "number"), [(0, 7), (20, 7), (2 * SIDE, None)])
def test_a_leak_names_the_track_of_the_plan(box_by: int, number: int | None, original: Path) -> None:
    copy = clip(original.with_name("copy.mp4"), hiding(open_in=[4, 5]))
    (track,) = audit(original, copy, FakeModels(), plan=plan_of(copy, hidden=True, box_by=box_by)).tracks
    assert track.plan_track == number
