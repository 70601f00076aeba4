"""Where a copy is written: under another name until it is whole and found good, then under its own in one step."""

import fcntl
import glob
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from passerby.errors import OutputError, PasserbyError, UsageError
from passerby.object_storage.address import Location

UNFINISHED = ".unfinished"  # in the name of what is being written
ATTEMPT_BYTES = 3  # of what tells attempts of a run apart
LONGER_OF_A_RUN = (
    14  # characters more in the name of a file of a run: of the run and of the attempt, six and a dash each
)


def check_target(source: Path, target: Path, *, overwrite: bool, makes_folders: bool = False) -> None:
    """Raise UsageError unless ``target`` may be written: in a folder that is there, not the source, not there yet.

    Where somebody ``makes_folders`` before it is written, its own need not be there.
    """
    if not (nearest_folder(target) if makes_folders else target.parent).is_dir():
        raise UsageError(f"{target}: expected a folder that exists, found none at {target.parent}; make it first")
    if target.is_dir():
        raise UsageError(f"{target}: expected the name of a file, found a folder")
    if target.exists() and source.exists() and target.samefile(source):
        raise UsageError(f"{target}: expected another file than the original; a copy never takes its place")
    if target.exists() and not overwrite:
        raise UsageError(f"{target}: there is a file already; name another one, or use --overwrite")


def nearest_folder(path: Path) -> Path:
    """What is there of the folders in which ``path`` is to be."""
    return next(folder for folder in path.absolute().parents if folder.exists())


def check_side_file(path: Path, name: str, used_paths: Iterable[Path], *, overwrite: bool) -> None:
    """Raise UsageError unless a file beside a copy, such as its report, may be written.

    ``used_paths`` are the paths of the copy, of the original and of other such files.
    """
    if not path.parent.is_dir():
        raise UsageError(
            f"{path}: expected a folder for {name} that exists, found none at {path.parent}; make it first"
        )
    if path.is_dir():
        raise UsageError(f"{path}: expected the name of a file for {name}, found a folder")
    if any(_is_same(path, other) for other in used_paths):
        raise UsageError(f"{path}: expected a file of its own for {name}, found one that is used already; name another")
    if path.exists() and not overwrite:
        raise UsageError(f"{path}: there is a file already; name another one for {name}, or use --overwrite")
    if not os.access(path if path.exists() else path.parent, os.W_OK):
        raise UsageError(f"{path}: {name} may not be written there; change the permissions, or name another file")


def _is_same(path: Path, other: Path) -> bool:
    # Not by Path.resolve, which raises RuntimeError at a link to itself.
    is_one = os.path.realpath(path) == os.path.realpath(other)
    return is_one or (path.exists() and other.exists() and path.samefile(other))


@contextmanager
def called(path: Path, name: Location) -> Iterator[None]:
    """Errors in the block name ``name`` where they name ``path``, which no user has ever seen."""
    try:
        yield
    except PasserbyError as error:
        error.args = (str(error).replace(str(path), str(name)),)
        raise


@contextmanager
def unfinished(target: Path, run: str = "") -> Iterator[Path]:
    """A path beside ``target`` to write to; it is gone after the block, unless ``publish`` has renamed it.

    The name is the same each time, so that what a killed run has left is written over by the next one; two runs that
    write the same copy at once are told apart by a lock. Raises UsageError for the second one, OutputError where the
    folder cannot be written to.

    Within a ``run``, which has a name, there may be attempts after each other, each begun when the one before is lost:
    on another machine, say, that does not answer. Each has a path of its own, and takes away that of the one before:
    if that one comes back, it has nothing that it could give the name of the copy.
    """
    usual = target.with_name(f".{target.stem}{UNFINISHED}{target.suffix}")
    try:
        file = _locked(usual, run)
    except BlockingIOError as error:
        raise UsageError(f"{target}: another run is writing this copy; wait for it to end") from error
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error.strerror}); check the folder and the disk") from error
    part = usual
    if run:
        attempt = f"-{run}-{secrets.token_hex(ATTEMPT_BYTES)}"
        part = target.with_name(f".{target.stem}{UNFINISHED}{attempt}{target.suffix}")
    with file, called(part, target):
        for left in target.parent.glob(f".{glob.escape(target.stem)}{UNFINISHED}-*{glob.escape(target.suffix)}"):
            left.unlink(missing_ok=True)
        file.truncate(0)
        file.write(run.encode())
        file.flush()
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)
            if run and _is_at(file, usual):
                usual.unlink(missing_ok=True)


def _locked(path: Path, run: str) -> BinaryIO:
    """The file at this path, locked; a new one, if an attempt of this run has the lock. Raises OSError."""
    file = path.open("a+b")  # not "wb": that would empty the file of a run that still writes it
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            if not run or file.read(len(run) + 1) != run.encode():
                raise
            path.unlink(missing_ok=True)
            file.close()
            file = path.open("a+b")
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise
    return file


def _is_at(file: BinaryIO, path: Path) -> bool:
    """Whether the open file is still the one at this path."""
    return path.exists() and os.path.samestat(os.fstat(file.fileno()), path.stat())


def publish(part: Path, target: Path) -> None:
    """Give ``part`` the name ``target``, when all of it is on the disk. Raises OutputError."""
    try:
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error.strerror}); check the folder and the disk") from error
