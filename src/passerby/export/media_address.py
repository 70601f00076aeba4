"""Where the file of a video is, for programs that open it themselves."""

from pathlib import Path
from urllib.parse import quote

from passerby.object_storage.address import location


def media_address(path: str) -> str:
    """The path of a video as a URL: ``file:`` or ``s3:``."""
    place = location(path)
    return place.as_uri() if isinstance(place, Path) else f"s3://{place.bucket}/{quote(place.key)}"
