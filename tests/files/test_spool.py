"""Copies of objects on this machine: bounded, for their user alone, and gone afterwards."""

import hashlib
import multiprocessing
import os
import tempfile
import threading
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from passerby.errors import MediaError, UnreadableError
from passerby.files.spool import Spool
from passerby.object_storage.address import ObjectAddress
from passerby.object_storage.bucket import BLOCK, Bucket
from s3_server import S3Server

SPOOL = Spool(1_000_000_000)


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def spooled(folder: Path) -> list[Path]:
    return [path for path in folder.glob("passerby-spool-*/passerby-*/*") if path.name != "lock"]


def put(bucket: str, content: bytes, key: str = "a/street 1.mp4") -> ObjectAddress:
    Bucket(bucket).put(key, content)
    return ObjectAddress(bucket, key)


def test_an_object_is_hashed_while_it_comes_and_gone_afterwards(bucket: str, tmp_path: Path) -> None:
    content, told = os.urandom(BLOCK + 10), list[tuple[int, int]]()
    with SPOOL.fetched(put(bucket, content), on_bytes=lambda *done: told.append(done)) as source:
        assert source.path.read_bytes() == content
        assert source.path.name == "street 1.mp4"
        assert source.path.stat().st_mode & 0o077 == 0
        assert source.path.parent.stat().st_mode & 0o077 == 0
        assert source.video_id == hashlib.sha256(content).hexdigest()
        assert str(source.location) == f"s3://{bucket}/a/street 1.mp4"
        assert source.path.stat().st_mtime == 0  # when it came to the store is no date of it
    assert told == [(BLOCK, BLOCK + 10), (BLOCK + 10, BLOCK + 10)]
    assert spooled(tmp_path) == []


@pytest.mark.parametrize("key", ["a/..", "a/.", "lock", "x" * 300 + ".mp4", "a\nb.mp4", "a/ .mp4"])
def test_a_key_that_no_file_could_have_is_no_hindrance(bucket: str, key: str) -> None:
    with SPOOL.fetched(put(bucket, b"x", key)) as source:
        assert source.path.read_bytes() == b"x"
        assert source.location == ObjectAddress(bucket, key)


def test_errors_name_the_address(bucket: str) -> None:
    address = put(bucket, b"x")
    with pytest.raises(MediaError) as error, SPOOL.fetched(address) as source:
        raise MediaError(f"{source.path}: expected a video")
    assert str(error.value) == f"{address}: expected a video"


def _die_with_one(folder: Path, address: ObjectAddress, connection: Connection) -> None:
    tempfile.tempdir = str(folder)
    with SPOOL.fetched(address) as source:
        connection.send(source.path)
        os._exit(9)


def test_what_a_killed_process_left_goes_when_the_next_object_comes(bucket: str, tmp_path: Path) -> None:
    address = put(bucket, b"x")
    ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_die_with_one, args=(tmp_path, address, theirs))
    process.start()
    left = ours.recv()
    process.join()
    assert left.exists()
    with SPOOL.fetched(address):
        assert not left.exists()


def test_an_object_that_is_larger_than_the_spool_is_refused(bucket: str, tmp_path: Path) -> None:
    address = put(bucket, bytes(1001))
    with pytest.raises(UnreadableError, match="raise PASSERBY_SPOOL_GB"), Spool(1000).fetched(address):
        pass
    assert spooled(tmp_path) == []


def test_who_finds_no_room_waits_for_it(bucket: str, tmp_path: Path) -> None:
    address, spool = put(bucket, bytes(600)), Spool(1000)
    waiting, fetched = threading.Event(), threading.Event()

    def fetch() -> None:
        with spool.fetched(address, on_wait=waiting.set):
            fetched.set()

    with spool.fetched(address):
        thread = threading.Thread(target=fetch)
        thread.start()
        assert waiting.wait(20)
        assert not fetched.is_set()
        assert len(spooled(tmp_path)) == 1
        with spool.fetched(address, waits=False):  # what a job needs beside its video
            assert len(spooled(tmp_path)) == 2
    assert fetched.wait(20)
    thread.join()


def test_another_content_than_was_added_is_an_error(bucket: str, tmp_path: Path) -> None:
    address = put(bucket, b"new")
    old = hashlib.sha256(b"old").hexdigest()
    with pytest.raises(UnreadableError, match="found another content"), SPOOL.fetched(address, expected_id=old):
        pass
    assert spooled(tmp_path) == []


def test_an_object_that_goes_or_changes_while_it_is_read_costs_itself_only(
    s3: S3Server, bucket: str, tmp_path: Path
) -> None:
    def replace(done: int, size: int) -> None:
        s3.client().put_object(Bucket=bucket, Key="x", Body=b"other")

    def delete(done: int, size: int) -> None:
        s3.client().delete_object(Bucket=bucket, Key="x")

    for change, told in ((replace, "has changed"), (delete, "found none")):
        address = put(bucket, bytes(BLOCK + 1), "x")
        with pytest.raises(UnreadableError, match=told), SPOOL.fetched(address, on_bytes=change):
            pass
        assert spooled(tmp_path) == []


def test_a_folder_of_somebody_else_is_not_used(bucket: str, tmp_path: Path) -> None:
    address = put(bucket, b"x")
    (tmp_path / f"passerby-spool-{os.getuid()}").mkdir(0o755)
    with pytest.raises(UnreadableError, match="expected a folder for you alone"), SPOOL.fetched(address):
        pass
