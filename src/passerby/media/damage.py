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
    missing: int = 0  # packets that an index names and the file has not

    def describe(self, readable: Fraction, promised: Fraction | None, precision: Fraction | None = None) -> str:
        """One line, empty if nothing is amiss; ``promised`` is how many seconds the header says there are.

        ``precision``: how many seconds that may be off in a file that is known to be cut off; None for others.
        """
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
        usual = None if promised is None else max(Fraction(1), promised / 50)
        allowed = Fraction(0) if self.missing else usual if precision is None else precision
        if promised is not None and allowed is not None and promised - readable > allowed:
            parts.append(f"readable to {float(readable):.3f} s of {float(promised):.3f} s")
        elif self.missing or (promised is None and precision is not None):
            parts.append(f"cut off after {float(readable):.3f} s")
        return ", ".join(parts)
