"""What judges the doubtful places: a network that looks at a hundred frames at once."""

from typing import Protocol

from passerby.records import Floats, Pixels

# What TransNetV2 was trained on and is run with (Souček & Lokoč, arXiv:2008.04838, section 3; upstream
# inference/transnetv2.py): windows of 100 frames of 48x27, of which the first and last 25 only lend context.
WINDOW = 100
MARGIN = 25
HEIGHT, WIDTH = 27, 48


class ShotJudge(Protocol):
    """Tells for each frame of a window how likely a new shot begins right after it."""

    def predict(self, windows: Pixels) -> Floats:
        """``windows`` (n, 100, 27, 48, 3) RGB to probabilities (n, 100)."""
        ...
