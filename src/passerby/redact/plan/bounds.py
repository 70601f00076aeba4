"""Whether the places and times that a policy names are in the video; what is not is an error."""

from fractions import Fraction

from passerby.errors import UsageError
from passerby.records import PixelBox
from passerby.redact.plan.policy import FOREVER, Selection
from passerby.times import SecondsSpan, format_timecode

ROUNDING = Fraction(1, 1000)  # times are told to the millisecond, and the end of a video is, too


def check_places(selection: Selection, width: int, height: int) -> None:
    """Raise UsageError for a box that lies beside the upright frame."""
    boxes: list[tuple[str, PixelBox]] = [("zone", zone.box) for zone in selection.zones]
    boxes += [("drawing", box) for drawing in selection.drawn for _, box in drawing.points]
    for what, box in boxes:
        if box[0] >= width or box[1] >= height:
            listed = ",".join(map(str, box))
            raise UsageError(f"{what} {listed}: expected a box in the frame, which has {width}x{height}")


def check_times(selection: Selection, length: Fraction) -> None:
    """Raise UsageError for what a policy hides at a time that is not in a video of so many seconds."""
    if selection.seconds is not None:
        check_span("--from", "--to", selection.seconds, length)
    for zone in selection.zones:
        if zone.seconds is not None:
            check_span("zone", "zone", zone.seconds, length)
    for drawing in selection.drawn:
        for seconds, _ in drawing.points:
            check_start("drawing", seconds, length)


def check_span(start: str, end: str, seconds: SecondsSpan, length: Fraction) -> None:
    """Raise UsageError, with these names for its ends, for a span that is not within so many seconds."""
    check_start(start, seconds[0], length)
    if length + ROUNDING < seconds[1] < FOREVER:
        raise _beyond(end, seconds[1], length)


def check_start(name: str, seconds: Fraction, length: Fraction) -> None:
    """Raise UsageError unless something is shown or heard at a time."""
    if seconds >= length:
        raise _beyond(name, seconds, length)


def _beyond(what: str, seconds: Fraction, length: Fraction) -> UsageError:
    return UsageError(
        f"{what} {format_timecode(float(seconds))}: expected a time in the video, "
        f"which ends at {format_timecode(float(length))}"
    )
