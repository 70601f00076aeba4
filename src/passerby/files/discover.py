"""From the paths and addresses that a user gives to the files that may be videos."""

import os
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path

from passerby.errors import MissingObjectError, ObjectStorageError
from passerby.object_storage.address import Location, ObjectAddress
from passerby.object_storage.bucket import Bucket

# In a folder, files with these endings are taken; a file that is named itself is always taken.
ENDINGS = frozenset(
    {".3g2", ".3gp", ".asf", ".avi", ".dv", ".f4v", ".flv", ".gif", ".h264", ".h265", ".hevc", ".ivf", ".m2ts", ".m2v"}
    | {".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".nut", ".ogm", ".ogv", ".qt", ".rm", ".rmvb"}
    | {".ts", ".vob", ".webm", ".wmv", ".y4m"}
)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file, or an object, that may be a video."""

    location: Location
    state: str = ""  # of an object: another one when it is replaced

    @property
    def absolute(self) -> Location:
        return self.location.absolute() if isinstance(self.location, Path) else self.location


@dataclass(frozen=True, slots=True)
class UnreadPlace:
    """A folder, or a part of a bucket, that cannot be searched."""

    location: Location
    message: str  # in one line


def video_files(places: Iterable[Location], endings: Set[str] = ENDINGS) -> Iterator[FoundFile | UnreadPlace]:
    """The files to add, each once, folders searched in order of name; and what cannot be searched.

    ``endings``, in small letters, are those of the files that are taken in folders. Links to folders are not followed,
    so that no folder is searched twice or for ever. Raises MissingExtraError for an object where nothing speaks to S3.
    """
    seen: set[Location] = set()
    for place in places:
        below = _objects(place, endings) if isinstance(place, ObjectAddress) else _below(place, endings)
        for found in below:
            if isinstance(found, UnreadPlace):
                yield found
            elif found.absolute not in seen:
                seen.add(found.absolute)
                yield found


def _below(path: Path, endings: Set[str]) -> Iterator[FoundFile | UnreadPlace]:
    if not os.path.isdir(path):  # Path.is_dir raises where a folder above may not be entered
        yield FoundFile(path)
        return
    errors: list[OSError] = []
    for folder, folders, files in os.walk(path, onerror=errors.append):
        folders.sort()
        names = set(files)
        for name in sorted(files):
            if Path(name).suffix.lower() in endings and not _is_of_macos(name, names):
                yield FoundFile(Path(folder, name))
    for error in errors:
        told = f"{error.filename}: expected a folder that can be read, found: {error.strerror}"
        yield UnreadPlace(Path(error.filename), told)


def _is_of_macos(name: str, names: Set[str]) -> bool:
    """Whether it is what macOS keeps of a file where a file system cannot, beside that file: ``._NAME``."""
    return name.startswith("._") and name[2:] in names


def _objects(address: ObjectAddress, endings: Set[str]) -> Iterator[FoundFile | UnreadPlace]:
    """An object, or all below what is none: as a folder may be named without the slash at its end."""
    bucket = Bucket.of(address)
    try:
        if not address.is_prefix:
            try:
                yield FoundFile(address, str(bucket.state(address.key)))
                return
            except MissingObjectError:
                if next(bucket.states(f"{address.key}/"), None) is None:
                    raise
        for key, state in bucket.states(address.below("").key):
            found = ObjectAddress(address.bucket, key)
            if not found.is_prefix and found.suffix.lower() in endings:
                yield FoundFile(found, str(state))
    except ObjectStorageError as error:
        yield UnreadPlace(address, str(error))
