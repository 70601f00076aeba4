"""What is in a folder: which files become copies of which names, and which are left out, and why.

No picture and no film is passed over in silence, whatever its name.
"""

import os
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from passerby.errors import MediaError, OutputError, PasserbyError, UnreadableError
from passerby.files import discover
from passerby.media.formats.medium import medium_of
from passerby.media.read.probe import look
from passerby.media.still import ENDINGS as STILLS
from passerby.media.still import FORMATS
from passerby.media.write.containers import KINDS
from passerby.redact.make.preflight import rehearse
from passerby.redact.make.redacted_still import is_still
from passerby.redact.plan.policy import Policy

FILM_ENDINGS = (".mp4", ".mkv")  # that all films can be written to, the most usual first
PARTICULAR = (".mkv", ".webm")  # not all pictures that they hold can be written there
STILL_ENDING = ".jpg"
ENDINGS = ", ".join(sorted(STILLS))
APPLE_DOUBLE = "._"  # how the names of files begin in which macOS keeps what other disks cannot


@dataclass(frozen=True, slots=True)
class FolderEntry:
    """One file, or a folder that is left out."""

    source: Path
    copy: Path | None  # None: it is left out
    why: str = ""  # it is left out


def gather(source: Path, target: Path, policy: Policy) -> list[FolderEntry | PasserbyError]:
    """All that is below ``source``, in order, without what is below ``target``; an error for what cannot be read.

    Of a source that is a file, that file. No two copies have the same name, in no matter which case.
    """
    inside = Path(os.path.realpath(target))
    if not os.path.isdir(source):
        return _alone(source, target, policy)
    found = [one for one in _below(source) if not (isinstance(one, FolderEntry) and _is_below(one.source, inside))]
    names = TakenNames()
    for one in found:
        if isinstance(one, FolderEntry) and not one.why and _keeps_its_name(one.source, policy):
            names.take(one.source.relative_to(source))
    return [_named(one, source, target, policy, names) if isinstance(one, FolderEntry) else one for one in found]


def _alone(source: Path, target: Path, policy: Policy) -> list[FolderEntry | PasserbyError]:
    """One file that is named itself: what it is not, whoever copies it says."""
    found = list(_file(source)) or [FolderEntry(source, None)]
    folder = source.parent
    return [_named(one, folder, target, policy, TakenNames()) if isinstance(one, FolderEntry) else one for one in found]


class TakenNames:
    """Those that are taken, as a disk sees them that knows no upper and lower case."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, path: Path) -> bool:
        """Whether the name was free; it is not from now on."""
        key = unicodedata.normalize("NFC", str(path)).casefold()
        is_free = key not in self._taken
        self._taken.add(key)
        return is_free


def _named(found: FolderEntry, source: Path, target: Path, policy: Policy, names: TakenNames) -> FolderEntry:
    if found.why:
        return found
    inner = found.source.relative_to(source)
    if not _keeps_its_name(found.source, policy):
        ending = STILL_ENDING if is_still(found.source) else _film_ending(found.source, policy)
        wanted = inner.with_suffix(ending)
        if not names.take(wanted):  # the ending of the original tells them apart
            wanted = inner.with_name(f"{inner.name}{ending}")
            names.take(wanted)
        inner = wanted
    return replace(found, copy=target / inner)


def _keeps_its_name(path: Path, policy: Policy) -> bool:
    ending = path.suffix.lower()
    return (ending in FORMATS and is_still(path)) or (ending in KINDS and _film_ending(path, policy) == ending)


def _film_ending(path: Path, policy: Policy) -> str:
    """The ending of the copy: its own, or the first that can be written and takes what is to be kept."""
    own = path.suffix.lower()
    endings = [own, *FILM_ENDINGS] if own in KINDS else list(FILM_ENDINGS)
    if policy.keep_streams or own in PARTICULAR:
        for ending in endings:
            try:
                rehearse(path, path.with_suffix(ending), look(path), policy)
            except (OutputError, MediaError):
                continue
            return ending
    return endings[0]


def _below(source: Path) -> Iterator[FolderEntry | PasserbyError]:
    errors: list[OSError] = []
    for folder, folders, files in os.walk(source, onerror=errors.append):
        folders.sort()
        for name in [name for name in folders if name.startswith(".")]:
            folders.remove(name)
            yield from _hidden(Path(folder, name))
        for name in folders:
            if Path(folder, name).is_symlink():
                yield FolderEntry(
                    Path(folder, name), None, "a link to a folder is not followed; name that folder itself"
                )
        for name in sorted(files):
            yield from _file(Path(folder, name))
    for error in errors:
        yield UnreadableError(f"{error.filename}: expected a folder that can be read, found: {error.strerror}")


def _hidden(folder: Path) -> Iterator[FolderEntry]:
    count = sum(1 for found in _below(folder) if isinstance(found, FolderEntry))
    if count:
        why = f"a hidden folder with films or pictures ({count}); name it itself to copy them"
        yield FolderEntry(folder, None, why)


def _file(path: Path) -> Iterator[FolderEntry | PasserbyError]:
    if path.name.startswith(APPLE_DOUBLE):
        if _has_ending(path):
            yield FolderEntry(path, None, "what macOS keeps beside a file of that name; no film and no picture")
    elif _has_ending(path):
        yield FolderEntry(path, None)
    else:
        yield from _by_content(path)


def _by_content(path: Path) -> Iterator[FolderEntry | PasserbyError]:
    """A file whose ending says nothing to us."""
    try:
        kind = medium_of(path) if path.is_file() else None
    except OSError as error:
        yield UnreadableError(f"{path}: expected a file that can be read, found: {error.strerror}")
        return
    if kind == "picture":
        why = f"a picture, but not named {ENDINGS}; rename it if it is one of these, or convert it"
        yield FolderEntry(path, None, why)
    elif kind == "film":
        yield FolderEntry(path, None, "" if _is_film(path) else "sound alone, or a film that cannot be read")


def _is_film(path: Path) -> bool:
    try:
        look(path)
    except MediaError:
        return False
    return True


def _has_ending(path: Path) -> bool:
    return path.suffix.lower() in discover.ENDINGS | STILLS


def _is_below(path: Path, folder: Path) -> bool:
    # Not by Path.resolve, which raises RuntimeError at a link to itself.
    return Path(os.path.realpath(path)).is_relative_to(folder)
