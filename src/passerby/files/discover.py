"""From the paths that a user gives to the files that may be videos."""

import os
from collections.abc import Iterable, Iterator, Set
from pathlib import Path

from passerby.errors import UnreadableError

# In a folder, files with these endings are taken; a file that is named itself is always taken.
ENDINGS = frozenset(
    {".3g2", ".3gp", ".asf", ".avi", ".dv", ".f4v", ".flv", ".gif", ".h264", ".h265", ".hevc", ".ivf", ".m2ts", ".m2v"}
    | {".m4v", ".mkv", ".mov", ".mp4", ".mpeg", ".mpg", ".mts", ".mxf", ".nut", ".ogm", ".ogv", ".qt", ".rm", ".rmvb"}
    | {".ts", ".vob", ".webm", ".wmv", ".y4m"}
)


def video_files(paths: Iterable[Path], endings: Set[str] = ENDINGS) -> Iterator[Path | UnreadableError]:
    """The files to add, each once, folders searched in order of name; an error for what cannot be read.

    ``endings``, in small letters, are those of the files that are taken in folders.
    Links to folders are not followed, so that no folder is searched twice or for ever.
    """
    seen: set[Path] = set()
    for path in paths:
        for found in _below(path, endings):
            if isinstance(found, UnreadableError):
                yield found
            elif (real := found.absolute()) not in seen:
                seen.add(real)
                yield found


def _below(path: Path, endings: Set[str]) -> Iterator[Path | UnreadableError]:
    if not os.path.isdir(path):  # Path.is_dir raises where a folder above may not be entered
        yield path
        return
    errors: list[OSError] = []
    for folder, folders, files in os.walk(path, onerror=errors.append):
        folders.sort()
        for name in sorted(files):
            if Path(name).suffix.lower() in endings:
                yield Path(folder, name)
    for error in errors:
        yield UnreadableError(f"{error.filename}: expected a folder that can be read, found: {error.strerror}")
