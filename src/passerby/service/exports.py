"""What is known of several videos as one file."""

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

from passerby.errors import UnknownVideoError
from passerby.export.formats import ending_of, require_format
from passerby.files.safe_name import safe_name
from passerby.library import Library
from passerby.service.archives import free_name


def zipped(library: Library, videos: Sequence[str], name: str, *, named_only: bool) -> bytes:
    """Videos, by their ids, in the format ``name``: a ZIP with a file for each, called as the video is.

    With ``named_only`` the folders in which their files lie are not told. Those that are not in the library are left
    out. Raises UsageError for a format that there is not, UnknownVideoError if no video is left.
    """
    require_format(name)
    written, taken = BytesIO(), set[str]()
    with ZipFile(written, "w", ZIP_DEFLATED) as archive:
        for found in library.curation.there(videos):
            content = library.export(found.id, name, named_only=named_only)
            archive.writestr(
                free_name(f"{Path(safe_name(found.name)).stem}{ending_of(name)}", found.id, taken), content
            )
    if not taken:
        raise UnknownVideoError("none of these videos is in the library (any more)")
    return written.getvalue()
