"""The samples of a part, decoded from a key frame before it: the very pictures that one worker would look at."""

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

from passerby.errors import DamagedError
from passerby.media.read.frames import Frame, open_video
from passerby.pipeline.feed import sample_of
from passerby.pipeline.parts.survey import Survey, picture_sum
from passerby.records import Sample

# Reading begins at the last key frame so long before the first sample: what makes whole pictures of interlaced ones
# needs some before it.
LEAD_SECONDS = Fraction(1)
SIGN_FRAMES = 250  # a sign of progress is given as often, while no sample is


class _AstrayError(DamagedError):
    """From this key frame on, other pictures come than from the start of the file."""


def read_samples(
    path: Path, survey: Survey, numbers: range, on_pts: Callable[[int], None], *, large: bool
) -> Iterator[Sample]:
    """The samples of these numbers of a video that was surveyed; with ``large``, some have a large picture too.

    Not every key frame is one from which a decoder can start, and not every index leads to where it says. So each
    picture is compared with what the survey has seen; where it is another, all is read from the start of the file.
    Raises as ``open_video`` does, and DamagedError where a sample is not found.
    """
    next_number = numbers.start
    try:
        for sample in _read(path, survey, numbers, on_pts, large=large, seeks=True):
            yield sample
            next_number += 1
    except DamagedError:
        left = range(next_number, numbers.stop)
        yield from _read(path, survey, left, on_pts, large=large, seeks=False)


def _read(
    path: Path, survey: Survey, numbers: range, on_pts: Callable[[int], None], *, large: bool, seeks: bool
) -> Iterator[Sample]:
    if not numbers:
        return
    with open_video(path) as reader:
        info, left = reader.info, iter(numbers)
        are_large = survey.are_large(info.time_base)
        number = next(left)
        if seeks and not reader.seek(max(0, int(survey.times[number]) - info.time_base.ticks(LEAD_SECONDS))):
            raise _AstrayError(f"{path}: expected a file in which one can go to a time, found one in which one cannot")
        for item in reader.read():
            if reader.frames % SIGN_FRAMES == 0:
                on_pts(int(survey.times[number]))
            if not isinstance(item, Frame) or not reader.is_settled or item.pts < survey.times[number]:
                continue
            if item.pts > survey.times[number]:
                break
            sample = sample_of(item, info, is_new=bool(survey.are_new[number]), is_large=large and are_large[number])
            # From its start, a file gives what this machine makes of it: no other reading would give more.
            if seeks and picture_sum(sample.pixels) != survey.sums[number]:
                break
            yield sample
            if number == numbers[-1]:
                return
            number = next(left)
    raise _AstrayError(f"{path}: expected the frame at pts {survey.times[number]} again, found none; was it changed?")
