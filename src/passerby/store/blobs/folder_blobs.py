"""The files of a library in a folder: beside its database, or another one that all its servers can reach."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path

from passerby.errors import StoreError, UsageError
from passerby.files import private
from passerby.files.spool import Spool
from passerby.store.blobs.appended_file import AppendedFile
from passerby.store.blobs.base import FOLDERS, OWNER, BlobKind, Blobs, ReceivedBytes, blob_name


class FolderBlobs(Blobs):
    """Each file is one of the folder. See Blobs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self.address = str(self._folder)

    def adopt(self, owner: str) -> None:
        self.require_writable(owner)
        self.write(OWNER, json.dumps({"library": owner}).encode())

    def require_writable(self, owner: str) -> None:
        """The folder beside a database has no ``owner``: whose it is, nobody asks."""
        if not owner:
            return
        try:
            self._folder.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{self._folder}: expected a folder for the library's files ({error})") from error
        if not os.access(self._folder, os.W_OK):
            raise UsageError(f"{self._folder}: expected a folder that may be written to, found one that may not")
        with suppress(FileNotFoundError):
            require_owner(self.address, self.read(OWNER), owner)

    def location(self, name: str) -> str:
        return str(self._folder / name)

    def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        with _failing(self._folder / name, "read"), (self._folder / name).open("rb") as file:
            file.seek(start)
            return file.read() if end is None else file.read(end - start)

    def write(self, name: str, content: bytes) -> None:
        path = self._folder / name
        part = path.with_name(f".{path.name}") if path.exists() else path  # which a row names already, if it is new
        with _failing(path, "written"):
            path.parent.mkdir(private.FOLDER_MODE, exist_ok=True)
            with open(part, "wb", opener=private.opener) as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if part != path:
                part.replace(path)

    @contextmanager
    def making(self, kind: BlobKind, entry: str) -> Iterator[Path]:
        folder = self._folder / blob_name(kind, entry)
        with _failing(folder, "made"):
            folder.parent.mkdir(private.FOLDER_MODE, exist_ok=True)
            folder.mkdir(private.FOLDER_MODE)
        yield folder

    def local(self, name: str, spool: Spool) -> AbstractContextManager[Path]:
        return nullcontext(self._folder / name)

    def served(self, name: str) -> Path | None:
        path = self._folder / name
        return path if path.is_file() else None

    def link(self, name: str, seconds: int, file_name: str, kind: str) -> str:
        return ""

    def remove(self, name: str) -> None:
        path = self._folder / name
        try:
            while path.is_dir() and not path.is_symlink():
                with suppress(FileNotFoundError):  # another thread or process is removing it too
                    shutil.rmtree(path)
            path.unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{path}: cannot be removed ({error}); remove it by hand") from error

    def entries(self, kind: BlobKind) -> dict[str, int]:
        folder = self._folder / FOLDERS[kind]
        if not folder.is_dir():
            return {}
        return {path.name: _size(path) for path in sorted(folder.iterdir())}

    def names(self, entry: str) -> dict[str, int]:
        files = sorted(path for path in (self._folder / entry).rglob("*") if path.is_file())
        return {str(path.relative_to(self._folder)): path.stat().st_size for path in files}

    def unfinished(self) -> list[str]:
        return []

    def free_bytes(self) -> int:
        return shutil.disk_usage(self._folder).free

    def received(self, upload: str) -> ReceivedBytes:
        return AppendedFile(self._folder / blob_name("upload", upload), self._folder / FOLDERS["original"])


def require_owner(address: str, told: bytes, owner: str) -> None:
    """Raise UsageError if files are those of another library; ``told`` is what lies beside them of whose they are."""
    try:
        found = json.loads(told)["library"]
    except (ValueError, KeyError, TypeError):
        found = ""
    if found != owner:
        raise UsageError(f"{address}: expected a place of this library's own, found another's files; name another one")


def _size(path: Path) -> int:
    with suppress(OSError):  # it is being removed
        if path.is_file():
            return path.stat().st_size
        return sum(below.stat().st_size for below in path.rglob("*") if below.is_file())
    return 0


@contextmanager
def _failing(path: Path, what: str) -> Iterator[None]:
    """OSErrors of the block are StoreErrors, but FileNotFoundError, which says that there is none."""
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreError(f"{path}: cannot be {what} ({error}); check the disk") from error
