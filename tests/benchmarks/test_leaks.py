"""The judge of redacted copies, on pictures whose leaks can be told by eye."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from benchmarks.leaks import Luma, Sample, Score, joined, judge, score
from benchmarks.truth import TrueFace, TrueFrame, Truth, ellipse, load_truth, save_truth

BOX = (40.0, 30.0, 100.0, 110.0)


def face(box: tuple[float, float, float, float] = BOX, *covers: tuple[float, float, float, float]) -> TrueFace:
    outlines = tuple(np.array([[a, b], [c, b], [c, d], [a, d]], np.float32) for a, b, c, d in covers)
    return TrueFace(1, ellipse(box), box[3] - box[1], 1.0, outlines)


@pytest.fixture
def picture() -> Luma:
    """Something with structure of all sizes, (144, 176)."""
    rng = np.random.default_rng(1)
    layers = [cv2.GaussianBlur(rng.normal(0, 1, (144, 176)), (0, 0), sigma) * 40 * sigma for sigma in (1, 2, 4)]
    return np.asarray(128 + sum(layers), np.float32)


def follows(before: Luma, after: Luma, known: TrueFace | None = None) -> float:
    return judge(known or face(), 0, before, after).follows


def test_the_same_picture_follows_and_so_does_one_with_coding_noise_and_other_brightness(picture: Luma) -> None:
    noise = np.random.default_rng(2).normal(0, 2, picture.shape).astype(np.float32)
    assert follows(picture, picture) == 1
    assert follows(picture, picture * np.float32(0.9) + 10 + noise) == 1


@pytest.mark.parametrize("hide", ["solid", "blur", "cells", "another"])
def test_what_is_hidden_does_not_follow(picture: Luma, hide: str) -> None:
    small = cv2.resize(picture[20:120, 30:110], (8, 8), interpolation=cv2.INTER_AREA)
    hidden: dict[str, Callable[[], Luma]] = {
        "solid": lambda: np.zeros((100, 80), np.float32),
        "blur": lambda: np.asarray(cv2.blur(picture, (40, 50))[20:120, 30:110], np.float32),
        "cells": lambda: np.asarray(cv2.resize(small, (80, 100), interpolation=cv2.INTER_NEAREST), np.float32),
        "another": lambda: picture[::-1, ::-1][20:120, 30:110],
    }
    copy = picture.copy()
    copy[20:120, 30:110] = hidden[hide]()
    assert not judge(face(), 0, picture, copy).leaks
    assert follows(picture, copy) < 0.1


def test_half_a_face_leaks_and_a_rim_does_not(picture: Luma) -> None:
    half, rim = picture.copy(), picture.copy()
    half[20:70, 30:110] = 0
    rim[38:102, 46:94] = 0
    assert judge(face(), 0, picture, half).leaks
    assert not judge(face(), 0, picture, rim).leaks


def test_what_stands_in_front_of_a_face_is_not_the_face(picture: Luma) -> None:
    copy = picture.copy()
    copy[20:70, 30:110] = 0  # all that is seen of it: the lower half is behind something that shows
    assert not judge(face(BOX, (30, 66, 110, 120)), 0, picture, copy).leaks


def test_a_face_of_which_nothing_shows_is_not_judged(picture: Luma) -> None:
    flat = np.full_like(picture, 30)
    assert not judge(face(), 0, flat, flat).judged
    assert not judge(face((300, 300, 360, 380)), 0, picture, picture).judged


def test_faces_at_the_border_and_small_ones_are_judged(picture: Luma) -> None:
    for box in ((-30.0, -20.0, 30.0, 60.0), (150.0, 100.0, 210.0, 180.0), (60.0, 60.0, 70.0, 73.0)):
        assert judge(face(box), 0, picture, picture).leaks
        assert not judge(face(box), 0, picture, np.zeros_like(picture)).leaks


def sample(track: int, frame: int, height: float, follows: float = 1.0) -> Sample:
    return Sample(track, frame, height, follows, True)


def test_scores_count_by_height_and_by_runs_of_one_track() -> None:
    rows = [
        sample(1, 0, 30),
        sample(1, 1, 30),
        sample(2, 1, 20),
        sample(2, 2, 20),
        sample(1, 3, 30),
        sample(3, 3, 30, 0),
    ]
    found = Score(tuple(rows), 0.1, 0.9)
    assert found.leaked() == (5, 6)
    assert found.leaked(24) == (3, 4)
    assert found.leaked(16, 24) == (2, 2)
    assert found.leaky_tracks() == (2, 3)
    assert found.leaky_tracks(24) == (1, 2)
    assert found.longest_run() == 2
    twice = joined([found, Score((sample(1, 4, 30),), 0.3, 0.7)])
    assert (twice.leaky_tracks(), twice.longest_run()) == ((3, 4), 2)
    assert twice.hidden_elsewhere == pytest.approx(0.2)


def write(path: Path, pictures: list[Luma], step: int = 1) -> Path:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25, options={"crf": "18"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = pictures[0].shape[1], pictures[0].shape[0], "yuv420p"
        for number, luma in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(np.clip(luma, 16, 235).astype(np.uint8), "gray").reformat(
                format="yuv420p"
            )
            frame.pts, frame.time_base = number * step, Fraction(1, 25)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def test_files_are_compared_at_the_times_of_the_truth(tmp_path: Path, picture: Luma) -> None:
    moved = [np.roll(picture, 7 * n, axis=1) for n in range(6)]
    hidden = [luma.copy() for luma in moved]
    for number, luma in enumerate(hidden):
        if number != 4:
            luma[20:120, 30:110] = 16
    truth = Truth(tuple(TrueFrame(Fraction(n, 25), (face(),)) for n in (0, 2, 4)))
    original, copy = write(tmp_path / "original.mp4", moved), write(tmp_path / "copy.mp4", hidden)
    found = score(original, copy, truth)
    assert [each.leaks for each in found.samples] == [False, False, True]
    assert found.hidden_of_faces > 0.9
    assert 0.05 < found.hidden_elsewhere < 0.3
    assert score(original, original, truth).hidden_elsewhere == 0


def test_a_copy_that_ends_too_soon_is_no_copy(tmp_path: Path, picture: Luma) -> None:
    original, copy = write(tmp_path / "original.mp4", [picture] * 20), write(tmp_path / "copy.mp4", [picture] * 5)
    with pytest.raises(ValueError, match=r"expected a frame at 0\.60 s"):
        score(original, copy, Truth((TrueFrame(Fraction(15, 25), (face(),)),)))


def test_truth_is_read_as_it_was_written(tmp_path: Path) -> None:
    truth = Truth((TrueFrame(Fraction(1, 3), (face(BOX, (1, 2, 3, 4)),)), TrueFrame(Fraction(2, 3), ())))
    save_truth(truth, tmp_path / "truth.json")
    (first, second) = load_truth(tmp_path / "truth.json").frames
    assert (first.time, second) == (Fraction(1, 3), truth.frames[1])
    (row,) = first.faces
    np.testing.assert_allclose(row.outline, ellipse(BOX), atol=0.06)
    np.testing.assert_allclose(row.box, BOX, atol=0.2)
    assert (row.track, row.height, row.covers[0].tolist()) == (1, 80, [[1, 2], [3, 2], [3, 4], [1, 4]])
