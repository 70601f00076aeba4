"""What a plan leaves bare of faces whose places are known: by geometry, no pixel is looked at.

A copy is what its plan says, so nothing has to be rendered for this. A face is bare in a frame if a quarter of what is
seen of it, or more, lies outside of all that the plan hides there: ``leaks.py`` says from the same share on that a face
of a copy leaks.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.leaks import INNER, SEEN, Sample, Score
from benchmarks.truth import TrueFace, TrueFrame, Truth, ellipse, fill
from passerby import HiddenTrack, Plan

# Of a box that is hidden for a face, margins included, so much in each direction is the face.
FACE_IN_BOX = 0.7
GRID = 8  # pixels to one, where the area that is hidden is summed up


def frame_times(clip: Path) -> list[int]:
    """The pts of all frames of a clip, in order."""
    with av.open(str(clip)) as container:
        return sorted(packet.pts for packet in container.demux(video=0) if packet.pts is not None)


def found_faces(plan: Plan, times: Sequence[int]) -> Truth:
    """The faces that a plan hides, as if they were the truth: what was found in a clip before it was spoilt."""
    tick = plan.original.time_base.tick
    frames = []
    for pts in times:
        boxes = [(track.number, _box(track, pts)) for track in plan.hidden if _is_face(track, pts)]
        faces = tuple(_found(number, box) for number, box in boxes)
        frames.append(TrueFrame((pts - times[0]) * tick, faces))
    return Truth(tuple(frames))


def exposed(plan: Plan, times: Sequence[int], truth: Truth) -> Score:
    """How much of each face of ``truth`` the plan of a clip with frames at ``times`` leaves bare.

    In the place of what follows the original, samples have the share that is bare. What is hidden elsewhere is a share
    of the frame, faces included: of a face that was hidden nobody can tell here where it ends.
    """
    size = plan.original.width, plan.original.height
    tick, hidden = plan.original.time_base.tick, 0.0
    samples: list[Sample] = []
    for number, frame in enumerate(truth.frames):
        regions = _regions(plan, _nearest(times, times[0] + frame.time / tick))
        samples += _judged(frame, number, regions, size)
        hidden += _area(regions, size)
    return Score(tuple(samples), hidden / max(len(truth.frames), 1), 0.0)


def _judged(frame: TrueFrame, number: int, regions: NDArray[np.int32], size: tuple[int, int]) -> Iterator[Sample]:
    for face in frame.faces:
        share, seen = bare(face, regions, size)
        if seen >= SEEN:
            yield Sample(face.track, number, face.height, share, True)


def bare(face: TrueFace, regions: NDArray[np.int32], size: tuple[int, int]) -> tuple[float, float]:
    """The share of what is seen of a face that lies in none of ``regions`` (m, 4), and the share of it that is seen."""
    middle = face.outline.mean(axis=0)
    outline = middle + INNER * (face.outline - middle)
    left, top = np.floor(outline.min(axis=0)).astype(int)
    right, bottom = np.ceil(outline.max(axis=0)).astype(int) + 1
    mask, corner = np.zeros((bottom - top, right - left), np.uint8), np.array([left, top])
    fill(mask, outline - corner, 1)
    whole = int(mask.sum())
    for cover in face.covers:
        fill(mask, cover - corner, 0)
    mask[: max(-top, 0)] = 0
    mask[:, : max(-left, 0)] = 0
    mask[max(size[1] - top, 0) :] = 0
    mask[:, max(size[0] - left, 0) :] = 0
    seen = int(mask.sum())
    for x1, y1, x2, y2 in (regions - np.tile(corner, 2)).clip(0).tolist():
        mask[y1:y2, x1:x2] = 0
    return int(mask.sum()) / max(seen, 1), seen / max(whole, 1)


def _is_face(track: HiddenTrack, pts: int) -> bool:
    return track.kind == "faces" and track.times[0] <= pts <= track.times[-1]


def _found(number: int, box: NDArray[np.float32]) -> TrueFace:
    middle, half = (box[:2] + box[2:]) / 2, FACE_IN_BOX * (box[2:] - box[:2]) / 2
    x1, y1, x2, y2 = (float(side) for side in (*(middle - half), *(middle + half)))
    return TrueFace(number, ellipse((x1, y1, x2, y2)), y2 - y1, 1.0, ())


def _box(track: HiddenTrack, pts: int) -> NDArray[np.float32]:
    """(4,) at a time within the track's."""
    return np.array([np.interp(pts, track.times, track.boxes[:, side]) for side in range(4)], np.float32)


def _regions(plan: Plan, pts: int) -> NDArray[np.int32]:
    """(m, 4) whole pixels, inside the frame."""
    boxes = [_box(track, pts) for track in plan.hidden if track.times[0] <= pts <= track.times[-1]]
    rows = np.array(boxes, np.float32).reshape(-1, 4)
    outward = np.concatenate([np.floor(rows[:, :2]), np.ceil(rows[:, 2:])], axis=1)
    return np.asarray(np.clip(outward, 0, [plan.original.width, plan.original.height] * 2), np.int32)


def _nearest(times: Sequence[int], wanted: Fraction) -> int:
    return min(times, key=lambda pts: abs(pts - wanted))


def _area(regions: NDArray[np.int32], size: tuple[int, int]) -> float:
    """The share of a frame that is hidden."""
    mask = np.zeros((-(-size[1] // GRID), -(-size[0] // GRID)), np.bool_)
    for x1, y1, x2, y2 in (regions // GRID).tolist():
        mask[y1 : y2 + 1, x1 : x2 + 1] = True
    return float(mask.mean())
