"""What is known about a clip: where its faces are at each time, as data beside the clip."""

import json
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float32]  # (n, 2) x, y in pixels of the upright frame; they may lie outside of it


@dataclass(frozen=True, slots=True)
class TrueFace:
    """One face in one frame."""

    track: int
    outline: Points  # around it, from the hairline to the chin and from ear to ear
    height: float  # pixels from the hairline to the chin, however the head is turned
    visible: float  # share of its area that lies within the frame and behind nothing
    covers: tuple[Points, ...]  # outlines of what is in front of it

    @property
    def box(self) -> tuple[float, float, float, float]:
        """x1, y1, x2, y2 around the outline; not clipped."""
        (x1, y1), (x2, y2) = self.outline.min(axis=0), self.outline.max(axis=0)
        return float(x1), float(y1), float(x2), float(y2)


@dataclass(frozen=True, slots=True)
class TrueFrame:
    time: Fraction  # seconds from the first frame
    faces: tuple[TrueFace, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """The frames of a clip whose faces are known, in order; others are not scored."""

    frames: tuple[TrueFrame, ...]


def ellipse(box: tuple[float, float, float, float], points: int = 24) -> Points:
    """The outline of the ellipse that fills ``box``."""
    x1, y1, x2, y2 = box
    turn = np.linspace(0, 2 * np.pi, points, endpoint=False)
    around = np.stack([np.sin(turn), -np.cos(turn)], axis=1) * [(x2 - x1) / 2, (y2 - y1) / 2]
    return np.asarray(around + np.array([(x1 + x2) / 2, (y1 + y2) / 2]), np.float32)


def fill(mask: NDArray[np.uint8], outline: Points, value: int) -> None:
    """Set the pixels of ``mask`` inside ``outline``, to a sixteenth of a pixel."""
    cv2.fillPoly(mask, [np.rint(outline * 16).astype(np.int32)], value, shift=4)


def save_truth(truth: Truth, path: Path) -> None:
    frames = [{"time": str(frame.time), "faces": [_row(face) for face in frame.faces]} for frame in truth.frames]
    path.write_text(json.dumps({"frames": frames}, separators=(",", ":")) + "\n", "utf-8")


def load_truth(path: Path) -> Truth:
    rows = json.loads(path.read_text("utf-8"))["frames"]
    return Truth(tuple(TrueFrame(Fraction(row["time"]), tuple(map(_face, row["faces"]))) for row in rows))


def _row(face: TrueFace) -> dict[str, object]:
    return {
        "track": face.track,
        "height": round(face.height, 1),
        "visible": round(face.visible, 2),
        "outline": _numbers(face.outline),
        "covers": [_numbers(cover) for cover in face.covers],
    }


def _face(row: dict[str, object]) -> TrueFace:
    outline, covers = row["outline"], row["covers"]
    assert isinstance(covers, list)
    return TrueFace(
        int(str(row["track"])),
        np.array(outline, np.float32).reshape(-1, 2),
        float(str(row["height"])),
        float(str(row["visible"])),
        tuple(np.array(cover, np.float32).reshape(-1, 2) for cover in covers),
    )


def _numbers(points: Points) -> list[float]:
    return [round(float(number), 1) for number in points.ravel()]
