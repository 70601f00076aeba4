"""From the time stamps of a file to times that only ever go forward."""

from passerby.media.damage import Damage

# A step back of more frames than any coder reorders is no slip of the writer.
_SLIP_FRAMES = 16


class FrameClock:
    """Places the frames of one stream on the shown timeline, in ticks, strictly increasing.

    A frame that is not after the last one comes one tick after it. A greater step back, or a leap forward of more
    than ``longest_gap``, is a break in the time stamps, as where recordings were joined: time goes on at the end of
    the last frame, and what follows keeps its distances (FFmpeg does so too: its option dts_delta_threshold).
    """

    def __init__(self, zero: int, step: int, longest_gap: int, damage: Damage, *, may_stand: bool = False) -> None:
        """``may_stand``: whether what lasts a tick or less may begin at the tick of what went before."""
        self._may_stand = may_stand
        self._zero, self._step, self._longest_gap = zero, step, longest_gap
        self._last: int | None = None
        self.end = 0  # where the last frame ends
        self._damage = damage

    def place(self, stamp: int | None, duration: int) -> int | None:
        """The time of the next frame; None where it lies before time zero and is not to be shown."""
        at = self.end if stamp is None else stamp - self._zero
        if self._last is None and at < 0:
            return None
        if self._last is not None:
            stands = self._may_stand and at == self._last and duration <= 1
            at = at if stands else self._after(self._last, at)
        self._last, self.end = at, at + (duration if duration > 0 else self._step)
        return at

    def _after(self, last: int, at: int) -> int:
        if last - at > _SLIP_FRAMES * self._step or at - last > self._longest_gap:
            self._damage.times += 1
            self._zero += at - self.end
            return self.end
        if at <= last:
            self._damage.times += 1
            return last + 1
        return at
