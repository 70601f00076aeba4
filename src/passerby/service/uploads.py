"""Uploads that can be resumed after any interruption, as the tus protocol 1.0.0 (https://tus.io) has them.

An upload is a folder in ``uploads/`` with its bytes and what is known of it. When all bytes are there the file moves to
``originals/`` and a job takes it in.
"""

import asyncio
import base64
import fcntl
import hashlib
import json
import os
import re
import secrets
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path

from passerby.callers import Caller
from passerby.errors import (
    BusyUploadError,
    ChecksumError,
    LargeUploadError,
    ManyUploadsError,
    OffsetError,
    OutputError,
    UnknownUploadError,
    UsageError,
)
from passerby.evidence.custody import Custody
from passerby.files import private
from passerby.files.safe_name import safe_name
from passerby.service.jobs.add import AddJob
from passerby.service.runner import FREE_MEGABYTES
from passerby.settings import Settings
from passerby.store.files import OwnedFile
from passerby.store.library import Store, blobs_of, open_store

DATA, INFO = "data", "info.json"
RESERVED_BYTES = 64 << 20  # of an upload of which nothing has come yet
KEPT_SECONDS = 24 * 3600.0  # after the last byte came
KEY_LENGTH = 101  # of keys of jobs; those of callers have at most 100 characters
ALGORITHMS = ("sha1", "sha256")  # of checksums


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that was begun."""

    id: str
    name: str  # of the file, without folders
    size: int  # bytes, in the end
    caller: str
    offset: int = 0  # bytes that are there
    job: str = ""  # that takes the file in, once all of it is there
    expires: float = 0.0  # seconds since 1970, UTC; when it is given up if nothing more comes
    written: int = 0  # when the file was last written to where it comes from, seconds since 1970; 0: not told


class Uploads:
    """The uploads of a library."""

    def __init__(self, settings: Settings, custody: Custody) -> None:
        self._settings = settings
        self._custody = custody
        self._blobs = blobs_of(settings.library)

    def begin(self, name: str, size: int, caller: str, written: int = 0) -> Upload:
        """Raises LargeUploadError for a size that is not allowed, ManyUploadsError for one beyond what one user may
        have unfinished, OutputError when the disk has no room for it.
        """
        most = self._settings.upload_gb
        if size > most * 1e9:
            raise LargeUploadError(f"expected a file of 1 byte to {most:g} GB, found {size} bytes")
        self.remove_stale()
        upload = Upload(secrets.token_hex(16), safe_name(name), size, caller, written=written)
        with self._store() as store, store.transaction():  # of two that begin at once, one is counted before the other
            begun = store.files.all("upload")
            self._require_allowed([owned for owned in begun if owned.caller == caller], size)
            free = self._blobs.free_bytes() - (FREE_MEGABYTES << 20) - sum(map(self._reserved, begun))
            if size > free:
                raise OutputError(f"the disk has room for {max(free, 0) >> 20} MB, the file has {size >> 20} MB")
            folder = store.files.claim("upload", upload.id, size=size, caller=caller)
        folder.mkdir(mode=0o700)
        private.make_file(folder / DATA)
        known = {"id": upload.id, "name": upload.name, "size": upload.size, "caller": upload.caller, "written": written}
        with open(folder / INFO, "w", encoding="utf-8", opener=private.opener) as file:
            json.dump(known, file)
        return upload

    def _require_allowed(self, mine: Sequence[OwnedFile], size: int) -> None:
        most = self._settings.uploads_gb
        if len(mine) >= self._settings.uploads:
            raise ManyUploadsError(f"expected at most {self._settings.uploads} unfinished uploads: end or give up some")
        if sum(owned.size for owned in mine) + size > most * 1e9:
            raise ManyUploadsError(f"expected unfinished uploads of at most {most:g} GB in all: end or give up some")

    def _reserved(self, owned: OwnedFile) -> int:
        """For how many bytes of an upload that was begun, and are still to come, there must be room.

        Not for more than have come, and a little: who only announces a large file keeps others from nothing.
        """
        here = 0
        with suppress(FileNotFoundError):  # it is being begun, or handed over, at this moment
            here = (self._blobs.path("upload", owned.name) / DATA).stat().st_size
        return min(owned.size - here, here + RESERVED_BYTES)

    def get(self, upload: str, caller: str) -> Upload:
        """An upload, also one whose job has not ended long ago. Raises UnknownUploadError, also for another's."""
        folder = self._folder(upload)
        try:
            known = json.loads((folder / INFO).read_text("utf-8"))
            state = (folder / DATA).stat()
        except (OSError, ValueError) as error:
            finished = self._finished(upload, caller)
            if finished is None:
                raise _unknown(upload) from error
            return finished
        found = Upload(**known | {"offset": state.st_size, "expires": state.st_mtime + KEPT_SECONDS})
        if found.caller != caller:
            raise _unknown(upload)
        return found

    def _finished(self, upload: str, caller: str) -> Upload | None:
        with self._store() as store:
            job = store.jobs.keyed(caller, _key(upload))
        if job is None:
            return None
        added = AddJob.from_json(job.request)
        return Upload(upload, added.path.name, added.size, caller, added.size, job.id)

    async def receive(self, upload: Upload, offset: int, body: AsyncIterator[bytes], checksum: str) -> Upload:
        """Take in bytes. What came before an interruption stays, unless its checksum could not be compared.

        ``checksum`` is an algorithm and the digest in Base64, as in the header Upload-Checksum, or "". Raises
        OffsetError, BusyUploadError, ChecksumError, UnknownUploadError, UsageError for more bytes than were announced,
        OutputError when the disk is full.
        """
        expected = _Checksum.read(checksum)
        with self._opened(upload.id) as file:
            at = file.seek(0, os.SEEK_END)
            if at != offset:
                raise OffsetError(f"expected bytes from {at} on, found some from {offset} on")
            with _undone_if_refused(file, offset, keeps_parts=expected is None):
                at = await _append(file, at, upload.size, body, expected)
        return replace(upload, offset=at, expires=time.time() + KEPT_SECONDS)

    @contextmanager
    def _opened(self, upload: str) -> Iterator[FileIO]:
        """The bytes of an upload, for this request alone. Raises UnknownUploadError, BusyUploadError."""
        try:
            file = (self._folder(upload) / DATA).open("r+b", buffering=0)
        except FileNotFoundError as error:  # given up, or finished, at this moment
            raise _unknown(upload) from error
        with file:
            try:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise BusyUploadError("bytes of this upload are being received; try again in a moment") from error
            yield file

    def finish(self, upload: Upload) -> str:
        """Hand a whole file over to a job that takes it in; the id of the job. May be called again.

        It is noted before the upload is gone: who kills the server in between has it noted by the next one.
        """
        with self._store() as store:
            if store.files.get("original", upload.id) is None:
                folder = store.files.claim("original", upload.id)
            else:  # a finish that was cut short
                folder = self._blobs.path("original", upload.id)
            folder.mkdir(mode=0o700, exist_ok=True)
            if not (folder / upload.name).exists():
                os.replace(self._folder(upload.id) / DATA, folder / upload.name)
            # When it came here says nothing of when it was recorded: where that is not told it has no date.
            os.utime(folder / upload.name, (time.time(), upload.written))
            asked = AddJob(folder / upload.name, upload.id, upload.size)
            job = store.jobs.put(asked.kind, asked.to_json(), caller=upload.caller, key=_key(upload.id))
            self._custody.note(Caller(upload.caller), "add", f"job:{job}")
            store.files.drop("upload", upload.id)
            return job

    def take_up(self) -> None:
        """Finish what a killed server has received and not handed over; remove what is old."""
        with self._store() as store:
            uploads = [owned.name for owned in store.files.all("upload")]
        for upload in uploads:
            folder = self._folder(upload)
            try:
                known = Upload(**json.loads((folder / INFO).read_text("utf-8")))
            except (OSError, ValueError):  # killed before it was told: nothing can be sent to it
                with self._store() as store:
                    store.files.drop("upload", upload)
                continue
            whole = folder / DATA
            moved = self._blobs.path("original", upload) / known.name
            if moved.exists() or (whole.exists() and whole.stat().st_size == known.size):
                self.finish(known)
        self.remove_stale()

    def give_up(self, upload: Upload) -> None:
        with self._store() as store:
            store.files.drop("upload", upload.id)

    def remove_stale(self) -> None:
        """Remove uploads of which nothing has come for a day."""
        with self._store() as store:
            for owned in store.files.all("upload"):
                try:
                    last = (self._blobs.path("upload", owned.name) / DATA).stat().st_mtime
                except FileNotFoundError:  # it is being begun, handed over, or given up, at this moment
                    last = owned.created
                if time.time() - last > KEPT_SECONDS:
                    store.files.drop("upload", owned.name)

    def _folder(self, upload: str) -> Path:
        if not re.fullmatch(r"[0-9a-f]{32}", upload):
            raise UnknownUploadError("there is no such upload")
        return self._blobs.path("upload", upload)

    def _store(self) -> Store:
        return open_store(self._settings.library, create=True)


@dataclass(frozen=True, slots=True)
class _Checksum:
    """Of a piece, as it is to be, and the hash that is made of it as it comes."""

    expected: bytes
    hash: "hashlib._Hash"

    @staticmethod
    def read(header: str) -> "_Checksum | None":
        """What a header says; None where there is none. Raises UsageError."""
        algorithm, _, digest = header.partition(" ")
        if not header:
            return None
        if algorithm not in ALGORITHMS:
            raise UsageError(f"checksum: expected one of {', '.join(ALGORITHMS)}, found {algorithm!r}")
        try:
            return _Checksum(base64.b64decode(digest, validate=True), hashlib.new(algorithm, usedforsecurity=False))
        except ValueError as error:
            raise UsageError("checksum: expected a digest in Base64") from error


@contextmanager
def _undone_if_refused(file: FileIO, offset: int, *, keeps_parts: bool) -> Iterator[None]:
    """Cut a file back to ``offset`` if the block raises: for what is refused, else only without ``keeps_parts``."""
    is_whole = False
    try:
        yield
        is_whole = True
    except UsageError:
        keeps_parts = False
        raise
    finally:
        if not is_whole and not keeps_parts:
            file.truncate(offset)


async def _append(file: FileIO, at: int, size: int, body: AsyncIterator[bytes], checksum: _Checksum | None) -> int:
    """Write what comes behind the first ``at`` bytes; how many there are then. Raises as ``receive``."""
    try:
        async for chunk in body:
            if at + len(chunk) > size:
                raise UsageError(f"expected {size} bytes in all, found more")
            await asyncio.to_thread(_write, file, chunk)
            if checksum is not None:
                checksum.hash.update(chunk)
            at += len(chunk)
        if checksum is not None and checksum.hash.digest() != checksum.expected:
            raise ChecksumError("these bytes are not those that were sent; send them again")
        if at == size:
            await asyncio.to_thread(os.fsync, file.fileno())
    except OSError as error:
        raise OutputError(f"the upload cannot be written ({error.strerror}); make room on the disk") from error
    return at


def _write(file: FileIO, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        left = left[file.write(left) :]


def _key(upload: str) -> str:
    """What a caller cannot name themselves, keys of theirs being shorter."""
    return f"upload:{upload}".ljust(KEY_LENGTH, ".")


def _unknown(upload: str) -> UnknownUploadError:
    return UnknownUploadError(f"there is no upload {upload}: it is done, or was given up")
