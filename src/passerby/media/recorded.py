"""When a video was recorded, as its container says."""

from av.container import InputContainer
from av.video.stream import VideoStream

from passerby.dates import parse_date

# The first that can be read counts. QuickTime's own tag comes first: where a phone's video was exported, creation_time
# is that of the export.
_TAGS = ("com.apple.quicktime.creationdate", "creation_time")
# What writers put there that know no date: the zeros of QuickTime's clock and of Unix's, up to a day of time zones.
_ZEROS = (parse_date("1904-01-01"), parse_date("1970-01-01"))
_DAY = 86_400


def recorded(container: InputContainer, video: VideoStream) -> int | None:
    """The Unix time in seconds; None where the container says none, or none that can be."""
    told = [tags[name] for tags in (container.metadata, video.metadata) for name in _TAGS if name in tags]
    return next((moment for moment in map(_moment, told) if moment is not None), None)


def _moment(text: str) -> int | None:
    try:
        moment = parse_date(text)
    except (ValueError, OverflowError):
        return None
    return None if any(abs(moment - zero) <= _DAY for zero in _ZEROS) else moment
