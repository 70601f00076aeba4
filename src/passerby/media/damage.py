"""What could not be read of a file, in words."""

from dataclasses import dataclass
from fractions import Fraction


@dataclass(slots=True)
class Damage:
    """Counts what goes wrong while a file is read."""

    packets: int = 0  # could not be read, or not decoded
    frames: int = 0  # decoded, but with errors in the picture
    times: int = 0  # time stamps that went back or leapt
    sounds: int = 0  # packets of sound that could not be decoded
    lost_sound: bool = False  # there is sound, but no decoder knows it

    def describe(self, readable: Fraction, promised: Fraction | None) -> str:
        """One line, empty if nothing is amiss; ``promised`` is how many seconds the header says there are."""
        counts = [
            (self.packets, "damaged packet", "damaged packets"),
            (self.frames, "damaged frame", "damaged frames"),
            (self.times, "repaired time stamp", "repaired time stamps"),
            (self.sounds, "damaged packet of sound", "damaged packets of sound"),
        ]
        parts = [f"{count} {one if count == 1 else many}" for count, one, many in counts if count]
        if self.lost_sound:
            parts.append("sound of an unknown kind, left out")
        # Headers are often a little off: a frame, a rest of sound.
        if promised is not None and promised - readable > max(Fraction(1), promised / 50):
            parts.append(f"readable to {float(readable):.3f} s of {float(promised):.3f} s")
        return ", ".join(parts)
