"""`passerby export`: formats by the ending, several videos at once."""

import json
import shutil
from pathlib import Path

import pytest

from cli.conftest import Passerby, call_passerby
from libraries import add, said
from passerby.store.library import open_store

NAME = "three shots.mp4"


@pytest.mark.parametrize(
    ("file", "begins"),
    [("a.chapters.vtt", b"WEBVTT"), ("a.csv", b"kind"), ("a.png", b"\x89PNG"), ("a.JSON", b"{")],
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
        ([NAME, "-o", "a.srt"], 1, "nobody has listened for speech yet"),
        ([NAME, "-o", "a.vtt"], 1, "a file in the format webvtt would hold nothing"),
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


@pytest.mark.parametrize(("file", "content"), [("a.vtt", b"WEBVTT\n"), ("a.srt", b"")])
def test_an_empty_file_is_written_if_it_is_asked_for(
    filled: Passerby, tmp_path: Path, file: str, content: bytes
) -> None:
    assert filled("export", NAME, "--empty", "-o", tmp_path / file).code == 0
    assert (tmp_path / file).read_bytes() == content


def test_of_several_those_without_speech_are_left_out(tmp_path: Path) -> None:
    with open_store(tmp_path / "library", create=True) as store:
        add(store, "talk.mp4", speech=[said("good morning", 0)])
        add(store, "silent.mp4", speech=[])
    done = call_passerby(tmp_path / "library", "export", "--all", "-o", tmp_path / "captions", "--format", "srt")
    assert (done.code, done.err) == (0, "")
    assert "left out: silent.mp4: no speech was heard in it" in done.left_out
    assert [path.name for path in (tmp_path / "captions").iterdir()] == ["talk.srt"]


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
