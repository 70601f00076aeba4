"""``passerby redact --dry-run``: all that is told before a look, and nothing is written."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cli.conftest import Passerby
from clips import make_clip


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "street.mp4", size=(160, 90), frames=12, audio="tone")


def everything(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_would_be_done_is_told_and_nothing_is_written(called: Passerby, clip: Path, tmp_path: Path) -> None:
    done = called(
        "redact", clip, "-o", tmp_path / "safe.mp4", "--dry-run", "--hide", "faces,people", "--threshold", "faces=0.2"
    )
    assert done.code == 0, done.err
    for words in (
        "would look for: faces, people (as closely as usual)",
        "less certain finds are hidden, too: faces from 0.2",
        "would not look for: plates, text, screens, voices",
        "with: ",
        "filled with black; sound: drop",
        f"would be made: {tmp_path / 'safe.mp4'}, of {clip}",
        "would drop streams: sound (aac)",
        "nothing was written: 1 would be made",
    ):
        assert words in done.out, done.out
    assert everything(tmp_path) == {}


def test_of_a_folder_each_file_is_told(called: Passerby, clip: Path, tmp_path: Path) -> None:
    footage = tmp_path / "footage"
    footage.mkdir()
    (footage / "street.mp4").write_bytes(clip.read_bytes())
    (footage / "broken.mp4").write_bytes(b"no film")
    Image.fromarray(np.zeros((40, 60, 3), np.uint8)).save(footage / "photo.png")
    Image.fromarray(np.zeros((40, 60, 3), np.uint8)).save(footage / "photo.psd", "png")
    before = everything(tmp_path)
    done = called("redact", footage, "-o", tmp_path / "safe", "--dry-run", "--json")
    assert done.code == 1
    told = {Path(file["path"]).name: file for file in done.document["files"]}
    assert {name: file["status"] for name, file in told.items()} == {
        "street.mp4": "would be made",
        "broken.mp4": "refused",
        "photo.png": "would be made",
        "photo.psd": "left out",
    }
    assert told["street.mp4"]["copy"] == str(tmp_path / "safe" / "street.mp4")
    assert told["street.mp4"]["dropped"] == ["sound (aac)"]
    assert told["broken.mp4"]["copy"] == ""
    assert told["broken.mp4"]["message"]
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-o", "safe.txt"], "expected a name that ends in"),
        (["-o", "safe.mp4", "--zone", "5000,0,5010,40"], "expected a box in the frame, which has 160x90"),
        (["-o", "safe.mp4", "--hide-object", "unicorn"], "no object is called 'unicorn'"),
        (["-o", "safe.mp4", "--report", "r.json"], "expected no --report with it"),
        (["--tracks", "t.html"], "expected no --tracks with it"),
        ([], "expected --out"),
        (["-o", "safe.mp4", "--threshold", "0.9"], "what is usually hidden would be visible"),
    ],
)
def test_what_would_be_refused_is_refused(
    called: Passerby, clip: Path, tmp_path: Path, arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = called("redact", clip, *arguments, "--dry-run")
    assert (done.code, done.err.count("\n")) == (2, 1), done.err
    assert told in done.err
    assert everything(tmp_path) == {}
