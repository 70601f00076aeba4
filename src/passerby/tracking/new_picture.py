"""Where one picture ends and another begins, told from frame to frame, for what is followed through them."""

import cv2

from passerby.pictures import averaged
from passerby.records import Pixels

HALVINGS = 4  # of a luma picture, to that in which cuts are looked for
# A frame that differs this much from the one before (mean of absolute differences, levels), and is not alike
# (correlation), however it was shaken in between, shows something new.
NEW_PICTURE, ALIKE = 14.0, 0.8
SHAKEN = 4  # pixels of the small picture, each way


class NewPicture:
    """Takes the frames of a video one after the other."""

    def __init__(self, *, backward: bool = False) -> None:
        """``backward``: the latest frame comes first; what is new is the same in either direction of time."""
        self._backward = backward
        self._thumb: Pixels | None = None

    def begins(self, luma: Pixels) -> bool:
        """Whether the next frame, as luma (h, w), shows something new; the first does not."""
        thumb = _thumb(luma)
        before, self._thumb = self._thumb, thumb
        if before is None or cv2.absdiff(thumb, before).mean() < NEW_PICTURE:
            return False
        return _likeness(*((before, thumb) if self._backward else (thumb, before))) < ALIKE


def _thumb(luma: Pixels) -> Pixels:
    """A sixteenth of a picture (h, w) in each way; halving it is forty times as fast as doing it at once."""
    for _ in range(HALVINGS):
        size = max(luma.shape[1] // 2, 1), max(luma.shape[0] // 2, 1)
        luma = averaged(luma, *size)
    return luma


def _likeness(thumb: Pixels, before: Pixels) -> float:
    """The correlation of the middle of one picture with the other, wherever in it that fits best."""
    margins = [min(SHAKEN, side // 4) for side in before.shape]
    middle = before[margins[0] : before.shape[0] - margins[0], margins[1] : before.shape[1] - margins[1]]
    return float(cv2.matchTemplate(thumb, middle, cv2.TM_CCOEFF_NORMED).max())
