"""The files of a library in a bucket: each is an object, under the library's prefix."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from passerby.errors import ChangedObjectError, MissingObjectError
from passerby.files import private
from passerby.files.publish import called
from passerby.files.scratch import Scratch
from passerby.files.spool import Spool
from passerby.object_storage.address import ObjectAddress
from passerby.object_storage.bucket import Bucket, StoredObject
from passerby.store.blobs.base import FOLDERS, OWNER, BlobKind, Blobs, ReceivedBytes, blob_name
from passerby.store.blobs.folder_blobs import require_owner
from passerby.store.blobs.piece_objects import PieceObjects


class BucketBlobs(Blobs):
    """See Blobs. Nothing is asked of the bucket before something is done with a file."""

    def __init__(self, address: ObjectAddress) -> None:
        self._prefix = address.below("")
        self.address = str(address)

    def adopt(self, owner: str) -> None:
        try:
            self._bucket.put(self._key(OWNER), json.dumps({"library": owner}).encode(), new_only=True)
        except ChangedObjectError:  # there is one: of a library, or of a first opening that was cut short
            require_owner(self.address, self.read(OWNER), owner)
        self._bucket.require_writable(self._prefix.key)

    def require_writable(self, owner: str) -> None:
        try:
            require_owner(self.address, self.read(OWNER), owner)
        except FileNotFoundError:
            require_owner(self.address, b"", owner)
        self._bucket.require_writable(self._prefix.key)

    def location(self, name: str) -> str:
        return str(self._prefix.below(name))

    def read(self, name: str, start: int = 0, end: int | None = None) -> bytes:
        try:
            if end is None:
                end = self._bucket.state(self._key(name)).size_bytes
            return self._bucket.read(self._key(name), start, end)
        except MissingObjectError as error:
            raise FileNotFoundError(str(error)) from error

    def write(self, name: str, content: bytes) -> None:
        self._bucket.put_blocks(self._key(name), [content], len(content))

    @contextmanager
    def making(self, kind: BlobKind, entry: str) -> Iterator[Path]:
        scratch = Scratch()
        folder = scratch.path / "entry"
        try:
            folder.mkdir(private.FOLDER_MODE)
            with called(folder, self._prefix.below(blob_name(kind, entry))):
                yield folder
            for file in sorted(folder.iterdir()):
                self._bucket.put_file(self._key(blob_name(kind, entry, file.name)), file)
        finally:
            scratch.close()

    @contextmanager
    def local(self, name: str, spool: Spool) -> Iterator[Path]:
        with spool.fetched(self._prefix.below(name), waits=False) as source:
            yield source.path

    def served(self, name: str) -> StoredObject | None:
        try:
            return StoredObject(self._bucket, self._key(name), self._bucket.state(self._key(name)))
        except MissingObjectError:
            return None

    def link(self, name: str, seconds: int, file_name: str, kind: str) -> str:
        return self._bucket.link(self._key(name), seconds, file_name, kind)

    def remove(self, name: str) -> None:
        self._bucket.remove(self._key(name))

    def entries(self, kind: BlobKind) -> dict[str, int]:
        start, found = self._key(f"{FOLDERS[kind]}/"), dict[str, int]()
        for key, state in self._bucket.states(start):
            entry = key.removeprefix(start).partition("/")[0]
            found[entry] = found.get(entry, 0) + state.size_bytes
        return found

    def names(self, entry: str) -> dict[str, int]:
        found = self._bucket.states(self._key(f"{entry}/"))
        return {key.removeprefix(self._prefix.key): state.size_bytes for key, state in found}

    def unfinished(self) -> list[str]:
        return [key.removeprefix(self._prefix.key) for key, _ in self._bucket.parts_begun(self._prefix.key)]

    def free_bytes(self) -> None:
        return None

    def received(self, upload: str) -> ReceivedBytes:
        return PieceObjects(self._bucket, self._key(blob_name("upload", upload)), self._key(FOLDERS["original"]))

    @property
    def _bucket(self) -> Bucket:
        return Bucket.of(self._prefix)

    def _key(self, name: str) -> str:
        return self._prefix.below(name).key
