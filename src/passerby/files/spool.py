"""The spool: where objects lie on this machine while something reads them, bounded and for their user alone.

All processes of a user share one, in the system's folder for temporary files (TMPDIR). A file has its full size from
the start, so that the sizes of all files tell how much is taken. What killed processes have left goes when the next
object comes.
"""

import fcntl
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from passerby.errors import ChangedObjectError, ObjectStorageError, UnreadableError
from passerby.files import private, scratch
from passerby.files.content import FileState, Source
from passerby.files.publish import called
from passerby.files.safe_name import LONGEST_NAME, safe_name
from passerby.files.scratch import Scratch
from passerby.object_storage.address import Location, ObjectAddress
from passerby.object_storage.bucket import Bucket, ObjectState
from passerby.settings import Settings

RETRY_SECONDS = 0.2
OnFetched = Callable[[int, int], None]  # how many have come, and of how many


@dataclass(frozen=True, slots=True)
class Spool:
    """A bounded place for copies of objects; it pickles, and is the same in all processes of a machine."""

    most_bytes: int

    @staticmethod
    def of(settings: Settings) -> "Spool":
        return Spool(int(settings.spool_gb * 1e9))

    @contextmanager
    def fetched(
        self,
        address: ObjectAddress,
        on_bytes: OnFetched = lambda done, size: None,
        on_wait: Callable[[], None] = lambda: None,
        expected_id: str = "",
        *,
        waits: bool = True,
    ) -> Iterator[Source]:
        """A copy of an object as a file, hashed while it comes, and gone after the block.

        Errors in the block name the address where they name the file. ``waits``: until there is room; without it, what
        is there already is left out of account. Raises UnreadableError for an object that cannot be read, that changes
        meanwhile, or whose content is not ``expected_id``; and for one that is larger than the spool.
        """
        try:
            bucket = Bucket.of(address)
            state = bucket.state(address.key)
        except ObjectStorageError as error:
            raise UnreadableError(str(error)) from error
        with self._reserved(address, state.size_bytes, on_wait, waits=waits) as path:
            found = _fetch(bucket, address, state, path, on_bytes)
            if expected_id and found != expected_id:
                raise UnreadableError(
                    f"{address}: expected the object that was added, found another content under this address; add it "
                    "again, or bring that object back"
                )
            os.utime(path, (time.time(), state.written))  # when it came to the store says nothing of the recording
            with called(path, address):
                yield Source(path, found, FileState.of(path), address, str(state))

    @contextmanager
    def local(self, place: Location, expected_id: str, on_bytes: OnFetched = lambda done, size: None) -> Iterator[Path]:
        """The file of a video, or a copy of its object, as ``fetched``."""
        if isinstance(place, Path):
            yield place
            return
        with self.fetched(place, on_bytes, expected_id=expected_id) as source:
            yield source.path

    @contextmanager
    def _reserved(
        self, address: ObjectAddress, size: int, on_wait: Callable[[], None], *, waits: bool
    ) -> Iterator[Path]:
        """The path of a file of that size with nothing in it yet."""
        if size > self.most_bytes:
            raise UnreadableError(
                f"{address}: expected an object of at most {self.most_bytes / 1e9:g} GB, as much as may lie on this "
                f"machine, found {size / 1e9:.3f} GB; raise PASSERBY_SPOOL_GB"
            )
        try:
            while (made := self._claim(address, size, waits=waits)) is None:
                on_wait()
                time.sleep(RETRY_SECONDS)
        except OSError as error:
            raise _no_room(address, error) from error
        try:
            yield made.path / _file_name(address)
        finally:
            made.close()

    def _claim(self, address: ObjectAddress, size: int, *, waits: bool) -> Scratch | None:
        """A folder with such a file; None if there is no room now. Raises OSError if the disk has none at all."""
        root = _root()
        with open(root / "room", "ab", opener=private.opener) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            scratch.sweep(root)
            taken = sum(path.stat().st_size for path in root.glob(f"{scratch.PREFIX}*/*"))
            if waits and taken and taken + size > self.most_bytes:
                return None
            if shutil.disk_usage(root).free < size:
                raise OSError(0, "no room on the disk")
            made = Scratch(root)
            with open(made.path / _file_name(address), "xb", opener=private.opener) as file:
                file.truncate(size)
            return made


def clear_spool() -> None:
    """Remove what killed processes have left."""
    scratch.sweep(_root())


def _root() -> Path:
    """The folder of all spools of this user. Raises UnreadableError if it is somebody else's."""
    root = Path(tempfile.gettempdir(), f"passerby-spool-{os.getuid()}")
    root.mkdir(private.FOLDER_MODE, exist_ok=True)
    found = root.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or root.is_symlink():
        raise UnreadableError(f"{root}: expected a folder for you alone, found another one; remove it, or set TMPDIR")
    return root


def _fetch(bucket: Bucket, address: ObjectAddress, state: ObjectState, path: Path, on_bytes: OnFetched) -> str:
    """Write an object to ``path``; the SHA-256 of its content. Raises UnreadableError."""
    digest, done = hashlib.sha256(), 0
    try:
        with path.open("r+b") as file:
            for block in bucket.blocks(address.key, 0, state.size_bytes, state.tag):
                file.write(block)
                digest.update(block)
                done += len(block)
                on_bytes(done, state.size_bytes)
    except ChangedObjectError as error:
        raise UnreadableError(
            f"{address}: expected an object that stays as it is while it is read, found that it has changed; add it "
            "again when it is complete"
        ) from error
    except ObjectStorageError as error:
        raise UnreadableError(str(error)) from error
    except OSError as error:
        raise _no_room(address, error) from error
    return digest.hexdigest()


def _no_room(address: ObjectAddress, error: OSError) -> UnreadableError:
    return UnreadableError(
        f"{address}: expected room for it in {tempfile.gettempdir()} ({error.strerror}); make some, or set TMPDIR to a "
        "folder on a larger disk"
    )


def _file_name(address: ObjectAddress) -> str:
    """The last part of its key where a file can be called so."""
    name = address.name
    fits = name not in (".", "..", scratch.LOCK) and "\0" not in name and len(name.encode()) <= LONGEST_NAME
    return name if fits else safe_name(f"object-{name}")
