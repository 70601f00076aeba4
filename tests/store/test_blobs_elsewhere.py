"""A library whose files lie elsewhere than its database: in another folder, and in a bucket."""

from contextlib import closing
from pathlib import Path

import pytest

from libraries import NewAddress, add, add_copy, add_rich
from passerby.errors import UsageError
from passerby.records import Thumbnail
from passerby.store.library import blobs_of, is_library, open_store, require_blobs
from passerby.store.postgres.connecting import OneConnection
from passerby.store.postgres.database import PostgresDatabase
from s3_server import S3Server


@pytest.fixture
def new_address(tmp_path_factory: pytest.TempPathFactory) -> NewAddress:
    """Of libraries in a folder, whose files would lie beside the database."""
    return lambda: str(tmp_path_factory.mktemp("store") / "library")


@pytest.fixture(params=["folder", "bucket"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "folder":
        return str(tmp_path / "files")
    return f"s3://{request.getfixturevalue('bucket')}/footage"


def test_a_library_knows_where_its_files_are(new_address: NewAddress, elsewhere: str) -> None:
    address = new_address()
    with open_store(address, create=True, blobs=elsewhere) as store:
        video = add_rich(store, "word")
        add_copy(store, "c", video, safe__mp4=b"copy")
        store.require_writable_blobs()
    with open_store(address, create=False) as store:
        assert store.blobs.address.rstrip("/") == elsewhere
        assert store.records.at(video, Thumbnail, 1) == Thumbnail(1, 4000, b"wordjpeg" * 700)
        assert (len(store.blobs.entries("thumbnails")), store.blobs.entries("copy")) == (1, {"c": 4})
        assert store.health.check() == []
        assert blobs_of(address).read("copies/c/safe.mp4") == b"copy"
    require_blobs(address, elsewhere)
    with pytest.raises(UsageError, match="where this library keeps its files, found another place"):
        require_blobs(address, f"{elsewhere}/below")


def test_a_forgotten_video_takes_its_files_there_with_it(new_address: NewAddress, elsewhere: str) -> None:
    with open_store(new_address(), create=True, blobs=elsewhere) as store:
        video = add_rich(store, "word")
        add_copy(store, "c", video, safe__mp4=b"copy")
        other = add(store, "other.mp4", thumbnails=[Thumbnail(0, 0, b"stays")])
        store.videos.forget(video)
        assert (list(store.blobs.entries("thumbnails").values()), store.blobs.entries("copy")) == ([5], {})
        assert store.records.at(other, Thumbnail, 0) == Thumbnail(0, 0, b"stays")


def test_what_belongs_to_no_video_is_found_and_removed(new_address: NewAddress, elsewhere: str) -> None:
    with open_store(new_address(), create=True, blobs=elsewhere) as store:
        video = add_rich(store, "word")
        with store.blobs.making("original", "stray") as folder:
            (folder / "x.mp4").write_bytes(b"x")
        (pack,) = store.blobs.entries("thumbnails")
        store.blobs.remove(f"thumbnails/{pack}")
        texts = [problem.text for problem in store.health.check()]
        assert [text for text in texts if "originals/stray: belongs to no video" in text]
        assert [text for text in texts if f"{pack}: thumbnails missing" in text]
        assert store.health.repair() == []
        assert store.blobs.entries("original") == {}
        assert "thumbnails" not in store.sink.finished(video)


def test_two_libraries_share_no_place(new_address: NewAddress, elsewhere: str) -> None:
    first, second = new_address(), new_address()
    open_store(first, create=True, blobs=elsewhere).close()
    with pytest.raises(UsageError, match="found another's files"):
        open_store(second, create=True, blobs=elsewhere)
    open_store(second, create=True, blobs=f"{elsewhere}2").close()


def test_a_library_with_files_beside_its_database_keeps_them_there(new_address: NewAddress, elsewhere: str) -> None:
    address = new_address()
    with open_store(address, create=True) as store:
        add_rich(store, "word")
    with pytest.raises(UsageError, match="expected a new library"):
        require_blobs(address, elsewhere)


def test_an_object_that_was_begun_in_parts_is_told_and_given_up(
    new_address: NewAddress, s3: S3Server, bucket: str
) -> None:
    with open_store(new_address(), create=True, blobs=f"s3://{bucket}/p") as store:
        s3.client().create_multipart_upload(Bucket=bucket, Key="p/copies/c/x.mp4")
        assert [problem for problem in store.health.check() if "p/copies/c/x.mp4" in problem.text]
        assert store.health.repair() == []
    assert s3.leftovers(bucket) == []


def test_a_bucket_that_is_not_there_is_told_before_the_library_is_made(new_address: NewAddress, s3: S3Server) -> None:
    address = new_address()
    with pytest.raises(Exception, match=r"^s3://no-such-bucket: expected a bucket, found none"):
        open_store(address, create=True, blobs="s3://no-such-bucket/p")
    if is_library(address):  # without any place, so that the next try may name a better one
        with open_store(address, create=True, blobs="") as store:
            assert not store.blobs.address.startswith("s3:")


def test_a_database_server_keeps_its_files_in_a_bucket(
    new_postgres_library: NewAddress, s3: S3Server, bucket: str
) -> None:
    address, place = new_postgres_library(), f"s3://{bucket}/p"
    with closing(PostgresDatabase(OneConnection(address, 60.0))) as db:
        db.set_state("blobs", "")
    with open_store(address, create=True, blobs=place) as store:
        store.require_writable_blobs()
        video = add_rich(store, "word")
        add_copy(store, "c", video, safe__mp4=b"copy")
        assert s3.keys(bucket) == ["p/copies/c/safe.mp4", "p/library.json"]
        assert store.records.at(video, Thumbnail, 1) == Thumbnail(1, 4000, b"wordjpeg" * 700)
        store.videos.forget(video)
        assert s3.keys(bucket) == ["p/library.json"]
    with pytest.raises(UsageError, match="where this library keeps its files, found another place"):
        open_store(address, create=True, blobs=f"{place}/below")
