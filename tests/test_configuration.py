"""Settings: defaults, then files, then the environment, then what is given; nonsense is refused by name."""

import tomllib
from pathlib import Path

import pytest

from cli.conftest import run_passerby
from passerby.configuration import configured, template
from passerby.errors import UsageError
from passerby.settings import FIELDS, Settings


def test_what_is_given_comes_before_the_environment_that_before_a_file_and_that_before_defaults(tmp_path: Path) -> None:
    file = tmp_path / "passerby.toml"
    file.write_text('workers = 2\nobjects = "nanodet"\nspool_gb = 7\nlibrary = "there"\n')
    environment = {"PASSERBY_WORKERS": "3", "PASSERBY_OBJECTS": "yolox-s", "PASSERBY_CONFIG": str(file)}
    found = configured({"workers": 5, "library": None}, environment)
    assert (found.settings.workers, found.settings.objects, found.settings.spool_gb) == (5, "yolox-s", 7.0)
    assert found.settings.library == "there"
    assert found.files == (file,)
    sources = {given.name: given.source for given in found.given}
    assert sources.keys() == FIELDS.keys()
    assert [sources[name] for name in ("workers", "objects", "spool_gb", "threads")] == [
        "option",
        "PASSERBY_OBJECTS",
        str(file),
        "default",
    ]


def test_an_empty_variable_is_one_that_nobody_has_set() -> None:
    assert (
        configured({}, {"PASSERBY_LIBRARY": "", "PASSERBY_THREADS": "", "PASSERBY_CONFIG": ""}).settings == Settings()
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WORKERS", "many"),
        ("WORKERS", "-1"),
        ("SAMPLES_PER_SECOND", "0"),
        ("SAMPLES_PER_SECOND", "nan"),
        ("MEMORY_MB", "1"),
        ("STALL_SECONDS", "-3"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"PASSERBY_{name}"):
        configured({}, {f"PASSERBY_{name}": value})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("worker = 2", "no setting is called 'worker'; do you mean workers"),
        ('workers = "many"', "workers: expected int, found 'many'"),
        ("workers = 2.5", "workers: expected int, found 2.5"),
        ("workers = true", "workers: expected int, found True"),
        ("library = 3", "library: expected str, found 3"),
        ("memory_mb = 1", "memory_mb: expected 256 or more"),
        ("workers: 2", "expected TOML"),
    ],
)
def test_nonsense_in_a_file_is_refused_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(UsageError, match="mine") as refused:
        configured({}, {"PASSERBY_CONFIG": str(file)})
    assert told in str(refused.value)


def test_a_named_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="PASSERBY_CONFIG: expected a file of settings, found none"):
        configured({}, {"PASSERBY_CONFIG": str(tmp_path / "none.toml")})


def test_the_template_says_every_setting_and_changes_none() -> None:
    assert tomllib.loads(template()) == {}
    uncommented = "\n".join(line.removeprefix("# ") for line in template().splitlines() if " = " in line)
    assert {name: type(value) for name, value in tomllib.loads(uncommented).items()} == {
        name: type(field.default) for name, field in FIELDS.items()
    }


def test_a_file_in_the_folder_goes_before_that_of_the_user(tmp_path: Path) -> None:
    ours, theirs = tmp_path / "passerby.toml", tmp_path / "home" / "passerby" / "config.toml"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("workers = 2\nthreads = 4\n")
    ours.write_text("workers = 1\n")
    through = ["env", f"XDG_CONFIG_HOME={tmp_path / 'home'}"]
    found = run_passerby(tmp_path / "library", "config", "--json", "--changed", cwd=tmp_path, through=through)
    assert found.document == {
        "settings": {
            "library": {"value": str(tmp_path / "library"), "source": "option"},
            "threads": {"value": 4, "source": str(theirs)},
            "workers": {"value": 1, "source": str(ours)},
        },
        "files": [str(ours), str(theirs)],
    }
    told = run_passerby(tmp_path / "library", "config", cwd=tmp_path, through=through).out.splitlines()
    assert ["workers", "1", str(ours)] in [line.split() for line in told]
    assert told[-2:] == [f"{ours}: read", f"{theirs}: read"]
