"""Hiding in one picture: the one way from what is decoded to what is encoded, or shown before it is.

Copies, clips, stills, covers and the preview of a copy all come here. So what a user approves is what is written.
"""

from collections.abc import Callable, Mapping

from passerby.media.read.frames import Frame
from passerby.media.read.orientation import Placement
from passerby.media.read.planes import FrameFormat, Picture, Plane, Planes, is_alike, planar_format, to_format, writable
from passerby.records import Pixels
from passerby.redact.make.effects import hide
from passerby.redact.plan.hiding import Hiding
from passerby.redact.plan.plan import Plan, Regions
from passerby.redact.plan.policy import Finish


def hide_in_frame(picture: Picture, regions: Regions, finish: Finish, target: FrameFormat) -> Picture:
    """A copy of a decoded picture as an encoder takes it, with ``regions`` (m, 4) of it hidden, in coded pixels.

    They are hidden in as many samples of chroma as the picture has, before it gets fewer: so nothing of what is hidden
    is in any sample of what is encoded.
    """
    own = planar_format(picture.format.name)
    copy, planes = writable(picture, target.pixels if is_alike(own, target.pixels) else own)
    hide(planes, regions, finish.style, finish.shape)
    return to_format(copy, target)


def hide_in_rgb(pixels: Pixels, regions: Regions, finish: Finish) -> None:
    """Hide ``regions`` (m, 4) in (h, w, 3) RGB."""
    channels = tuple(Plane(pixels[..., channel], 0, 0, 0, True) for channel in range(3))
    hide(Planes(channels, 8, True), regions, finish.style, finish.shape)


class FrameHider:
    """Hides what a plan says in one frame after the other, in rising order of their times."""

    def __init__(
        self,
        plan: Plan,
        placement: Placement,
        wanted: FrameFormat,
        takes: Callable[[Picture], bool] = lambda picture: False,
    ) -> None:
        """``takes`` tells which decoded pictures the encoder may get as they are, where nothing is hidden in them."""
        self._finish, self._wanted, self._takes = plan.policy, wanted, takes
        self._hiding = Hiding(plan, placement)

    def picture(self, frame: Frame) -> Picture:
        """What the encoder gets for a frame. Raises as ``takes`` does."""
        regions = self._hiding.at(frame.pts)
        if self._takes(frame.picture) and not len(regions):
            return to_format(frame.picture, self._wanted)
        return hide_in_frame(frame.picture, regions, self._finish, self._wanted)

    @property
    def hidden_frames(self) -> int:
        """In how many of them something is hidden."""
        return self._hiding.hidden_frames

    @property
    def frames_of(self) -> Mapping[int, int]:
        """In how many of them each track is hidden, by its number."""
        return self._hiding.frames
