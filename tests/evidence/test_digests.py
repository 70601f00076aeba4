import hashlib
from pathlib import Path

import pytest

from passerby.errors import OutputError, UnreadableError
from passerby.evidence.digests import digests
from passerby.files.content import BLOCK


@pytest.mark.parametrize("size", [0, 1, BLOCK, BLOCK + 1])
def test_both_hashes_and_the_copy_are_of_one_reading(tmp_path: Path, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    (tmp_path / "a").write_bytes(content)
    found = digests(tmp_path / "a", tmp_path / "b")
    assert found.sha256 == hashlib.sha256(content).hexdigest()
    assert found.sha512 == hashlib.sha512(content).hexdigest()
    assert found.size == size
    assert (tmp_path / "b").read_bytes() == content


def test_what_cannot_be_read_or_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        digests(tmp_path / "none", tmp_path / "b")
    (tmp_path / "a").write_bytes(b"a")
    with pytest.raises(OutputError, match="No such file"):
        digests(tmp_path / "a", tmp_path / "none" / "b")
    assert not (tmp_path / "b").exists()


def test_a_file_that_grows_while_it_is_taken_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    """What writes behind its end is a reader of the copy: its first byte is there before the file's last."""
    source, copy = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"a" * (BLOCK * 3))
    with pytest.raises(UnreadableError, match="changed"):
        digests(_Growing(source), copy)
    assert not copy.exists()


class _Growing(type(Path())):  # type: ignore[misc]
    """A path whose file gets one byte more when it is opened."""

    def open(self, *args, **settings):  # type: ignore[no-untyped-def]
        with open(self, "ab") as file:
            file.write(b"x")
        return super().open(*args, **settings)
