"""Collections and the trash at the console."""

import json
from pathlib import Path

import pytest

from libraries import add
from passerby.cli.main import main
from passerby.store.library import open_store


@pytest.fixture
def library(tmp_path: Path) -> Path:
    with open_store(tmp_path / "library", create=True) as store:
        add(store, "kite.mp4")
        add(store, "car.mp4")
    return tmp_path / "library"


def run(library: Path, *arguments: str, code: int = 0) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--library", str(library), *arguments])
    assert (ended.value.code or 0) == code


def listed(library: Path, capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    capsys.readouterr()
    run(library, "list", "--json", *arguments)
    return [video["name"] for video in json.loads(capsys.readouterr().out)["videos"]]


def test_a_collection_is_made_filled_listed_and_removed(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(library, "collection", "make", "Trip", "--description", "by the sea")
    run(library, "collection", "add", "Trip", "kite.mp4")
    assert listed(library, capsys, "--collection", "Trip") == ["kite.mp4"]
    run(library, "collection", "change", "Trip", "--name", "12/26", "--case")
    run(library, "collection", "list")
    assert capsys.readouterr().out.splitlines()[-1].split() == ["1", "case", "12/26"]
    run(library, "collection", "take", "12/26", "kite.mp4")
    assert listed(library, capsys, "--collection", "12/26") == []
    run(library, "collection", "remove", "12/26")
    run(library, "list", "--collection", "12/26", code=2)
    assert "there is no collection called '12/26'" in capsys.readouterr().err
    assert len(listed(library, capsys)) == 2


def test_the_trash_tells_that_it_is_on_the_disk_and_gives_back(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(library, "trash", "put", "kite.mp4")
    assert "on the disk still, for 30 days" in capsys.readouterr().out
    assert listed(library, capsys) == ["car.mp4"]
    run(library, "show", "kite.mp4", code=2)
    assert "it is in the trash" in capsys.readouterr().err
    run(library, "trash", "empty")  # not for long enough
    run(library, "trash", "restore", "kite.mp4")
    assert listed(library, capsys) == ["kite.mp4", "car.mp4"]
    run(library, "trash", "put", "kite.mp4")
    run(library, "forget", "kite.mp4")
    run(library, "trash", "list")
    assert "kite" not in capsys.readouterr().out.splitlines()[-1]
