"""Addresses of objects: whatever a key is, and nothing that holds a password."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerby.errors import UsageError
from passerby.object_storage.address import ObjectAddress, location, object_address

KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)


@given(KEYS)
def test_a_key_stays_as_it_is(key: str) -> None:
    assert object_address(f"s3://bucket/{key}") == ObjectAddress("bucket", key)
    assert str(ObjectAddress("bucket", key)) == f"s3://bucket/{key}"


def test_a_bucket_alone_is_all_that_is_in_it() -> None:
    assert object_address("s3://bucket") == ObjectAddress("bucket")
    assert object_address("s3://bucket").is_prefix
    assert object_address("s3://bucket/a").below("b") == object_address("s3://bucket/a/").below("b")


@pytest.mark.parametrize(
    "text",
    [
        "s3://AKIA:s3cret@bucket/key",
        "s3://AKIA:s3cret/more@bucket/key",
        "s3://s3cret@bucket",
        "s3:///s3cret",
        "s3://s3cret?",
    ],
)
def test_what_may_hold_a_password_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError, match="credentials are never part of it") as error:
        location(text)
    assert "s3cret" not in str(error.value)
    assert "AKIA" not in str(error.value)


def test_a_key_of_bytes_that_are_no_text_or_too_long_is_refused() -> None:
    for key in ("a\udcff", "x" * 1025):
        with pytest.raises(UsageError, match="expected a key"):
            location(f"s3://bucket/{key}")


def test_other_places_are_paths() -> None:
    assert location("s3:/a") == Path("s3:/a")
    assert location(Path("a b")) == Path("a b")


def test_what_lies_below_is_told_from_what_begins_alike() -> None:
    root = object_address("s3://bucket/a")
    assert object_address("s3://bucket/a/b").is_under(root)
    assert not object_address("s3://bucket/ab").is_under(root)
    assert not object_address("s3://other/a/b").is_under(root)
    assert object_address("s3://bucket/ab").is_under(object_address("s3://bucket"))
