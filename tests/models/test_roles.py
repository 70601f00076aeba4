"""One table says which model does what: settings, then the catalog."""

import re
from pathlib import Path
from typing import get_args

import pytest

import passerby
from passerby.configuration import configured
from passerby.errors import UsageError
from passerby.models.catalog import entries, find, recommended
from passerby.models.entry import Task
from passerby.models.roles import CHOICES, ModelRole, all_for, best_for, checked_model_for, first_for, model_for
from passerby.settings import Settings

# Where a name of a model may stand: in its adapter, in its catalog entry, and as the default of a setting.
NAMED = {"settings.py", "models"}


def test_each_task_has_a_model() -> None:
    assert {task: first_for(task) for task in get_args(Task)}.keys() == {entry.task for entry in entries()}


def test_the_defaults_of_settings_are_the_first_of_the_catalog() -> None:
    for role in CHOICES:
        assert model_for(role, Settings()) == first_for(role)


@pytest.mark.parametrize("role", CHOICES)
def test_what_may_be_taken_can_do_it_and_something_is_always_here(role: ModelRole) -> None:
    best = best_for(role)

    assert len(set(best)) == len(best)
    assert set(best) <= set(all_for(role))
    assert best[-1] == first_for(role) or best == all_for(role)


def test_only_models_that_were_measured_on_people_are_taken_for_the_mask() -> None:
    assert best_for("people") == ("nanodet-plus", "nanodet")


def test_what_is_recommended_can_be_fetched() -> None:
    for name in recommended():
        assert find(name).is_published


@pytest.mark.parametrize(
    ("role", "name"), [("redacted-faces", "centerface"), ("people", "yolox-s"), ("transcription", "speech-tiny")]
)
def test_another_model_is_a_setting(role: ModelRole, name: str) -> None:
    assert model_for(role, configured({CHOICES[role].setting: name}, {}).settings) == name


@pytest.mark.parametrize("role", CHOICES)
def test_a_model_of_another_task_is_refused(role: ModelRole) -> None:
    choice = CHOICES[role]
    settings = configured({choice.setting: "minilm"}, {}).settings
    with pytest.raises(UsageError, match=f"^minilm {choice.expected}; see `passerby models list`"):
        checked_model_for(role, settings)


def test_there_are_two_families_of_face_detectors() -> None:
    assert all_for("faces") == ("centerface", "yunet-2026may")
    assert all_for("redacted-faces") == ("yunet", "centerface", "yunet-2026may")


def test_no_code_names_a_model() -> None:
    package = Path(passerby.__file__).parent
    names = "|".join(re.escape(entry.name) for entry in entries() if entry.name != "plates")
    literal = re.compile(rf'"(?:{names})"')
    named = {
        path.relative_to(package).as_posix(): sorted(set(literal.findall(path.read_text("utf-8"))))
        for path in package.rglob("*.py")
        if path.relative_to(package).parts[0] not in NAMED and literal.search(path.read_text("utf-8"))
    }
    assert named == {}
