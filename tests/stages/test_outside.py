"""The wall: what a stage of another package may not be, told with the package's name, and one that is let in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from packages import plant
from passerby.errors import PluginError, UsageError, VocabularyError
from passerby.pipeline.keys import plan
from passerby.records import Tag, Track
from passerby.settings import Settings
from passerby.stages import STAGES, stage_names
from passerby.stages.base import Stage
from passerby.stages.outside import require_declared
from passerby.stages.registry import make_stage

# A stage that is let in; each test changes a line of it.
CODE = """
from dataclasses import dataclass
from typing import ClassVar

from passerby.records import MomentVector, PeopleMasks, Record, ScreenText, Tag, Track


@dataclass(frozen=True)
class Motto(Record):
    text: str


@dataclass(frozen=True)
class Logos:
    name: ClassVar = "logos"
    version: ClassVar = 1
    needs: ClassVar = ("shots", "people")
    models: ClassVar = ()
    takes: ClassVar = "moments"
    makes: ClassVar = (Tag,)
    labels: ClassVar = ("acme logo", "bird logo")

    threshold: float = 0.5

    def open(self, kit):
        raise NotImplementedError
"""

Plant = Callable[..., None]


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plant:
    """Installs the package, with lines of it changed, under a name."""

    def install(*changes: tuple[str, str], name: str = "logos") -> None:
        code = CODE
        for old, new in changes:
            assert old in code
            code = code.replace(old, new)
        plant(tmp_path, monkeypatch, "logo_stage", code, {"passerby.stages": {name: "logo_stage:Logos"}})

    return install


def test_a_stage_of_another_package_is_planned_as_others_are(planted: Plant) -> None:
    planted()
    assert stage_names() == (*STAGES, "logos")
    planned = plan(["logos"], Settings())
    assert [stage.name for stage in planned] == ["shots", "people", "logos", "meaning"]
    assert planned[-1].needs == ("shots", "logos")  # what it says is told by its meaning, too
    assert plan(["logos"], Settings()) == planned


def test_without_it_its_name_is_unknown() -> None:
    with pytest.raises(UsageError, match="'logos'"):
        plan(["logos"], Settings())


@pytest.mark.parametrize("takes", ["frames", "sound", "samples", "close-ups", "everything"])
def test_what_could_see_or_hear_people_is_refused(planted: Plant, takes: str) -> None:
    planted(('takes: ClassVar = "moments"', f'takes: ClassVar = "{takes}"'))
    with pytest.raises(PluginError, match=rf"logo_stage 1\.0: it takes '{takes}'; .*moments or words.*law 1"):
        make_stage("logos", Settings())


@pytest.mark.parametrize("label", ["smiling woman", "uyghur", "elderly"])
def test_a_label_that_describes_a_person_is_refused(planted: Plant, label: str) -> None:
    planted(("bird logo", label))
    with pytest.raises(VocabularyError, match=r"logo_stage 1\.0: expected names of things"):
        make_stage("logos", Settings())


def test_a_parameter_whose_name_does_is_refused(planted: Plant) -> None:
    planted(("threshold: float", "gender: float"))
    with pytest.raises(VocabularyError, match=r"logo_stage 1\.0.*gender"):
        make_stage("logos", Settings())


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("bird logo", "person", "kept as geometry"),
        ('labels: ClassVar = ("acme logo", "bird logo")', "", "expected `labels`"),
        ("makes: ClassVar = (Tag,)", "makes: ClassVar = (PeopleMasks,)", "it makes PeopleMasks; expected"),
        ("makes: ClassVar = (Tag,)", "makes: ClassVar = (MomentVector,)", "it makes MomentVector; expected"),
        ("makes: ClassVar = (Tag,)", "makes: ClassVar = (Motto,)", "it makes Motto; expected some of Tag"),
        ("makes: ClassVar = (Tag,)", "makes: ClassVar = (str,)", "it makes str; expected some of Tag"),
        ('needs: ClassVar = ("shots", "people")', 'needs: ClassVar = ("shots",)', "expected 'people' among"),
        ('needs: ClassVar = ("shots", "people")', 'needs: ClassVar = ("shots", "people", "ghosts")', "'ghosts'"),
        ('models: ClassVar = ()', 'models: ClassVar = ("no such model",)', "no model is called"),
        ('name: ClassVar = "logos"', 'name: ClassVar = "signs"', "found 'signs'"),
        ("    version: ClassVar = 1\n", "", "found no version"),
        ("threshold: float = 0.5", "threshold: float", "usual parameters"),
        ('takes: ClassVar = "moments"', 'takes: ClassVar = "words"', "expected `needs` to be a parameter"),
        ("class Logos:", "class Logos_:\n    pass\n\n\nLogos = 7\n\n\nclass Other:", "expected a frozen dataclass"),
    ],
)  # fmt: skip
def test_a_breach_names_the_package_and_says_why(planted: Plant, old: str, new: str, reason: str) -> None:
    planted((old, new))
    with pytest.raises(PluginError, match=r"logo_stage 1\.0: ") as raised:
        make_stage("logos", Settings())
    assert reason in str(raised.value)


def test_words_do_not_come_back_to_what_takes_them(planted: Plant) -> None:
    planted(
        ('takes: ClassVar = "moments"', 'takes: ClassVar = "words"'),
        ('needs: ClassVar = ("shots", "people")', 'needs: tuple = ("shots",)'),
    )
    with pytest.raises(PluginError, match="they would come back to it"):
        make_stage("logos", Settings())


def test_a_name_of_passerbys_own_is_not_taken(planted: Plant) -> None:
    planted(name="tags")
    with pytest.raises(PluginError, match=r"'tags'.*Passerby's own"):
        make_stage("logos", Settings())


def made(planted: Plant) -> Stage:
    planted()
    return make_stage("logos", Settings())


def test_what_was_not_declared_is_refused_when_it_is_found(planted: Plant) -> None:
    stage = made(planted)
    require_declared(stage, [Tag(0, "acme logo", 0.5)])
    with pytest.raises(PluginError, match=r"the stage logos, of logo_stage: .* found a label"):
        require_declared(stage, [Tag(0, "a tall man", 0.5)])
    with pytest.raises(PluginError, match="found a Track"):
        require_declared(stage, [Track.__new__(Track)])
