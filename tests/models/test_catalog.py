import re
import tomllib
from importlib import import_module, resources
from pathlib import Path

import pytest

from passerby.errors import UsageError
from passerby.models.catalog import entries, find
from passerby.models.entry import Entry
from passerby.models.vocabulary import check_labels

ALL = [pytest.param(entry, id=entry.name) for entry in entries()]


def test_the_core_models_are_there() -> None:
    core = {entry.name for entry in entries() if entry.core}

    assert core == {"nanodet", "centerface", "transnetv2", "mobilenetv2", "minilm", "silero", "yunet"}


@pytest.mark.parametrize("entry", ALL)
def test_no_model_has_a_class_that_describes_a_person(entry: Entry) -> None:
    check_labels(entry.labels, entry.name)


@pytest.mark.parametrize("entry", ALL)
def test_names_are_lower_case_and_told_once(entry: Entry) -> None:
    assert len(set(entry.classes)) == len(entry.classes)
    for name in (entry.name, *entry.classes):
        assert name == name.lower().strip()
        assert name


@pytest.mark.parametrize("entry", ALL)
def test_people_and_dropped_names_are_among_the_classes(entry: Entry) -> None:
    assert {*entry.people, *entry.dropped} <= set(entry.classes)
    assert not set(entry.people) & set(entry.dropped)
    assert set(entry.labels) == set(entry.classes) - set(entry.dropped)


@pytest.mark.parametrize("entry", ALL)
def test_what_people_wear_is_dropped(entry: Entry) -> None:
    assert "tie" not in entry.labels


@pytest.mark.parametrize("entry", ALL)
def test_every_file_that_can_be_fetched_has_a_hash(entry: Entry) -> None:
    for file in entry.files:
        if entry.core or entry.sources:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert file.size > 0 or file.sources[0].url
        assert bool(file.sources) == bool(entry.sources)
        for source in file.sources:
            assert source.url.startswith("https://") or (source.package and source.version and source.member)
            assert not source.url or len(file.sources) == 1


@pytest.mark.parametrize("entry", ALL)
def test_where_it_is_from_and_what_it_cannot_do_is_said(entry: Entry) -> None:
    for text in (entry.licence, entry.upstream, entry.paper, entry.made_from, entry.training_data, entry.limits):
        assert text
    folders = {file.name.rpartition("/")[0] for file in entry.files}
    assert folders <= ({entry.name} if not entry.core and entry.companions else {""})


@pytest.mark.parametrize("entry", [pytest.param(entry, id=entry.name) for entry in entries() if entry.adapter])
def test_the_adapter_exists(entry: Entry) -> None:
    module, _, name = entry.adapter.partition(":")

    assert isinstance(getattr(import_module(module), name), type)


@pytest.mark.parametrize("entry", ALL)
def test_a_model_has_files_or_is_an_optional_package(entry: Entry) -> None:
    assert entry.file or entry.extra.name
    assert len(entry.files) == (1 + len(entry.companions) if entry.file else 0)
    assert bool(entry.extra.name) == bool(entry.extra.module)


def test_every_optional_package_is_in_an_extra() -> None:
    with Path(__file__).parents[2].joinpath("pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    for entry in entries():
        if entry.extra.name:
            package = entry.extra.module.replace("_", "-")
            assert any(each.startswith(package) for each in extras[entry.extra.name])


def test_an_unknown_name_is_answered_with_the_one_that_is_meant_or_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="'nanodot'; do you mean nanodet"):
        find("nanodot")
    with pytest.raises(UsageError, match=r"'resnet'.*nanodet, yunet, centerface"):
        find("resnet")


def test_every_shipped_file_is_in_the_catalog() -> None:
    shipped = {item.name for item in resources.files("passerby.models").joinpath("data").iterdir()}
    known = {file.name for entry in entries() for file in entry.files if entry.core}

    assert known == {name for name in shipped if name.endswith((".onnx", "-tokenizer.json"))}
