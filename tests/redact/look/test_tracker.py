import itertools
from collections.abc import Mapping

import cv2
import numpy as np
import pytest

from passerby.records import Floats, Pixels
from passerby.redact.look.motion import FOLLOWED, GOES_ON, HELD, LOST
from passerby.redact.look.sightings import RULES, Sighting
from passerby.redact.look.tracker import PATIENCE, SMALL, Tracker
from passerby.redact.plan.kinds import FoundKind
from passerby.redact.plan.plan import HiddenTrack, box_at
from passerby.tracking.following import Find

WIDTH, HEIGHT = 320, 180
TICK = 512  # pts from frame to frame
SIZE = 30
PLAIN = 40  # pixels of height from which a face is in plain sight
SURE, WEAK = RULES["faces"].start_score + 0.3, RULES["faces"].weak_score + 0.01


def _texture(width: int, height: int, seed: int) -> Pixels:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 2.0).astype(np.float32)
    return np.asarray(np.clip(128 + 5 * (soft - soft.mean()), 0, 255), np.uint8)


BACKGROUND, PATCH = _texture(WIDTH, HEIGHT, 1), _texture(SIZE, SIZE, 2)
FLAT = np.full((HEIGHT, WIDTH), 90, np.uint8)


def _corner(index: int) -> tuple[int, int]:
    return 20 + 2 * index, 60 + index // 2


def _place(index: int) -> Floats:
    x, y = _corner(index)
    return np.array([x, y, x + SIZE, y + SIZE], np.float32)


def _picture(index: int) -> Pixels:
    picture = BACKGROUND.copy()
    x, y = _corner(index)
    picture[y : y + SIZE, x : x + SIZE] = PATCH[:, : max(WIDTH - x, 0)]
    return picture


def _face(index: int, score: float = SURE, kind: FoundKind = "faces", label: str = "face") -> Sighting:
    return Sighting(kind, label, score, _place(index))


def _tracker(finders: Mapping[FoundKind, Find] | None = None) -> Tracker:
    return Tracker(WIDTH, HEIGHT, WIDTH, HEIGHT, finders or {})


def _run(
    frames: int,
    seen: dict[int, list[Sighting]],
    cuts: tuple[int, ...] = (),
    flat: bool = False,
    other_from: int | None = None,
    finders: Mapping[FoundKind, Find] | None = None,
) -> Tracker:
    """A tracker that has taken so many frames, of which those in ``seen`` were looked at."""
    tracker = _tracker(finders)
    for index in range(frames):
        picture = FLAT if flat else _picture(index)
        if other_from is not None and index >= other_from:
            picture = 255 - picture
        tracker.push(index * TICK, picture, cut=index in cuts)
        if index in seen:
            tracker.see(seen[index])
    return tracker


def _covers(track: HiddenTrack, index: int) -> bool:
    box, place = box_at(track, index * TICK), _place(index)
    inside = track.span.start <= index * TICK < track.span.end
    return inside and bool((box[:2] <= place[:2]).all() and (box[2:] >= place[2:]).all())


def test_two_sightings_six_frames_apart_hide_the_frames_between() -> None:
    (track,) = _run(20, {8: [_face(8)], 14: [_face(14)]}).finish()
    assert [index for index in range(8, 15) if not _covers(track, index)] == []
    assert box_at(track, 11 * TICK)[2] < _place(11)[2] + SIZE  # and not everything around it


def test_a_track_is_followed_back_from_its_first_sighting_and_on_from_its_last() -> None:
    (track,) = _run(40, {20: [_face(20)], 26: [_face(26)]}).finish()
    assert [index for index in range(40) if not _covers(track, index)] == []


def test_it_is_followed_for_so_many_frames_at_most() -> None:
    at = FOLLOWED + 4
    seen: dict[int, list[Sighting]] = {at: [_face(at)], **{index: [] for index in range(at + 1, 2 * at)}}
    (track,) = _run(2 * at, seen).finish()
    assert track.span.start // TICK == at - FOLLOWED
    assert (track.span.end - 1) // TICK == at + FOLLOWED


def test_what_cannot_be_followed_is_held_before_its_first_and_after_its_last_sighting() -> None:
    (track,) = _run(40, {20: [_face(20)]}, flat=True).finish()
    assert (track.span.start // TICK, (track.span.end - 1) // TICK) == (20 - HELD, 20 + HELD)
    for index in (20 - HELD, 20 + HELD):
        box = box_at(track, index * TICK)
        assert (box[:2] < _place(20)[:2]).all()
        assert (box[2:] > _place(20)[2:]).all()


def test_nothing_is_held_beyond_the_ends_of_the_video() -> None:
    (track,) = _run(6, {2: [_face(2)]}, flat=True).finish()
    assert track.span.start == 0
    assert track.span.end == 5 * TICK + 1


def test_nothing_is_held_or_followed_across_a_cut() -> None:
    seen = {6: [_face(6)], 9: [_face(9)], 10: [_face(10)], 13: [_face(13)]}
    tracks = _run(24, seen, cuts=(10,), other_from=10).finish()
    assert [(track.span.start // TICK, (track.span.end - 1) // TICK) for track in tracks] == [(0, 9), (10, 23)]
    (flat,) = _run(24, {11: [_face(11)]}, cuts=(10, 13), flat=True).finish()
    assert (flat.span.start // TICK, (flat.span.end - 1) // TICK) == (10, 12)


def test_what_is_the_same_on_both_sides_of_a_cut_goes_on() -> None:
    """As where a screen behind it changes, or light falls on everything else."""
    (track,) = _run(24, {6: [_face(6)], 13: [_face(13)]}, cuts=(8, 9, 10)).finish()
    assert (track.span.start // TICK, (track.span.end - 1) // TICK) == (0, 23)
    assert all(_covers(track, index) for index in range(24))


def test_a_weak_sighting_before_a_sure_one_is_kept() -> None:
    (track,) = _run(24, {6: [_face(6, WEAK)], 12: [_face(12)]}, flat=True).finish()
    assert track.span.start == 0
    assert track.score == SURE
    assert _covers(track, 6)


def test_a_weak_sighting_after_a_sure_one_is_kept() -> None:
    (track,) = _run(40, {6: [_face(6)], 12: [_face(12, WEAK)]}, flat=True).finish()
    assert (track.span.end - 1) // TICK == 12 + HELD


def test_one_weak_sighting_is_dropped_and_two_of_one_face_support_each_other() -> None:
    assert _run(24, {6: [_face(6, WEAK)], 12: []}).finish() == ()
    (track,) = _run(24, {6: [_face(6, WEAK)], 12: [_face(12, WEAK)]}).finish()
    assert track.score == WEAK


@pytest.mark.parametrize(
    ("box", "score", "counts"),
    [
        ((100, 60, 130, 60 + PLAIN), 0.44, False),
        ((100, 60, 130, 60 + PLAIN), 0.45, True),
        ((100, 60, 130, 59 + PLAIN), 0.19, True),  # so small a face may be hard to see
        ((2, 60, 32, 60 + PLAIN), 0.34, False),
        ((2, 60, 32, 60 + PLAIN), 0.35, True),  # and so may one that the border cuts
        ((100, -6, 130, 4 + PLAIN), 0.35, True),
        ((290, 60, WIDTH - 1, 60 + PLAIN), 0.35, True),
        ((100, 60, 130, HEIGHT + 9), 0.35, True),
    ],
)
def test_what_is_large_and_never_seen_surely_is_no_face(box: tuple[float, ...], score: float, counts: bool) -> None:
    seen = {index: [Sighting("faces", "face", score, np.array(box, np.float32))] for index in (6, 12, 18)}
    tracks = _run(24, seen, flat=True).finish()
    assert len(tracks) == counts


def test_a_large_face_that_is_surely_seen_once_is_hidden_where_it_is_not() -> None:
    box = np.array([100, 60, 150, 120], np.float32)
    seen = {index: [Sighting("faces", "face", score, box)] for index, score in ((6, 0.19), (12, SURE), (18, 0.19))}
    (track,) = _run(24, seen, flat=True).finish()
    assert track.span.start == 0


def test_weak_sightings_of_other_kinds_are_dropped_however_many_they_are() -> None:
    seen = {index: [_face(index, WEAK, "plates", "plate")] for index in (0, 6, 12, 18)}
    assert _run(24, seen).finish() == ()


def test_a_frame_that_is_looked_at_twice_counts_both_looks_and_once_in_time() -> None:
    tracker = _run(13, {4: [_face(4)], 12: [_face(12, WEAK)]})
    tracker.see([_face(12)])
    (track,) = tracker.finish()
    assert len(set(track.times.tolist())) == len(track.times)
    assert all(_covers(track, index) for index in range(13))
    weak = _run(13, {12: [_face(12, WEAK)]})
    weak.see([_face(12, WEAK)])
    assert len(weak.finish()) == 1


def test_nothing_seen_gives_no_track() -> None:
    assert _run(10, {3: []}).finish() == ()
    assert _tracker().finish() == ()


def test_a_thing_that_is_not_seen_for_a_while_stays_one_track() -> None:
    still = _place(0)
    tracker = _tracker()
    for index in range(PATIENCE + 1):
        tracker.push(index * TICK, BACKGROUND, cut=False)
        tracker.see([Sighting("faces", "face", SURE, still)] if index % (PATIENCE - 2) == 0 else [])
    (track,) = tracker.finish()
    assert (track.span.start, track.span.end) == (0, PATIENCE * TICK + 1)


def test_two_things_at_once_are_two_tracks_however_they_are_listed() -> None:
    def other(index: int) -> Sighting:
        return Sighting("faces", "face", SURE, np.array([250, 10, 280, 40], np.float32))

    seen = {6: [_face(6), other(6)], 9: [other(9), _face(9)], 12: [_face(12), other(12)]}
    tracks = _run(16, seen).finish()
    assert len(tracks) == 2
    assert all(any(_covers(track, index) for track in tracks) for index in range(16))


def test_kinds_are_not_mixed_and_the_label_is_the_surest_one() -> None:
    seen = {
        6: [_face(6), _face(6, kind="object", label="dog")],
        9: [_face(9), _face(9, 0.9, kind="object", label="cat")],
        12: [_face(12), _face(12, 0.4, kind="object", label="dog")],
    }
    tracks = _run(16, seen).finish()
    assert {(track.kind, track.label) for track in tracks} == {("faces", "face"), ("object", "dog")}


def test_tracks_are_numbered_in_the_order_of_their_starts() -> None:
    far = np.array([250, 10, 280, 40], np.float32)
    seen = {
        12: [Sighting("screens", "tv", SURE, far)],
        18: [_face(18), Sighting("screens", "tv", SURE, far)],
        30: [Sighting("text", "text", 0.9, far - 100)],
    }
    tracks = _run(50, seen, flat=True).finish()
    assert [(track.number, track.kind) for track in tracks] == [(1, "screens"), (2, "faces"), (3, "text")]
    assert all(one.span.start <= two.span.start for one, two in itertools.pairwise(tracks))


def test_boxes_are_those_of_the_frame_when_the_luma_is_smaller() -> None:
    tracker = Tracker(WIDTH, HEIGHT, 2 * WIDTH, 3 * HEIGHT, {})
    scale = np.array([2, 3, 2, 3], np.float32)
    for index in range(13):
        tracker.push(index * TICK, _picture(index), cut=False)
        if index in (0, 6, 12):
            tracker.see([Sighting("faces", "face", SURE, _place(index) * scale)])
    expected = _place(12) * scale
    assert np.abs(tracker.places("faces") - expected).max() < 1e-3
    assert tracker.places("text").shape == (0, 4)
    (track,) = tracker.finish()
    for index in range(13):
        box, place = box_at(track, index * TICK), _place(index) * scale
        assert (box[:2] <= place[:2]).all()
        assert (box[2:] >= place[2:]).all()


def test_places_move_with_the_picture_between_two_looks() -> None:
    tracker = _run(12, {6: [_face(6)]})
    assert np.abs(tracker.places("faces") - _place(11)).max() <= 1


def test_what_is_remembered_of_a_long_video_does_not_grow() -> None:
    """Sightings that come and go: what is kept of them is the tracks that go on, and a fixed number of frames."""
    tracker = Tracker(64, 36, 64, 36, {})
    alive = 0
    for index in range(600):
        tracker.push(index * TICK, FLAT[:36, :64], cut=False)
        left = float(index * 7 % 50)
        flash = Sighting("plates", "plate", WEAK, np.array([left, 0, left + 2, 2], np.float32))
        tracker.see([flash] if index % 6 == 0 else [])
        alive = max(alive, len(tracker.places("plates")))
    assert alive <= PATIENCE // 6 + 1
    assert tracker.finish() == ()


def test_the_luma_is_that_of_the_last_frame() -> None:
    assert np.array_equal(_run(9, {}).luma, _picture(8))


def _finding(score: float, frames: range) -> Find:
    """Finds the patch in these frames, wherever it is looked for."""

    def find(luma: Pixels, box: Floats) -> tuple[Floats, float] | None:
        frame = next((index for index in frames if np.array_equal(_picture(index), luma)), None)
        return None if frame is None else (_place(frame), score)

    return find


def test_a_weak_sighting_that_is_found_again_closely_is_kept() -> None:
    seen = {6: [_face(6, WEAK)], 12: list[Sighting]()}
    (track,) = _run(24, seen, finders={"faces": _finding(WEAK, range(4, 6))}).finish()
    assert track.score == WEAK
    assert all(_covers(track, index) for index in range(24))
    assert _run(24, seen, finders={"plates": _finding(WEAK, range(24))}).finish() == ()


def test_what_is_large_is_not_looked_for_closely_to_support_a_weak_sighting() -> None:
    large = Sighting("faces", "face", WEAK, np.array([20, 20, 90, 20 + SMALL], np.float32))
    asked = list[Floats]()

    def find(luma: Pixels, box: Floats) -> None:
        asked.append(box)

    assert _run(12, {6: [large]}, finders={"faces": find}).finish() == ()
    assert asked == []


def test_what_is_lost_is_hidden_some_frames_longer_and_where_it_went() -> None:
    """After being followed for longer than what cannot be followed is held for."""
    end = HELD + 8
    tracker = _tracker()
    for index in range(end + 12):
        tracker.push(index * TICK, _picture(index) if index < end else FLAT, cut=False)
        if index in (0, 3):
            tracker.see([_face(index)])
    (track,) = tracker.finish()
    assert (track.span.end - 1) // TICK == end - 1 + LOST
    assert all(_covers(track, index) for index in range(end + GOES_ON))


def test_what_is_lost_behind_something_is_expected_where_it_went() -> None:
    """So it is looked for there, and what is found is the same track."""
    tracker = _tracker()
    for index in range(24):
        tracker.push(index * TICK, FLAT if 8 <= index < 20 else _picture(index), cut=False)
        if index in (0, 6):
            tracker.see([_face(index)])
    assert np.abs(tracker.places("faces") - _place(23)).max() <= 4
    tracker.see([_face(23)])
    (track,) = tracker.finish()
    assert track.span.end == 23 * TICK + 1


def test_what_was_followed_astray_is_known_again_where_it_went() -> None:
    """What it passed looks like it, and stays where it is."""
    tracker = _tracker()
    for index in range(31):
        tracker.push(index * TICK, _picture(min(index, 12)), cut=False)
        if index in (0, 6, 12):
            tracker.see([_face(index)])
    assert np.abs(tracker.places("faces") - _place(12)).max() <= 2
    tracker.see([_face(30)])
    (track,) = tracker.finish()
    assert track.span.end == 30 * TICK + 1


def test_tracks_are_told_while_they_go_on_and_go_on_afterwards() -> None:
    tracker = _run(10, {4: [_face(4)]})
    (told,) = tracker.so_far()
    assert all(_covers(told, index) for index in range(10))
    assert tracker.so_far()[0].times.tolist() == told.times.tolist(), "asking changes nothing"
    for index in range(10, 16):
        tracker.push(index * TICK, _picture(index), cut=False)
    (longer,) = tracker.so_far()
    assert all(_covers(longer, index) for index in range(16))


def test_what_is_forgotten_is_not_followed_into_and_what_follows_is_hidden_as_before() -> None:
    tracker = _run(30, {4: [_face(4)]})
    tracker.forget(20 * TICK)
    tracker.see([_face(29)])
    (told,) = tracker.so_far()
    assert all(_covers(told, index) for index in range(20, 30))
    tracker.forget(29 * TICK)
    assert tracker.luma.any(), "the last frame is kept"
