"""Uploads that can be resumed after any interruption, as the tus protocol 1.0.0 (https://tus.io) has them.

Its bytes, and what is known of it, are among the library's files (store/blobs). When all bytes are there, they become
an original, and a job takes that in.
"""

import asyncio
import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from passerby.callers import Caller
from passerby.errors import (
    ChecksumError,
    LargeUploadError,
    ManyUploadsError,
    OutputError,
    UnknownUploadError,
    UsageError,
)
from passerby.evidence.custody import Custody
from passerby.files.safe_name import safe_name
from passerby.object_storage.address import location
from passerby.service.jobs.add import AddJob
from passerby.service.runner import FREE_MEGABYTES
from passerby.settings import Settings
from passerby.store.blobs.base import Blobs, PieceWriter, ReceivedBytes, blob_name
from passerby.store.files import OwnedFile
from passerby.store.library import Store, open_store

RESERVED_BYTES = 64 << 20  # of an upload of which nothing has come yet
KEPT_SECONDS = 24 * 3600.0  # after the last byte came
BEGINNING_SECONDS = 60.0  # another server may be about to tell of an upload so long after it was claimed
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
            begun = [owned for owned in store.files.all("upload") if not _is_handed_over(store, owned.name)]
            self._require_allowed([owned for owned in begun if owned.caller == caller], size)
            _require_room(store.blobs, begun, size)
            store.files.claim("upload", upload.id, size=size, caller=caller)
            received = store.blobs.received(upload.id)
        known = {"id": upload.id, "name": upload.name, "size": upload.size, "caller": upload.caller, "written": written}
        received.begin(json.dumps(known))
        return upload

    def _require_allowed(self, mine: Sequence[OwnedFile], size: int) -> None:
        most = self._settings.uploads_gb
        if len(mine) >= self._settings.uploads:
            raise ManyUploadsError(f"expected at most {self._settings.uploads} unfinished uploads: end or give up some")
        if sum(owned.size for owned in mine) + size > most * 1e9:
            raise ManyUploadsError(f"expected unfinished uploads of at most {most:g} GB in all: end or give up some")

    def get(self, upload: str, caller: str) -> Upload:
        """An upload, also one whose job has not ended long ago. Raises UnknownUploadError, also for another's."""
        received = self._received(upload)
        try:
            known = json.loads(received.told())
            found = Upload(**known | {"offset": received.size(), "expires": received.changed() + KEPT_SECONDS})
        except (OSError, ValueError) as error:
            finished = self._finished(upload, caller)
            if finished is None:
                raise _unknown(upload) from error
            return finished
        if found.caller != caller:
            raise _unknown(upload)
        return (self._finished(upload, caller) if found.offset == found.size else None) or found

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
        appending = self._received(upload.id).appending(offset, keeps_parts=expected is None)
        try:
            writer = await asyncio.to_thread(appending.__enter__)
        except FileNotFoundError as error:  # given up, or finished, at this moment
            raise _unknown(upload.id) from error
        try:
            at = await _append(writer, offset, upload.size, body, expected)
        except BaseException as error:
            await asyncio.shield(asyncio.to_thread(appending.__exit__, type(error), error, error.__traceback__))
            raise
        await asyncio.to_thread(appending.__exit__, None, None, None)
        return replace(upload, offset=at, expires=time.time() + KEPT_SECONDS)

    def finish(self, upload: Upload) -> str:
        """Hand a whole file over to a job that takes it in; the id of the job. May be called again.

        It is noted before the upload is gone: who kills the server in between has it noted by the next one.
        """
        with self._store() as store:
            if store.files.get("original", upload.id) is None:  # else a finish was cut short
                store.files.claim("original", upload.id)
            received, place = store.blobs.received(upload.id), blob_name("original", upload.id, upload.name)
            asked = AddJob(location(store.blobs.location(place)), upload.id, upload.size)
            if received.moves_at_once:
                received.become(upload.name, upload.size, upload.written)
            else:
                asked = replace(asked, written=upload.written)
            job = store.jobs.put(asked.kind, asked.to_json(), caller=upload.caller, key=_key(upload.id))
            self._custody.note(Caller(upload.caller), "add", f"job:{job}")
            if received.moves_at_once:
                store.files.drop("upload", upload.id)
            return job

    def take_up(self) -> None:
        """Finish what a killed server has received and not handed over; remove what is old."""
        with self._store() as store:
            uploads = list(store.files.all("upload"))
        for owned in uploads:
            upload, received = owned.name, self._received(owned.name)
            try:
                known = Upload(**json.loads(received.told()))
            except (OSError, ValueError):  # nobody was told of it, so nothing can be sent to it
                if time.time() - owned.created > BEGINNING_SECONDS:
                    with self._store() as store:
                        store.files.drop("upload", upload)
                continue
            if self._finished(upload, known.caller) is None and self._is_whole(known, received):
                with suppress(FileNotFoundError):  # another server hands it over at this moment
                    self.finish(known)
        self.remove_stale()

    def _is_whole(self, upload: Upload, received: ReceivedBytes) -> bool:
        with self._store() as store:
            moved = store.blobs.served(blob_name("original", upload.id, upload.name)) is not None
        try:
            return moved or received.size() == upload.size
        except FileNotFoundError:
            return False

    def give_up(self, upload: Upload) -> None:
        with self._store() as store:
            store.files.drop("upload", upload.id)

    def remove_stale(self) -> None:
        """Remove uploads of which nothing has come for a day."""
        with self._store() as store:
            for owned in store.files.all("upload"):
                if _is_handed_over(store, owned.name):
                    continue
                try:
                    last = store.blobs.received(owned.name).changed()
                except FileNotFoundError:  # it is being begun, handed over, or given up, at this moment
                    last = owned.created
                if time.time() - last > KEPT_SECONDS:
                    store.files.drop("upload", owned.name)

    def _received(self, upload: str) -> ReceivedBytes:
        if not re.fullmatch(r"[0-9a-f]{32}", upload):
            raise UnknownUploadError("there is no such upload")
        with self._store() as store:
            return store.blobs.received(upload)

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


def _is_handed_over(store: Store, upload: str) -> bool:
    """Whether a job has to make an original of it, and removes it then."""
    return store.files.get("original", upload) is not None


def _require_room(blobs: Blobs, begun: Sequence[OwnedFile], size: int) -> None:
    """Raise OutputError unless there is room for so many bytes beside what was ``begun``."""
    if (room := blobs.free_bytes()) is None:
        return
    free = room - (FREE_MEGABYTES << 20) - sum(_reserved(blobs, owned) for owned in begun)
    if size > free:
        raise OutputError(f"the disk has room for {max(free, 0) >> 20} MB, the file has {size >> 20} MB")


def _reserved(blobs: Blobs, owned: OwnedFile) -> int:
    """For how many bytes of an upload that was begun, and are still to come, there must be room.

    Not for more than have come, and a little: who only announces a large file keeps others from nothing.
    """
    here = 0
    with suppress(FileNotFoundError):  # it is being begun, or handed over, at this moment
        here = blobs.received(owned.name).size()
    return min(owned.size - here, here + RESERVED_BYTES)


async def _append(file: PieceWriter, at: int, size: int, body: AsyncIterator[bytes], checksum: _Checksum | None) -> int:
    """Write what comes behind the first ``at`` bytes; how many there are then. Raises as ``receive``."""
    try:
        async for chunk in body:
            if at + len(chunk) > size:
                raise UsageError(f"expected {size} bytes in all, found more")
            await asyncio.to_thread(file.write, chunk)
            if checksum is not None:
                checksum.hash.update(chunk)
            at += len(chunk)
        if checksum is not None and checksum.hash.digest() != checksum.expected:
            raise ChecksumError("these bytes are not those that were sent; send them again")
        if at == size:
            await asyncio.to_thread(file.flush)
    except OSError as error:
        raise OutputError(f"the upload cannot be written ({error.strerror}); make room on the disk") from error
    return at


def _key(upload: str) -> str:
    """What a caller cannot name themselves, keys of theirs being shorter."""
    return f"upload:{upload}".ljust(KEY_LENGTH, ".")


def _unknown(upload: str) -> UnknownUploadError:
    return UnknownUploadError(f"there is no upload {upload}: it is done, or was given up")
