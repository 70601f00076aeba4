"""The written policies: each can be asked for as it is written."""

import pytest

from passerby.errors import UsageError
from passerby.redact.make.copy_options import fields_of
from passerby.redact.plan.policy import Audio
from passerby.redact.plan.presets import PRESETS, read_preset


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_a_policy_that_can_be_asked_for(name: str) -> None:
    preset = read_preset(name)
    assert fields_of(preset.changes) == preset.changes  # type: ignore[arg-type]
    assert preset.policy.hide
    assert preset.title
    assert preset.why.endswith(".")


def test_a_march_is_looked_at_closely_and_silent() -> None:
    march = read_preset("march").policy
    assert (march.hide, march.effort, march.audio) == (("faces", "people"), "careful", Audio("drop"))


def test_a_preset_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match="interview, march, data-set, found 'wedding'"):
        read_preset("wedding")
