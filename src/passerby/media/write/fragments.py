"""Writing pictures as they come: MP4 in fragments of half a second, of which a crash costs the last one only.

No sound, no metadata but the date, true times: a picture lasts until the next one, however far away that is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

from av.video.frame import VideoFrame

from passerby.dates import format_moment
from passerby.media.read.crop import Crop
from passerby.media.read.orientation import Orientation
from passerby.media.read.planes import FrameFormat, colours_of
from passerby.media.read.probe import Layout
from passerby.media.write.encoders import CodingWish, coded_size
from passerby.media.write.video import VideoTrack, open_output
from passerby.records import VideoInfo
from passerby.times import TimeBase

KEY_SECONDS = Fraction(2)  # from one key frame to the next, at most
PIXELS = "yuv420p"
_ENCODER = "libx264"
_WISH = CodingWish("h264")
# As few cores as it takes, and nothing is held back: what is encoded is written. Key frames are asked for by time.
_OPTIONS = {"preset": "superfast", "crf": "23", "tune": "zerolatency", "threads": "1", "g": "100000"}

UPRIGHT = Orientation()


def format_for(width: int, height: int) -> FrameFormat:
    """In what form pictures of a size are written."""
    return FrameFormat(PIXELS, coded_size(_ENCODER, (width, height)))


@contextmanager
def open_fragments(
    path: Path,
    first: VideoFrame,
    base: TimeBase,
    *,
    orientation: Orientation = UPRIGHT,
    aspect: Fraction | None = None,
    recorded: float | None = None,
) -> Iterator["FragmentTrack"]:
    """A new file for pictures like ``first``, which are in the form of ``format_for``; it stays, whatever happens.

    ``orientation`` is how players are to turn them, ``aspect`` the width of a pixel to its height, ``recorded`` the
    moment of the first, in seconds since 1970. Raises UsageError unless the name ends in .mp4, OutputError when it
    cannot be written.
    """
    layout = _layout(first, base, orientation, aspect)
    with open_output(path, layout, fragmented=True) as output:
        track = VideoTrack(output, layout, _WISH, _OPTIONS)
        if recorded is not None:
            output.container.metadata["creation_time"] = format_moment(round(recorded * 1_000_000))
        output.begin()
        yield FragmentTrack(track, base)


class FragmentTrack:
    """The pictures of such a file."""

    def __init__(self, track: VideoTrack, base: TimeBase) -> None:
        self._track = track
        self._key_ticks = base.pts_at(KEY_SECONDS)
        self._first: int | None = None
        self._key = 0  # pts of the last key frame

    def write(self, picture: VideoFrame, pts: int, duration: int) -> None:
        """Encode a picture, shown from ``pts`` on, which rise; ``duration`` counts if it is the last.

        Raises OutputError. The file begins at nought, with the first picture.
        """
        if self._first is None:
            self._first = self._key = pts
        is_key = pts == self._first or pts + max(duration, 1) - self._key > self._key_ticks
        if is_key:
            self._key = pts
        self._track.write(picture, pts - self._first, duration, key=is_key)

    def finish(self) -> None:
        """Write what is left. Raises OutputError."""
        self._track.finish()


def _layout(picture: VideoFrame, base: TimeBase, orientation: Orientation, aspect: Fraction | None) -> Layout:
    size = picture.width, picture.height
    return Layout(
        info=VideoInfo(*size, base, 0, "h264", picture.format.name, False, None, None),
        orientation=orientation,
        zero=0,
        step=1,
        longest_gap=Fraction(0),
        is_cut_off=False,
        promised=None,
        coded_size=size,
        crop=Crop(),
        aspect=aspect,
        rate=None,
        colours=colours_of(picture),
        lost_in_copies=(),
    )
