"""How loud the sound of a file is over time: what two files of the same film can be compared by."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from passerby.media.check.muted import SoundPieces, sound_tracks
from passerby.media.damage import Damage
from passerby.records import Floats

WINDOWS_PER_SECOND = 10


@dataclass(frozen=True, slots=True)
class SoundLevels:
    """Of one track of sound."""

    levels: Floats  # (windows,) root mean squares of all channels, full scale 1, from time zero on

    def differs_at(self, other: "SoundLevels", least: float, share: float) -> float | None:
        """Seconds of the first window in which one is louder than the other: by ``least``, and by so large a
        ``share`` of the louder; None if there is none. What one has and the other has not counts as silence there."""
        length = max(len(self.levels), len(other.levels))
        one, two = (np.pad(each.levels, (0, length - len(each.levels))) for each in (self, other))
        apart = np.abs(one - two) > np.maximum(least, share * np.maximum(one, two))
        return float(np.argmax(apart)) / WINDOWS_PER_SECOND if apart.any() else None


def sound_levels(path: Path) -> list[SoundLevels]:
    """Of each track of sound. Raises as ``open_container`` does."""
    return [SoundLevels(_levels(pieces)) for _, pieces in sound_tracks(path, Damage())]


def _levels(pieces: SoundPieces) -> Floats:
    squares, counts = np.zeros(0), np.zeros(0)
    for start, rate, samples in pieces:
        if not samples.size:
            continue
        windows = ((float(start) + np.arange(len(samples)) / rate) * WINDOWS_PER_SECOND).astype(np.int64).clip(0)
        length = max(len(squares), int(windows[-1]) + 1)
        squares, counts = (np.pad(each, (0, length - len(each))) for each in (squares, counts))
        squares += np.bincount(windows, (samples.astype(np.float64) ** 2).mean(axis=1), length)
        counts += np.bincount(windows, minlength=length)
    return np.sqrt(squares / np.maximum(counts, 1)).astype(np.float32)
