"""The contract, kept by Passerby's own stages."""

import dataclasses
import pickle
from typing import Any

import pytest

from fake_models import FakeModels
from kits import info
from passerby.records import Record
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.stages.base import Cutter, Kit, Masker
from passerby.stages.registry import make_stage

FED_BY_CUTS, FED_BY_MASKS = {"samples", "moments", "close-ups", "words"}, {"samples", "moments", "close-ups"}


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_says_what_it_takes_and_makes_and_goes_to_workers(name: str) -> None:
    stage = make_stage(name, Settings())
    assert stage.name == name
    assert dataclasses.is_dataclass(stage)
    assert hash(stage) == hash(pickle.loads(pickle.dumps(stage)))
    assert stage.makes
    assert all(issubclass(kind, Record) for kind in stage.makes)


@pytest.mark.parametrize("name", STAGES)
def test_it_needs_stages_before_it_that_decide_what_it_takes(name: str) -> None:
    stage = make_stage(name, Settings())
    assert set(stage.needs) <= set(list(STAGES)[: list(STAGES).index(name)])
    if stage.takes in FED_BY_CUTS:
        assert "shots" in stage.needs
    if stage.takes in FED_BY_MASKS and not isinstance(stage, Masker):
        assert "people" in stage.needs


def test_one_stage_cuts_and_one_masks() -> None:
    stages = [make_stage(name, Settings()) for name in STAGES]
    assert [stage.name for stage in stages if isinstance(stage, Cutter)] == ["shots"]
    assert [stage.name for stage in stages if isinstance(stage, Masker)] == ["people"]


class Counting(FakeModels):
    """Counts what it opens."""

    opened = 0

    def open(self, name: str, **parameters: Any) -> Any:
        type(self).opened += 1
        return object()


def test_a_kit_opens_a_model_once_for_all_who_want_it_so() -> None:
    kit = Kit(info(), Counting())
    assert kit.open("nanodet", threshold=0.5) is kit.open("nanodet", threshold=0.5)
    assert kit.open("nanodet", threshold=0.2) is not kit.open("nanodet")
    assert Counting.opened == 3
