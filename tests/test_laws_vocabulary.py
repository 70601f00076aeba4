"""Law 2: nothing in Passerby has a name that would describe a person or tell who they are.

Each walk collects names from what is really there, and each has its own test, so that a planted name is told by where
it was planted.
"""

import dataclasses
import inspect
import json
import pkgutil
import sqlite3
from collections.abc import Iterable, Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal, get_args, get_origin

import pytest
import typer

import magpie
import passerby
from libraries import add_rich
from packages import plant
from passerby.cli.main import app
from passerby.errors import VocabularyError
from passerby.export.formats import FORMATS
from passerby.export.insights import Insights
from passerby.models.catalog import entries
from passerby.models.entry import Entry
from passerby.models.hedging import Hedger
from passerby.models.vocabulary import check_labels, check_names
from passerby.models.zero_shot_classifier import vocabulary
from passerby.settings import Settings
from passerby.stages.registry import make_stage
from passerby.store.library import open_store


def modules() -> list[ModuleType]:
    """Every module of the package but the one that runs when it is imported."""
    found = pkgutil.walk_packages(passerby.__path__, "passerby.")
    return [import_module(info.name) for info in found if not info.name.endswith("__main__")]


def classes(among: Iterable[ModuleType]) -> Iterator[type]:
    for module in among:
        for _, member in inspect.getmembers(module, inspect.isclass):
            if member.__module__ == module.__name__:
                yield member


def labels(among: Iterable[Entry]) -> Iterator[str]:
    """What models can say."""
    for entry in among:
        yield from entry.labels
    yield from Hedger().labels
    for facet in vocabulary():
        yield from facet.hierarchy().labels


def fields(among: Iterable[type]) -> Iterator[str]:
    """Fields of dataclasses, with their class."""
    for member in among:
        if dataclasses.is_dataclass(member):
            yield from (f"{member.__name__}.{field.name}" for field in dataclasses.fields(member))


def parameters(among: Iterable[ModuleType]) -> Iterator[str]:
    """Parameters of public functions and methods, with the function's name."""
    among = list(among)
    functions = [
        member
        for module in among
        for _, member in inspect.getmembers(module, inspect.isfunction)
        if member.__module__ == module.__name__
    ]
    functions += [
        method
        for kind in classes(among)
        for _, method in inspect.getmembers(kind, inspect.isfunction)
        if method.__module__.startswith("passerby")  # what is inherited of a library is not ours to name
    ]
    for function in functions:
        if not function.__name__.startswith("_"):
            yield function.__name__
            yield from inspect.signature(function).parameters


def columns(database: sqlite3.Connection) -> Iterator[str]:
    """Columns of all tables, with their table."""
    tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    for table in tables:
        yield from (f"{table}.{row[1]}" for row in database.execute(f"PRAGMA table_info('{table}')"))


def options(command: Any, name: str = "passerby") -> Iterator[str]:
    """Commands, their parameters and the names of their options."""
    yield name
    for parameter in command.params:
        yield from (f"{name} {text}" for text in (parameter.name, *parameter.opts, *parameter.secondary_opts))
    for child, sub in getattr(command, "commands", {}).items():
        yield from options(sub, child)


def choices(among: Iterable[ModuleType]) -> Iterator[str]:
    """The values of enumerations and of literal types, of which options and records choose."""
    for module in among:
        for member in vars(module).values():
            if isinstance(member, type) and issubclass(member, Enum):
                yield from (str(choice.value) for choice in member)
            elif get_origin(member) is Literal:
                yield from map(str, get_args(member))


def keys(document: Any) -> Iterator[str]:
    """Keys of a JSON document, however deep."""
    if isinstance(document, dict):
        yield from document
    for value in document.values() if isinstance(document, dict) else document:
        if isinstance(value, dict | list):
            yield from keys(value)


def test_no_model_says_anything_that_describes_a_person() -> None:
    check_labels(labels(entries()), "the catalog")


def test_no_field_of_a_record_or_setting_does() -> None:
    check_names(fields(classes(modules())), "a dataclass")
    check_names((f"PASSERBY_{field.name.upper()}" for field in dataclasses.fields(Settings)), "a setting")


def test_no_parameter_of_the_api_does() -> None:
    check_names(parameters(modules()), "a function")


def test_no_column_of_the_database_does(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True):
        pass
    with sqlite3.connect(tmp_path / "library.db") as database:
        found = list(columns(database))
    database.close()
    assert "tags.label" in found
    check_names(found, "the database")


def test_no_command_or_option_does() -> None:
    found = list(options(typer.main.get_command(app)))
    assert any("--label" in name for name in found)
    check_names(found, "the command line")


def test_no_choice_does() -> None:
    found = {*choices(modules()), *FORMATS}
    assert {"black", "objects", "json"} <= found
    check_names(found, "a choice")


def test_no_key_of_a_json_document_does(tmp_path: Path) -> None:
    with open_store(tmp_path, create=True) as store:
        video = store.videos.resolve(add_rich(store, "word"))
        document = json.loads(json.dumps(Insights.of(store, video).document()))
    found = set(keys(document))
    assert {"label", "max_at_once", "boxes"} <= found
    check_names(found, "a document")


PLANTED = ["gender", "uyghur", "smiling", "kimono", "face_id", "person_embedding", "skin_color"]


@pytest.mark.parametrize("name", PLANTED)
def test_a_class_planted_in_the_catalog_is_found(name: str) -> None:
    nanodet = entries()[0]
    planted = dataclasses.replace(nanodet, classes=(*nanodet.classes, name.replace("_", " ")))
    with pytest.raises(VocabularyError, match=name.split("_")[0]):
        check_labels(labels([*entries(), planted]), "the catalog")


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_field_is_found(name: str) -> None:
    planted = dataclasses.make_dataclass("Track", [("label", str), (name, str)])
    with pytest.raises(VocabularyError, match=name):
        check_names(fields([planted]), "a dataclass")


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_parameter_is_found(name: str) -> None:
    module = ModuleType("planted")
    exec(f"def find(words, {name}=None): ...", module.__dict__)
    module.__dict__["find"].__module__ = "planted"
    with pytest.raises(VocabularyError, match=name):
        check_names(parameters([module]), "a function")


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_column_is_found(name: str) -> None:
    database = sqlite3.connect(":memory:")
    database.execute(f"CREATE TABLE tracks (label TEXT, {name} TEXT)")
    with pytest.raises(VocabularyError, match=name):
        check_names(columns(database), "the database")
    database.close()


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_option_is_found(name: str) -> None:
    planted = typer.Typer()

    @planted.command("search")
    def search(wanted: str = typer.Option("", f"--{name.replace('_', '-')}")) -> None:
        raise AssertionError(wanted)

    with pytest.raises(VocabularyError, match=name.replace("_", "-")):
        check_names(options(typer.main.get_command(planted)), "the command line")


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_choice_is_found(name: str) -> None:
    module = ModuleType("planted")
    module.__dict__["By"] = Enum("By", {"LABEL": "label", "OTHER": name})
    with pytest.raises(VocabularyError, match=name):
        check_names(choices([module]), "a choice")


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_key_is_found(name: str) -> None:
    with pytest.raises(VocabularyError, match=name):
        check_names(keys({"objects": [{"label": "car", "more": {name: "x"}}]}), "a document")


@pytest.mark.parametrize("name", PLANTED)
def test_a_label_planted_in_a_stage_of_another_package_is_found(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = magpie.CODE.replace('("umbrella",)', f'("umbrella", "{name.replace("_", " ")}")')
    plant(tmp_path, monkeypatch, "magpie_stage", code, {"passerby.stages": {"magpie": "magpie_stage:Magpie"}})
    with pytest.raises(VocabularyError, match=r"magpie_stage 1\.0: expected names of things"):
        make_stage("magpie", Settings())
