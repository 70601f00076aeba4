"""What is done with objects, on a real server of S3."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from passerby.errors import ChangedObjectError, MissingObjectError, ObjectStorageError
from passerby.object_storage.bucket import PART, Bucket, is_there
from s3_server import KEYS, S3Server

ODD = [
    "a b+c%20#?x=1/é\nd/x?versionId=3.mp4",
    "*[z].mp4",
    "a//b.mp4",
    "../up/./a.mp4",
    " \u706b\U0001f3a5 .mp4",
    "q&a;c=d:e@f$,g'h\"<>|\\^`{}~.mp4",
    "/first.mp4",
]


@pytest.mark.parametrize("key", ODD)
def test_a_key_means_itself(s3: S3Server, bucket: str, key: str) -> None:
    ours = Bucket(bucket)
    ours.put(key, b"content")
    assert s3.keys(bucket) == [key]
    assert [found for found, _ in ours.states("")] == [key]
    assert ours.state(key).size_bytes == 7
    assert ours.read(key, 2, 5) == b"nte"
    ours.remove(key)
    assert s3.keys(bucket) == []


def test_a_large_object_is_written_in_parts_and_read_in_blocks(s3: S3Server, bucket: str, tmp_path: Path) -> None:
    content = bytes(range(256)) * ((PART + 1_000_000) // 256)
    (tmp_path / "x").write_bytes(content)
    Bucket(bucket).put_file("x", tmp_path / "x", written=1_000_000_000)
    state = Bucket(bucket).state("x")
    assert b"".join(Bucket(bucket).blocks("x", 0, len(content), state.tag)) == content
    assert (state.size_bytes, state.written) == (len(content), 1_000_000_000)
    assert s3.leftovers(bucket) == []


def test_of_an_object_that_fails_in_the_middle_nothing_stays(s3: S3Server, bucket: str) -> None:
    def failing() -> Iterator[bytes]:
        yield bytes(PART + 1)
        raise RuntimeError("the disk fails")

    with pytest.raises(RuntimeError):
        Bucket(bucket).put_blocks("x", failing(), 3 * PART)
    assert (s3.keys(bucket), s3.leftovers(bucket)) == ([], [])


def test_what_a_killed_writer_had_begun_goes_with_the_next_one(s3: S3Server, bucket: str) -> None:
    s3.client().create_multipart_upload(Bucket=bucket, Key="x")
    Bucket(bucket).put_blocks("x", [bytes(PART + 1)], PART + 1)
    assert (s3.keys(bucket), s3.leftovers(bucket)) == (["x"], [])


def test_a_removed_entry_takes_what_lies_below_and_was_begun_with_it(s3: S3Server, bucket: str) -> None:
    for key in ("a/x", "a/b/y", "ab/z"):
        Bucket(bucket).put(key, b"1")
    s3.client().create_multipart_upload(Bucket=bucket, Key="a/w")
    s3.client().create_multipart_upload(Bucket=bucket, Key="ab/w")
    Bucket(bucket).remove("a")
    assert (s3.keys(bucket), s3.leftovers(bucket)) == (["ab/z"], ["ab/w"])


def test_no_version_of_a_removed_object_stays(s3: S3Server, bucket: str) -> None:
    s3.client().put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for content in (b"1", b"2"):
        Bucket(bucket).put("x", content)
    s3.client().delete_object(Bucket=bucket, Key="x")
    Bucket(bucket).remove("x")
    left = s3.client().list_object_versions(Bucket=bucket)
    assert (left.get("Versions"), left.get("DeleteMarkers")) == (None, None)


def test_a_list_goes_on_over_its_pages(s3: S3Server, bucket: str) -> None:
    client = s3.client()
    for number in range(1003):
        client.put_object(Bucket=bucket, Key=f"{number:04}", Body=b"")
    assert [key for key, _ in Bucket(bucket).states("")] == [f"{number:04}" for number in range(1003)]
    client.put_object(Bucket=bucket, Key="all/x", Body=b"")
    Bucket(bucket).remove("all")
    assert len(s3.keys(bucket)) == 1003


def test_an_object_that_was_replaced_is_not_read_on(bucket: str) -> None:
    ours = Bucket(bucket)
    ours.put("x", b"old old")
    tag = ours.state("x").tag
    ours.put("x", b"new new")
    with pytest.raises(ChangedObjectError, match="has changed"):
        ours.read("x", 0, 3, tag)


def test_one_of_two_that_write_a_new_object_is_refused(bucket: str) -> None:
    Bucket(bucket).put("x", b"first", new_only=True)
    with pytest.raises(ChangedObjectError):
        Bucket(bucket).put("x", b"second", new_only=True)


def test_what_is_not_there_is_told(bucket: str) -> None:
    with pytest.raises(MissingObjectError, match=f"^s3://{bucket}/x: expected an object, found none"):
        Bucket(bucket).state("x")
    assert not is_there(Bucket(bucket), "x")
    with pytest.raises(ObjectStorageError, match=r"^s3://no-such-bucket: expected a bucket, found none"):
        Bucket("no-such-bucket").state("x")


def test_whether_it_may_be_written_is_found_out_without_a_trace(s3: S3Server, bucket: str) -> None:
    Bucket(bucket).require_writable("a/")
    assert (s3.keys(bucket), s3.leftovers(bucket)) == ([], [])


def test_a_link_gives_the_object_to_who_has_no_key(bucket: str) -> None:
    import urllib.request

    Bucket(bucket).put("a b.mp4", b"content")
    link = Bucket(bucket).link("a b.mp4", 60, "m\u00e4rz.mp4", "video/mp4")
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in link
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == b"content"
        assert answer.headers["Content-Type"] == "video/mp4"
        assert "m%C3%A4rz.mp4" in answer.headers["Content-Disposition"]
