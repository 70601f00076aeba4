"""Formats by their names."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from libraries import add, add_rich
from packages import plant
from passerby.errors import PluginError, UsageError
from passerby.export.exporter import export
from passerby.export.formats import FORMATS
from passerby.models.vocabulary import check_names
from passerby.store.library import open_store
from test_laws_vocabulary import keys

ADDRESS = "https://archive.example/dog.mp4"
MADE = [name for name in FORMATS if name != "sheet"]  # the pictures of a made-up library are none


def test_the_table_of_formats_loads_nothing_that_writes_them() -> None:
    loaded = "import sys, passerby.export.formats; print('numpy' in sys.modules, 'passerby.records' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_every_format_is_in_the_how_to() -> None:
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text("utf-8")
    assert [name for name in FORMATS if f"`{name}`" not in page] == []


@pytest.mark.parametrize("name", MADE)
def test_a_library_is_written_the_same_each_time(name: str, tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        video = store.videos.resolve(add_rich(store, "dog"))
        written = export(store, video, name, ADDRESS)
        assert written == export(store, video, name, ADDRESS)
        assert len(written) > 15


@pytest.mark.parametrize("name", FORMATS)
def test_what_has_only_been_begun_can_be_written(name: str, tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        video = store.videos.resolve(add(store, "empty.mp4", moments=0))
        export(store, video, name, ADDRESS)


@pytest.mark.parametrize("name", ["coco", "annotations", "iiif"])
def test_no_key_describes_a_person(name: str, tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        found = set(keys(json.loads(export(store, store.videos.resolve(add_rich(store, "word")), name, ADDRESS))))
    check_names(found, name)


def test_a_format_that_there_is_not_is_an_error_that_names_those_that_there_are(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        video = store.videos.resolve(add_rich(store, "dog"))
        with pytest.raises(UsageError, match=r"'docx'.*json, sheet, csv, text, webvtt.*iiif"):
            export(store, video, "docx", None)


def test_another_package_adds_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = "def names(known):\n    return ', '.join(track.label for track in known.tracks).encode()"
    plant(tmp_path / "site", monkeypatch, "lists", code, {"passerby.exports": {"names": "lists:names"}})
    with open_store(tmp_path / "library", create=True) as store:
        video = store.videos.resolve(add_rich(store, "dog"))
        assert b"dog" in export(store, video, "names", None)
        with pytest.raises(UsageError, match=r"'docx'.*iiif, names"):
            export(store, video, "docx", None)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("names = 1", "expected a function"),
        ("def names(known):\n    return 'text'", "expected it to give bytes, found str"),
        ("1 / 0", "cannot be loaded: ZeroDivisionError"),
    ],
)
def test_what_another_package_gets_wrong_names_the_package(
    code: str, found: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path / "site", monkeypatch, "wrong", code, {"passerby.exports": {"names": "wrong:names"}})
    with open_store(tmp_path / "library", create=True) as store:
        video = store.videos.resolve(add_rich(store, "dog"))
        with pytest.raises(PluginError, match=rf"of the package wrong 1\.0: .*{found}"):
            export(store, video, "names", None)
