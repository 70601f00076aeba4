"""`passerby export`: formats by the ending, several videos at once."""

import json
import shutil
from pathlib import Path

import pytest

from cli.conftest import Passerby, call_passerby

NAME = "three shots.mp4"


@pytest.mark.parametrize(
    ("file", "begins"),
    [("a.vtt", b"WEBVTT"), ("a.chapters.vtt", b"WEBVTT"), ("a.csv", b"kind"), ("a.png", b"\x89PNG"), ("a.JSON", b"{")],
)
def test_the_ending_says_the_format(filled: Passerby, tmp_path: Path, file: str, begins: bytes) -> None:
    done = filled("export", NAME, "-o", tmp_path / file)
    assert (done.code, done.out) == (0, f"written: {tmp_path / file}\n")
    assert (tmp_path / file).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([NAME, "-o", "a.zip"], 2, "no format has this ending"),
        ([NAME, "-o", "a", "--format", "jsn"], 2, "do you mean json?"),
        ([NAME, "-o", "a.srt"], 1, "not written, since nothing is known"),
        ([NAME, "--all", "-o", "folder"], 2, "expected either names of videos, or --all, or --found"),
        (["-o", "folder"], 2, "expected either names of videos"),
        ([NAME, "-o", "/dev/full"], 1, "No space left"),
    ],
)
def test_what_cannot_be_written_is_told_and_leaves_nothing(
    filled: Passerby, tmp_path: Path, arguments: list[str], code: int, told: str
) -> None:
    done = filled("export", *arguments, cwd=tmp_path)
    assert done.code == code
    assert told in done.err
    assert done.err.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_several_videos_go_to_a_folder(filled_library: Path, cut_clip: Path, tmp_path: Path) -> None:
    library = shutil.copytree(filled_library, tmp_path / "library")
    other = tmp_path / "other" / cut_clip.name
    other.parent.mkdir()
    other.write_bytes(cut_clip.read_bytes() + bytes(8))  # another video of the same name
    assert call_passerby(library, "add", other, "--stages", "shots").code == 0
    every = call_passerby(library, "export", "--all", "-o", tmp_path / "every", "--format", "csv")
    ids = [video["id"] for video in call_passerby(library, "list", "--json").document["videos"]]
    assert every.code == 0
    names = {path.name for path in (tmp_path / "every").iterdir()}
    assert names == {f"three shots_{each[:8]}.csv" for each in ids}
    assert call_passerby(library, "export", ids[0], ids[1], "-o", tmp_path / "named").code == 0
    assert {json.loads(path.read_bytes())["id"] for path in (tmp_path / "named").iterdir()} == set(ids)
    found = call_passerby(library, "export", "--found", "freeze", "-o", tmp_path / "found")
    assert found.code == 0
    again = call_passerby(library, "export", "--all", "-o", tmp_path / "every", "--format", "csv")
    assert again.code == 1
    assert again.err.count("there is a file already") == 2
