"""The files of a library, in a folder and in a bucket: the same of both."""

import json
import threading
from pathlib import Path

import pytest

from passerby.errors import BusyUploadError, OffsetError, StoreError, UsageError
from passerby.files.spool import Spool
from passerby.object_storage.bucket import PART
from passerby.store.blobs.base import Blobs
from passerby.store.blobs.kept_place import blobs_at
from s3_server import S3Server

SPOOL = Spool(1_000_000_000)


@pytest.fixture(params=["folder", "bucket"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    if request.param == "folder":
        made = blobs_at(str(tmp_path / "files"))
    else:
        made = blobs_at(f"s3://{request.getfixturevalue('bucket')}/a prefix")
    made.adopt("0f")
    return made


def test_a_file_is_read_as_it_was_written_whole_or_in_part(blobs: Blobs) -> None:
    blobs.write("thumbnails/x.jpegs", b"0123456789")
    assert blobs.read("thumbnails/x.jpegs") == b"0123456789"
    assert blobs.read("thumbnails/x.jpegs", 2, 5) == b"234"
    blobs.write("thumbnails/x.jpegs", b"new")
    assert blobs.read("thumbnails/x.jpegs") == b"new"
    assert blobs.entries("thumbnails") == {"x.jpegs": 3}
    blobs.remove("thumbnails/x.jpegs")
    blobs.remove("thumbnails/x.jpegs")
    assert blobs.entries("thumbnails") == {}
    assert blobs.served("thumbnails/x.jpegs") is None
    with pytest.raises(FileNotFoundError):
        blobs.read("thumbnails/x.jpegs")


def test_an_entry_is_made_in_a_folder_of_this_machine(blobs: Blobs) -> None:
    with blobs.making("copy", "c") as folder:
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "m\u00e4rz safe.mp4").write_bytes(b"copy")
        (folder / "manifest.json").write_bytes(b"{}")
    assert blobs.entries("copy") == {"c": 6}
    with blobs.local("copies/c/m\u00e4rz safe.mp4", SPOOL) as path:
        assert (path.name, path.read_bytes()) == ("m\u00e4rz safe.mp4", b"copy")
    assert blobs.read("copies/c/manifest.json") == b"{}"
    blobs.remove("copies/c")
    assert blobs.entries("copy") == {}


def test_a_place_belongs_to_one_library(blobs: Blobs) -> None:
    blobs.require_writable("0f")
    blobs.adopt("0f")  # again, after it was cut short
    for claim in (blobs.adopt, blobs.require_writable):
        with pytest.raises(UsageError, match="found another's files; name another one"):
            claim("another")


def test_an_upload_comes_in_pieces_and_becomes_an_original(blobs: Blobs) -> None:
    received = blobs.received("u")
    with pytest.raises(FileNotFoundError):
        received.told()
    received.begin(json.dumps({"name": "x"}))
    assert (json.loads(received.told()), received.size()) == ({"name": "x"}, 0)
    at = 0
    for piece in (b"a", b"bcd" * 10, b"e"):
        with blobs.received("u").appending(at, keeps_parts=True) as writer:  # another server each time
            for start in range(0, len(piece), 7):
                writer.write(piece[start : start + 7])
        at += len(piece)
        assert blobs.received("u").size() == at
    assert received.changed() > 1_000_000_000
    received.become("x.mp4", at, 1_000_000_000)
    received.become("x.mp4", at, 1_000_000_000)
    with blobs.local("originals/u/x.mp4", SPOOL) as path:
        assert path.read_bytes() == b"a" + b"bcd" * 10 + b"e"
        assert path.stat().st_mtime == 1_000_000_000
    blobs.remove("uploads/u")
    assert blobs.entries("upload") == {}


def test_a_piece_for_another_place_is_refused(blobs: Blobs) -> None:
    received = blobs.received("u")
    received.begin("{}")
    with pytest.raises(OffsetError), received.appending(3, keeps_parts=True):
        pass
    with pytest.raises(FileNotFoundError), blobs.received("gone").appending(0, keeps_parts=True):
        pass


@pytest.mark.parametrize("keeps_parts", [True, False])
def test_what_came_before_an_interruption_stays_only_if_it_may(blobs: Blobs, keeps_parts: bool) -> None:
    received = blobs.received("u")
    received.begin("{}")

    def send(error: Exception) -> None:
        with received.appending(received.size(), keeps_parts=keeps_parts) as writer:
            writer.write(bytes(PART + 5))
            raise error

    for error in (ConnectionError(), UsageError("it is too long")):
        with pytest.raises(type(error)):
            send(error)
        assert received.size() == (PART + 5 if keeps_parts else 0)


def test_of_two_that_send_the_same_piece_one_is_refused(blobs: Blobs) -> None:
    received, refused = blobs.received("u"), list[Exception]()
    received.begin("{}")

    def send() -> None:
        try:
            with blobs.received("u").appending(0, keeps_parts=True) as writer:
                writer.write(b"two")
        except (BusyUploadError, OffsetError) as error:
            refused.append(error)

    with received.appending(0, keeps_parts=True) as writer:
        writer.write(bytes(PART))
        thread = threading.Thread(target=send)
        thread.start()
        thread.join()
    assert len(refused) == 1
    assert received.size() == PART


def test_an_upload_with_a_gap_becomes_nothing(s3: S3Server, bucket: str) -> None:
    blobs = blobs_at(f"s3://{bucket}/p/")
    blobs.received("u").begin("{}")
    with blobs.received("u").appending(0, keeps_parts=True) as writer:
        writer.write(bytes(PART + 3))
    first, _ = (key for key in s3.keys(bucket) if "pieces" in key)
    s3.client().delete_object(Bucket=bucket, Key=first)
    with pytest.raises(StoreError, match="expected 16777219 bytes of an upload, found 0"):
        blobs.received("u").become("x.mp4", PART + 3, 0)
    assert blobs.entries("original") == {}


@pytest.mark.parametrize("address", ["gs://bucket/x", "http://host/x", "file:///x", "memory://x"])
def test_other_places_are_refused(address: str) -> None:
    with pytest.raises(UsageError, match=r"expected a folder or s3://BUCKET/PREFIX"):
        blobs_at(address)
