"""Fragments are read as soon as they are whole, each once, from a file that grows."""

from pathlib import Path

import pytest

from passerby.streams.growing_file import GrowingFile, LiveFragment
from watched_sources import recording


@pytest.fixture
def whole(tmp_path: Path) -> bytes:
    path = tmp_path / "whole" / "1.mp4"
    with recording(path) as write:
        write(75)  # three seconds
    return path.read_bytes()


def opened(path: Path, content: bytes) -> GrowingFile:
    path.write_bytes(content)
    return GrowingFile(path)


def test_fragments_come_as_they_are_whole(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "1.mp4"
    growing = opened(path, b"")
    found: list[tuple[int, LiveFragment]] = []
    with path.open("ab", buffering=0) as file:
        for start in range(0, len(whole), 97):
            file.write(whole[start : start + 97])
            found += [(start + 97, fragment) for fragment in growing.read()]
    growing.close()
    assert growing.head + b"".join(fragment.content for _, fragment in found) == whole[: -len(_rest(whole, found))]
    assert sum(fragment.seconds for _, fragment in found) == pytest.approx(3.0)
    assert found[0][1].has_key
    read = len(growing.head)
    for written, fragment in found:
        read += len(fragment.content)
        assert written - 97 < read <= written, "as soon as it was whole"


def _rest(whole: bytes, found: list[tuple[int, LiveFragment]]) -> bytes:
    """What follows the last fragment: the index of the file, which is written at its end."""
    last = found[-1][1].content
    return whole[whole.rindex(last) + len(last) :]


def test_a_file_that_is_moved_and_removed_is_read_on(tmp_path: Path, whole: bytes) -> None:
    path = tmp_path / "1.mp4"
    growing = opened(path, whole[: len(whole) // 2])
    first = list(growing.read())
    assert first
    moved = path.rename(tmp_path / "2.mp4")
    with moved.open("ab") as file:
        file.write(whole[len(whole) // 2 :])
    moved.unlink()
    assert sum(fragment.seconds for fragment in [*first, *growing.read()]) == pytest.approx(3.0)
    assert list(growing.read()) == []
    growing.close()


@pytest.mark.parametrize("content", [b"", b"no video at all", b"\0\0\0\1mdat" + b"\xff" * 12])
def test_what_is_no_such_file_has_no_fragments(tmp_path: Path, content: bytes) -> None:
    growing = opened(tmp_path / "1.mp4", content)
    assert (list(growing.read()), growing.head) == ([], b"")
    growing.close()
