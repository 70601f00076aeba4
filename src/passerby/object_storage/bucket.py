"""What is done with the objects of a bucket: read in ranges, written whole or not at all, listed, removed.

Through s3fs, one call of S3's own interface at a time: s3fs brings the session, and credentials from where all
programs find them. Its ways to open files are not used, for they give ``?``, ``*`` and ``//`` in keys a meaning, and
keep what was written before an error.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from passerby.errors import MissingObjectError, ObjectStorageError
from passerby.extras import Extra, import_extra, require_extra
from passerby.object_storage.address import ObjectAddress
from passerby.object_storage.failures import code_of, told

EXTRA = Extra("s3", "s3fs")
CONNECT_SECONDS, READ_SECONDS, ATTEMPTS = 5, 30, 3
BLOCK = 8 << 20  # bytes that are read at once
PART = 16 << 20  # bytes that are written at once: at least 5 MiB, and at most 10,000 of them make an object
_MOST_PARTS = 10_000
_DELETED_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class ObjectState:
    """What changes when an object is replaced, seen without reading it."""

    size_bytes: int
    tag: str  # the store's ETag
    modified: int  # seconds since 1970, UTC: when it came to the store
    written: int = field(default=0, compare=False)  # what its metadata say of when the file was written to; 0: nothing

    def __str__(self) -> str:
        return f"{self.size_bytes} {self.modified} {self.tag}"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of S3. Every method raises ObjectStorageError; the first call connects. It may be used by threads."""

    name: str

    @staticmethod
    def of(address: ObjectAddress) -> Bucket:
        """Raises MissingExtraError where what speaks to S3 is not installed."""
        require_extra(EXTRA)
        return Bucket(address.bucket)

    def state(self, key: str) -> ObjectState:
        """Raises MissingObjectError."""
        with told(ObjectAddress(self.name, key), "read it"):
            try:
                return _state(self._fs().call_s3("head_object", Bucket=self.name, Key=key))
            except Exception as error:  # goes on to ``told``
                # This answer has no text, so that a bucket that is not there looks like an object that is not, and
                # wrong credentials like no permission: a list says which.
                if code_of(error) in ("403", "404"):
                    next(self.states(key), None)
                raise

    def states(self, prefix: str) -> Iterator[tuple[str, ObjectState]]:
        """All keys that begin with ``prefix``, in order, each with its state, without what metadata say."""
        for page in self._pages("list_objects_v2", prefix, "ContinuationToken", "NextContinuationToken"):
            for entry in page.get("Contents", ()):
                yield entry["Key"], _state(entry)

    def read(self, key: str, start: int, end: int, tag: str = "") -> bytes:
        """The bytes from ``start`` up to ``end``, which are there. Raises MissingObjectError, and ChangedObjectError if
        ``tag`` is given and it has another one by now."""
        if end <= start:
            return b""
        unchanged = {"IfMatch": tag} if tag else {}
        asked = {"Bucket": self.name, "Key": key, "Range": f"bytes={start}-{end - 1}", **unchanged}
        with told(ObjectAddress(self.name, key), "read it"):
            content = self._body(asked)
        if len(content) != end - start:
            raise ObjectStorageError(
                f"{ObjectAddress(self.name, key)}: expected {end - start} bytes from {start} on, found {len(content)}"
            )
        return content

    def _body(self, asked: Mapping[str, str]) -> bytes:
        """What an answer holds; one that breaks off is asked for again, which nothing below does."""
        fs, sync = self._fs(), import_extra(Extra("s3", "fsspec.asyn")).sync
        for attempt in range(1, ATTEMPTS + 1):
            found = fs.call_s3("get_object", **asked)
            try:
                return bytes(sync(fs.loop, found["Body"].read))
            except OSError:  # aiohttp's and botocore's for a connection that ends
                if attempt == ATTEMPTS:
                    raise
        raise AssertionError("it was returned or raised")

    def blocks(self, key: str, start: int, end: int, tag: str = "") -> Iterator[bytes]:
        """The same, piece by piece."""
        for at in range(start, end, BLOCK):
            yield self.read(key, at, min(at + BLOCK, end), tag)

    def put(self, key: str, content: bytes, *, new_only: bool = False) -> None:
        """Write a small object. With ``new_only``, raises ChangedObjectError if there is one already."""
        condition = {"IfNoneMatch": "*"} if new_only else {}
        self._call("write it", "put_object", key, Body=content, **condition)

    def put_file(self, key: str, file: Path, written: int = 0) -> None:
        """Write an object from a file; ``written`` is when that was written to, seconds since 1970, 0: not told."""
        with file.open("rb") as opened:
            self.put_blocks(key, _pieces(opened), os.fstat(opened.fileno()).st_size, written)

    def put_blocks(self, key: str, blocks: Iterable[bytes], size: int, written: int = 0) -> None:
        """Write an object of ``size`` bytes from pieces: in parts if it is large, of which none stay after an error."""
        metadata: dict[str, Any] = {"Metadata": {"mtime": str(written)}} if written else {}
        if size <= PART:
            self._call("write it", "put_object", key, Body=b"".join(blocks), **metadata)
            return
        self.abort_parts(key)  # of a try that was killed
        upload = self._call("write it", "create_multipart_upload", key, **metadata)["UploadId"]
        try:
            parts = [
                {"PartNumber": number, "ETag": self._put_part(key, upload, number, content)}
                for number, content in enumerate(_joined(blocks, max(PART, -(-size // _MOST_PARTS))), 1)
            ]
            self._call("write it", "complete_multipart_upload", key, UploadId=upload, MultipartUpload={"Parts": parts})
        except BaseException:
            self._abort(key, upload)
            raise

    def _put_part(self, key: str, upload: str, number: int, content: bytes) -> str:
        done = self._call("write it", "upload_part", key, UploadId=upload, PartNumber=number, Body=content)
        return str(done["ETag"])

    def _abort(self, key: str, upload: str) -> None:
        """Leave nothing of an object that is not whole; if that cannot be now, the next try, or removal, does it."""
        try:
            self._call("give a part of it up", "abort_multipart_upload", key, UploadId=upload)
        except ObjectStorageError:
            return  # told by what made it necessary

    def parts_begun(self, prefix: str) -> list[tuple[str, str]]:
        """Objects that were begun in parts and are not whole: key and the store's name for the attempt."""
        return [
            (entry["Key"], entry["UploadId"])
            for page in self._pages("list_multipart_uploads", prefix, "KeyMarker", "NextKeyMarker")
            for entry in page.get("Uploads", ())
        ]

    def abort_parts(self, prefix: str) -> None:
        """Leave nothing of an object, or of those below it, that were begun in parts."""
        for key, upload in self.parts_begun(prefix):
            if _is_of(key, prefix):
                self._abort(key, upload)

    def require_writable(self, prefix: str) -> None:
        """See that objects may be written under ``prefix``, and leave none."""
        probe = f"{prefix}writable"
        self._abort(probe, self._call("write objects", "create_multipart_upload", probe)["UploadId"])

    def remove(self, key: str) -> None:
        """Remove an object, and all below it as if it were a folder, with all that the bucket keeps of them.

        Raises ObjectStorageError also where the older versions of them may not be removed; the newest are gone then.
        """
        self.abort_parts(key)
        try:
            self._delete(one for one in self._versions(key) if _is_of(one["Key"], key))
        except ObjectStorageError as error:
            self._delete({"Key": found} for found, _ in self.states(key) if _is_of(found, key))
            if self._may_keep_versions():
                raise ObjectStorageError(
                    f"{ObjectAddress(self.name, key)}: it is removed, but the bucket may keep older versions, which "
                    f"cannot be removed ({error}); remove them, or give the permission to"
                ) from error

    def link(self, key: str, seconds: int, file_name: str, kind: str) -> str:
        """An address under which anybody has the object for so long, as a download of that name."""
        from urllib.parse import quote

        disposition = f"attachment; filename*=UTF-8''{quote(file_name, safe='')}"
        parameters = {"ResponseContentDisposition": disposition, "ResponseContentType": kind}
        with told(ObjectAddress(self.name, key), "sign an address"):
            fs = self._fs()
            fs.connect()
            asked = {"Bucket": self.name, "Key": key, **parameters}
            sync = import_extra(Extra("s3", "fsspec.asyn")).sync
            return str(sync(fs.loop, fs.s3.generate_presigned_url, "get_object", Params=asked, ExpiresIn=seconds))

    def _versions(self, prefix: str) -> Iterator[dict[str, str]]:
        pages = self._pages("list_object_versions", prefix, "KeyMarker", "NextKeyMarker", "VersionIdMarker")
        for page in pages:
            for entry in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
                yield {"Key": entry["Key"], "VersionId": entry["VersionId"]}

    def _delete(self, objects: Iterable[dict[str, str]]) -> None:
        waiting = list(objects)
        for at in range(0, len(waiting), _DELETED_AT_ONCE):
            asked = {"Objects": waiting[at : at + _DELETED_AT_ONCE], "Quiet": True}
            done = self._call("remove it", "delete_objects", Delete=asked)
            for failed in done.get("Errors", ()):
                if failed.get("Code") not in ("NoSuchKey", "NoSuchVersion"):
                    address = ObjectAddress(self.name, str(failed.get("Key")))
                    raise ObjectStorageError(f"{address}: the store does not remove it ({failed.get('Code')})")

    def _may_keep_versions(self) -> bool:
        try:
            return "Status" in self._call("tell whether it keeps versions", "get_bucket_versioning")
        except ObjectStorageError:
            return True

    def _pages(self, method: str, prefix: str, *markers: str) -> Iterator[Mapping[str, Any]]:
        """The pages of a list. ``markers``: what is asked, and what is told, of where the next one begins; and more."""
        asked, answered, *others = markers
        following: dict[str, str] = {}
        while True:
            page = self._call("list it", method, Prefix=prefix, **following)
            yield page
            if not page.get("IsTruncated"):
                return
            following = {asked: page[answered], **{name: page[f"Next{name}"] for name in others}}

    def _call(self, what: str, method: str, key: str = "", **arguments: Any) -> dict[str, Any]:
        named = {"Key": key} if key else {}
        address = ObjectAddress(self.name, key or str(arguments.get("Prefix", "")))
        with told(address, what):
            answer: dict[str, Any] = self._fs().call_s3(method, Bucket=self.name, **named, **arguments)
        return answer

    def _fs(self) -> Any:
        """Kept by fsspec, one for each thread. It tries nothing again, as what it uses does."""
        retries = {"mode": "standard", "max_attempts": ATTEMPTS}
        fs = import_extra(EXTRA).S3FileSystem(
            config_kwargs={"connect_timeout": CONNECT_SECONDS, "read_timeout": READ_SECONDS, "retries": retries},
            use_listings_cache=False,
        )
        fs.retries = 1
        return fs


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it was when it was asked for; what it holds is read only while it is that."""

    bucket: Bucket
    key: str
    state: ObjectState

    def blocks(self, start: int, end: int) -> Iterator[bytes]:
        """Its bytes, piece by piece. Raises ObjectStorageError."""
        return self.bucket.blocks(self.key, start, end, self.state.tag)


def is_there(bucket: Bucket, key: str) -> bool:
    """Whether there is an object of this key. Raises ObjectStorageError where that cannot be told."""
    try:
        bucket.state(key)
    except MissingObjectError:
        return False
    return True


def _is_of(key: str, folder: str) -> bool:
    """Whether a key is that of something, or below it."""
    return key == folder or key.startswith(f"{folder}/")


def _state(entry: Mapping[str, Any]) -> ObjectState:
    """From an answer about one object, or an entry of a list."""
    modified: datetime = entry["LastModified"]
    size = entry.get("Size", entry.get("ContentLength", 0))
    return ObjectState(size, str(entry["ETag"]), int(modified.timestamp()), _written(entry.get("Metadata", {})))


def _written(metadata: Mapping[str, str]) -> int:
    """When the file was written to, as those say who keep that: seconds since 1970."""
    try:
        return int(float(metadata.get("mtime", "0")))
    except (ValueError, OverflowError):
        return 0


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(BLOCK):
        yield block


def _joined(blocks: Iterable[bytes], size: int) -> Iterator[bytes]:
    """The same bytes in pieces of ``size``, the last one shorter."""
    waiting = bytearray()
    for block in blocks:
        waiting += block
        while len(waiting) >= size:
            yield bytes(waiting[:size])
            del waiting[:size]
    if waiting:
        yield bytes(waiting)
