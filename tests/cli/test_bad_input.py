"""Bad files: one clear line each, exit code 1, the others are done, the library stays whole."""

import os
from pathlib import Path

import pytest

from cli.conftest import Passerby
from clips import make_clip, truncated


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("good") / "good.mp4", size=(160, 90), frames=12, rate=12)


def test_a_folder_of_bad_files_costs_the_bad_files_only(passerby: Passerby, tmp_path: Path, good: Path) -> None:
    folder = tmp_path / "footage"
    folder.mkdir()
    (folder / "a good.mp4").write_bytes(good.read_bytes())
    (folder / "b twice.mp4").write_bytes(good.read_bytes())
    (folder / "c zero.mp4").touch()
    (folder / "d text.mp4").write_text("these are words\n" * 100)
    truncated(good, folder / "e truncated.mp4", keep=0.5)
    make_clip(folder / "f one.mp4", size=(160, 90), frames=1, rate=12)
    sound_only(folder / "g sound.mp4")
    (folder / "h folder.mp4").mkdir()
    result = passerby("add", folder, tmp_path / "missing.mp4", "--json")
    assert result.code == 1
    statuses = {Path(row["path"]).name: row["status"] for row in result.document["videos"]}
    assert statuses == {
        "a good.mp4": "done",
        "b twice.mp4": "skipped",
        "c zero.mp4": "failed",
        "d text.mp4": "failed",
        "e truncated.mp4": "failed",
        "f one.mp4": "done",
        "g sound.mp4": "failed",
        "missing.mp4": "failed",
    }
    lines = result.err.splitlines()
    for name in ("b twice", "c zero", "d text", "e truncated", "g sound", "missing"):
        assert len([line for line in lines if name in line]) == 1, lines
    assert len(lines) == 6
    assert "Traceback" not in result.err
    assert {video["name"] for video in passerby("list", "--json").document["videos"]} == {"a good.mp4", "f one.mp4"}
    assert passerby("doctor").code == 0


def test_adding_again_is_free_and_says_so(passerby: Passerby, good: Path) -> None:
    assert passerby("add", good).code == 0
    again = passerby("add", good, "--json")
    assert (again.code, again.err) == (0, "")
    assert again.document["videos"][0]["status"] == "skipped"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything; the folder case below runs for root too")
def test_a_file_without_permission_is_one_line(passerby: Passerby, tmp_path: Path, good: Path) -> None:
    locked = tmp_path / "locked.mp4"
    locked.write_bytes(good.read_bytes())
    locked.chmod(0)
    result = passerby("add", locked)
    assert result.code == 1
    assert "locked.mp4" in result.err


def test_no_video_in_a_folder_is_wrong_usage(passerby: Passerby, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = passerby("add", tmp_path / "empty")
    assert result.code == 2
    assert "found none" in result.err


def test_a_library_that_cannot_be_made_is_told(tmp_path: Path, good: Path, passerby: Passerby) -> None:
    (tmp_path / "library").write_text("a file, where the library's folder should be")
    result = passerby("add", good)
    assert result.code == 1
    assert "library" in result.err
    assert "Traceback" not in result.err


def sound_only(path: Path) -> Path:
    import av
    import numpy as np

    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48_000)
        assert isinstance(stream, av.AudioStream)
        samples = np.zeros((1, 48_000), np.float32)
        frame = av.AudioFrame.from_ndarray(samples, format="fltp", layout="mono")
        frame.sample_rate = 48_000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
