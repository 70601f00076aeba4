"""The judge of redacted copies, which is no detector: does the fine structure in a true face still follow the original?

The luma of both is high-passed. A true face is divided into cells; in each, the agreement of copy and original is
2 sum(o c) / (sum(o o) + sum(c c)), Lin's concordance of two signals without a mean: 1 for the same, 0 where nothing is
left or something else is there, near 0 for what is blurred (little is left, though it follows). A face leaks if cells
that follow make up a quarter of what is seen of it. What the threshold rests on: ``python -m benchmarks.redact --only
calibration`` and its table in ``results/redact.md``.

    score(Path("original.mp4"), Path("copy.mp4"), load_truth(Path("original.json")))
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.truth import TrueFace, Truth, fill

Luma = NDArray[np.float32]  # (h, w), 0..255

FOLLOWS = 0.45  # agreement from which a cell follows
LEAKS = 0.25  # share of the judged cells' pixels in cells that follow, from which a face leaks
INNER = 0.85  # of the outline: at its rim, the background is as much there as the face
SEEN = 0.4  # visible share from which a face is scored
FAINT = 1.0  # root mean square of the high-passed luma below which a cell shows nothing to follow
# What is high-passed: structure between these parts of a face's height, but at least so many pixels.
FINE, LEAST_FINE, COARSE, LEAST_COARSE = 120, 0.4, 40, 0.9
WHOLE = 0.3  # share of a cell that has to be seen for it to be judged
CELL, MOST_CELLS = 9.0, 6  # pixels of a face's height to a cell, and cells in a row at most
CHANGED = 8.0  # levels by which the mean of 8x8 pixels differs where more was done to it than coding
BLOCK = 8
EVERY = 5  # frames of which one is looked at for what was hidden elsewhere
BANDS = (0, 16, 24, 48, 96)  # heights from which a band goes up to the next
SMALL = 24  # pixels: faces of at least this height are counted apart


@dataclass(frozen=True, slots=True)
class Sample:
    """One true face in one frame, judged."""

    track: int
    frame: int  # number among the frames of the truth
    height: float
    follows: float  # share of it that follows, in 0..1
    judged: bool  # False if too little shows of it in the original to say

    @property
    def leaks(self) -> bool:
        return self.judged and self.follows >= LEAKS


@dataclass(frozen=True, slots=True)
class Score:
    """What a copy shows of the faces that are known."""

    samples: tuple[Sample, ...]
    hidden_elsewhere: float  # share of the pixels outside of true faces (and a margin) that were changed
    hidden_of_faces: float  # share of the pixels inside that were; a check of this measure

    def leaked(self, least: float = 0, below: float = math.inf) -> tuple[int, int]:
        """(leaked, judged) samples of faces of this height."""
        chosen = [each for each in self.samples if each.judged and least <= each.height < below]
        return sum(each.leaks for each in chosen), len(chosen)

    def leaky_tracks(self, least: float = 0) -> tuple[int, int]:
        """(leaky, all) tracks, by their samples of at least this height."""
        chosen = [each for each in self.samples if each.judged and each.height >= least]
        return len({each.track for each in chosen if each.leaks}), len({each.track for each in chosen})

    def longest_run(self, least: float = 0) -> int:
        """The most frames on end in which one track of at least this height leaks."""
        longest, runs = 0, dict[int, tuple[int, int]]()
        for each in self.samples:
            if each.leaks and each.height >= least:
                last, length = runs.get(each.track, (-2, 0))
                runs[each.track] = (each.frame, length + 1 if last == each.frame - 1 else 1)
                longest = max(longest, runs[each.track][1])
        return longest


def score(original: Path, copy: Path, truth: Truth) -> Score:
    """Judge ``copy`` at all frames of ``truth``. Raises ValueError if one of them is missing in either file."""
    samples: list[Sample] = []
    elsewhere, inside = np.zeros(2), np.zeros(2)
    for number, (frame, before, after) in enumerate(_frames(original, copy, truth)):
        samples += [judge(face, number, before, after) for face in frame if face.visible >= SEEN]
        if number % EVERY == 0:
            outside, within = _changed(before, after, frame)
            elsewhere += outside
            inside += within
    return Score(tuple(samples), _share(elsewhere), _share(inside))


def joined(scores: list[Score]) -> Score:
    """Several clips as one; the shares of hidden pixels are means."""
    samples = [
        Sample(each.track + 100_000 * clip, each.frame, each.height, each.follows, each.judged)
        for clip, one in enumerate(scores)
        for each in one.samples
    ]
    shares = [(one.hidden_elsewhere, one.hidden_of_faces) for one in scores]
    elsewhere, inside = np.mean(shares, axis=0)
    return Score(tuple(samples), float(elsewhere), float(inside))


def judge(face: TrueFace, number: int, before: Luma, after: Luma) -> Sample:
    """How much of a face in ``before`` is still followed by ``after``."""
    cells = list(agreements(face, before, after))
    pixels = sum(count for count, _ in cells)
    followed = sum(count for count, agreement in cells if agreement >= FOLLOWS)
    return Sample(face.track, number, face.height, followed / max(pixels, 1), pixels > 0)


def agreements(face: TrueFace, before: Luma, after: Luma) -> Iterator[tuple[int, float]]:
    """For each cell of a face that shows something: its pixels, and how far the copy agrees there."""
    fine, coarse = face.height / FINE, max(LEAST_COARSE, face.height / COARSE)
    margin = math.ceil(2 * coarse) + 1
    x1, y1, x2, y2 = face.box
    left, top = max(0, math.floor(x1) - margin), max(0, math.floor(y1) - margin)
    right, bottom = min(before.shape[1], math.ceil(x2) + margin), min(before.shape[0], math.ceil(y2) + margin)
    if right <= left or bottom <= top:
        return
    mask = _inner(face, left, top, right, bottom)
    o, c = (_high_passed(luma[top:bottom, left:right], fine, coarse) for luma in (before, after))
    count = int(np.clip(face.height / CELL, 1, MOST_CELLS))
    least = WHOLE * (x2 - x1) * (y2 - y1) / count**2
    for cell in _cells((x1 - left, y1 - top, x2 - left, y2 - top), count):
        seen = mask[cell] > 0
        pixels = int(seen.sum())
        own, theirs = o[cell][seen], c[cell][seen]
        if pixels >= least and (energy := float(own @ own)) >= FAINT**2 * pixels:
            yield pixels, 2 * float(own @ theirs) / (energy + float(theirs @ theirs))


def _cells(box: tuple[float, float, float, float], count: int) -> Iterator[tuple[slice, slice]]:
    """``count`` by ``count`` parts of a box, as far as they have pixels."""
    xs, ys = (np.linspace(*ends, count + 1).round().clip(0).astype(int) for ends in (box[::2], box[1::2]))
    for top, bottom in itertools.pairwise(ys):
        for left, right in itertools.pairwise(xs):
            yield slice(top, bottom), slice(left, right)


def _inner(face: TrueFace, left: int, top: int, right: int, bottom: int) -> NDArray[np.uint8]:
    """The pixels of this window that are well inside of a face, and not behind something."""
    mask = np.zeros((bottom - top, right - left), np.uint8)
    corner = np.array([left, top], np.float32)
    middle = face.outline.mean(axis=0)
    fill(mask, middle + INNER * (face.outline - middle) - corner, 1)
    for cover in face.covers:
        fill(mask, cover - corner, 0)
    return mask


def _high_passed(luma: Luma, fine: float, coarse: float) -> Luma:
    """The structure that is smaller than ``coarse`` and, where that can be told, larger than ``fine``: sigmas."""
    near = luma if fine < LEAST_FINE else cv2.GaussianBlur(luma, (0, 0), fine, borderType=cv2.BORDER_REPLICATE)
    far = cv2.GaussianBlur(luma, (0, 0), coarse, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(near - far, np.float32)


def _changed(before: Luma, after: Luma, faces: tuple[TrueFace, ...]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(changed, all) blocks that lie outside of all faces, and that lie inside of one."""
    size = before.shape[1] // BLOCK, before.shape[0] // BLOCK
    whole = before[: size[1] * BLOCK, : size[0] * BLOCK] - after[: size[1] * BLOCK, : size[0] * BLOCK]
    changed = np.abs(np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA))) >= CHANGED
    near, within = np.zeros(before.shape, np.uint8), np.zeros(before.shape, np.uint8)
    for face in faces:
        middle = face.outline.mean(axis=0)
        fill(near, middle + 1.15 * (face.outline - middle), 1)
        if face.visible >= SEEN:
            fill(within, middle + INNER * (face.outline - middle), 1)
    outside = _blocks(near, size) == 0
    inside = _blocks(within, size) == 1
    return (
        np.array([(changed & outside).sum(), outside.sum()], np.float64),
        np.array([(changed & inside).sum(), inside.sum()], np.float64),
    )


def _blocks(mask: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.float32]:
    """The mean of each block."""
    cut = mask[: size[1] * BLOCK, : size[0] * BLOCK].astype(np.float32)
    return np.asarray(cv2.resize(cut, size, interpolation=cv2.INTER_AREA), np.float32)


def _share(counts: NDArray[np.float64]) -> float:
    return float(counts[0] / max(counts[1], 1))


def _frames(original: Path, copy: Path, truth: Truth) -> Iterator[tuple[tuple[TrueFace, ...], Luma, Luma]]:
    """The faces of each frame of ``truth`` with the frames of both files that are nearest to it in time."""
    befores, afters = (_nearest(path, [frame.time for frame in truth.frames]) for path in (original, copy))
    for frame, before, after in zip(truth.frames, befores, afters, strict=True):
        if before.shape != after.shape:  # deface makes 1088 lines of 1080
            after = np.asarray(cv2.resize(after, before.shape[::-1], interpolation=cv2.INTER_CUBIC), np.float32)
        yield frame.faces, before, after


def _nearest(path: Path, times: list[Fraction]) -> Iterator[Luma]:
    """For each of the rising ``times``, the frame of a file that is shown nearest to it."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        shown = ((frame, _time(frame)) for frame in container.decode(stream))
        frame, now = next(shown)
        first = now
        following = next(shown, None)
        for time in times:
            while following is not None and abs(following[1] - first - time) <= abs(now - first - time):
                (frame, now), following = following, next(shown, None)
            if following is None and time - (now - first) > Fraction(1, 5):
                raise ValueError(
                    f"{path}: expected a frame at {float(time):.2f} s, found none after {float(now):.2f} s"
                )
            yield np.asarray(frame.to_ndarray(format="gray"), np.float32)


def _time(frame: av.VideoFrame) -> Fraction:
    assert frame.pts is not None
    assert frame.time_base is not None
    return frame.pts * frame.time_base
