"""When a video was recorded, as its container says."""

from av.container import InputContainer
from av.video.stream import VideoStream

from passerby.dates import parse_date, parse_told
from passerby.records import RecordingDate, ZoneSource

# The first that can be read counts. QuickTime's own tag comes first: where a phone's video was exported, creation_time
# is that of the export.
_PHONES, _FORMATS = "com.apple.quicktime.creationdate", "creation_time"
# Formats whose clock is UTC by definition, whatever a camera made of it: FFmpeg writes the Z itself.
_CLOCKS = ("mov", "matroska", "mxf")
# What writers put there that know no date: the zeros of QuickTime's clock and of Unix's, up to a day of time zones.
_ZEROS = (parse_date("1904-01-01"), parse_date("1970-01-01"))
_DAY = 86_400


def recorded(container: InputContainer, video: VideoStream) -> RecordingDate | None:
    """When, as it is told and as Unix time; None where the container says none, or none that can be."""
    told = [
        (tags[name], name)
        for tags in (container.metadata, video.metadata)
        for name in (_PHONES, _FORMATS)
        if name in tags
    ]
    by_format = any(clock in container.format.name for clock in _CLOCKS)
    dates = (_date(text, is_clock=by_format and name == _FORMATS) for text, name in told)
    return next((date for date in dates if date is not None), None)


def _date(text: str, *, is_clock: bool) -> RecordingDate | None:
    try:
        moment, zone = parse_told(text)
    except (ValueError, OverflowError):
        return None
    if any(abs(moment - zero) <= _DAY for zero in _ZEROS):
        return None
    source: ZoneSource = "" if not zone else "format" if is_clock and zone == "Z" else "container"
    return RecordingDate(moment, "container", text, zone, source)
