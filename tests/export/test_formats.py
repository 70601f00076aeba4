"""Formats by their names."""

import json
from pathlib import Path

import pytest

from libraries import add, add_rich
from passerby.cli.export import Format
from passerby.errors import UsageError
from passerby.export.formats import FORMATS, export
from passerby.models.vocabulary import check_names
from passerby.store.library import open_store
from test_laws_vocabulary import keys

ADDRESS = "https://archive.example/dog.mp4"
MADE = [name for name in FORMATS if name != "sheet"]  # the pictures of a made-up library are none


def test_the_command_line_knows_every_format() -> None:
    assert [kind.value for kind in Format] == list(FORMATS)


def test_every_format_is_in_the_how_to() -> None:
    page = (Path(__file__).parents[2] / "docs" / "exports.md").read_text("utf-8")
    assert [name for name in FORMATS if f"`{name}`" not in page] == []


@pytest.mark.parametrize("name", MADE)
def test_a_library_is_written_the_same_each_time(name: str, tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        video = store.videos.resolve(add_rich(store, "dog"))
        written = export(store, video, name, ADDRESS)
        assert written == export(store, video, name, ADDRESS)
        assert len(written) > 100


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
        with pytest.raises(UsageError, match=r"'docx'.*json, sheet, csv, webvtt.*iiif"):
            export(store, video, "docx", None)
