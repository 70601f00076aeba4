"""Plans: what is asked for brings what it needs, and a key changes with all that it stands for."""

import dataclasses

import pytest

from passerby.errors import UsageError
from passerby.pipeline.keys import plan, stage_keys
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.stages.base import Stage


def names(stages: tuple[Stage, ...]) -> list[str]:
    return [stage.name for stage in stages]


def keys(settings: Settings = Settings(), video: str = "v", weights: str = "w") -> dict[str, str]:  # noqa: B008
    return stage_keys(plan(STAGES, settings), video, lambda name: f"{weights} {name}")


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before if before[name] != after[name]}


def test_a_stage_brings_what_it_needs_in_order() -> None:
    assert names(plan(["tags"], Settings())) == ["shots", "people", "tags", "meaning"]
    assert names(plan(["shots"], Settings())) == ["shots"]
    assert names(plan(STAGES, Settings())) == list(STAGES)


def test_an_unknown_stage_is_named_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"'faces'.*shots, people, objects"):
        plan(["shots", "faces"], Settings())


def test_the_same_run_has_the_same_keys() -> None:
    assert keys() == keys()


def test_another_video_or_rate_changes_every_key_that_depends_on_it() -> None:
    assert changed(keys(), keys(video="other")) == set(STAGES)
    faster = dataclasses.replace(Settings(), samples_per_second=4.0)
    assert changed(keys(), keys(faster)) == set(STAGES) - {"shots", "speech"}


def test_another_detector_changes_objects_and_what_they_mean() -> None:
    other = dataclasses.replace(Settings(), objects="d-fine-s")
    assert changed(keys(), keys(other)) == {"objects", "meaning"}


def test_another_detector_of_people_changes_all_that_people_are_left_out_of() -> None:
    other = Settings(people="d-fine-s")
    assert changed(keys(), keys(other)) == set(STAGES) - {"shots", "speech"}


def test_another_model_for_images_and_texts_changes_looks_and_the_tags_that_it_gives() -> None:
    other = dataclasses.replace(Settings(), image_text="siglip-b-16")
    assert changed(keys(), keys(other)) == {"looks", "zero-shot", "meaning"}


def test_settings_that_change_no_result_change_no_key() -> None:
    assert changed(keys(), keys(dataclasses.replace(Settings(), threads=1, workers=3, memory_mb=1))) == set()


@pytest.mark.parametrize(
    ("model", "redone"),
    [
        ("mobilenetv2", {"tags", "vectors", "meaning"}),
        ("centerface", set(STAGES) - {"shots", "speech"}),
        ("transnetv2", set(STAGES) - {"speech"}),
        ("clip-vit-b-32", {"looks", "zero-shot", "meaning"}),
        ("speech-base", {"speech", "meaning"}),
        ("silero", {"speech", "meaning"}),
    ],
)
def test_new_weights_redo_what_depends_on_them(model: str, redone: set[str]) -> None:
    stages = plan(STAGES, Settings())
    before = stage_keys(stages, "v", lambda name: "old")
    after = stage_keys(stages, "v", lambda name: "new" if name == model else "old")
    assert changed(before, after) == redone


def test_text_is_read_by_the_reader_that_is_set() -> None:
    chosen = {stage.name: stage for stage in plan(["text"], Settings(text_reader="ppocr-rec-korean"))}
    usual = {stage.name: stage for stage in plan(["text"], Settings())}

    assert chosen["text"].models == ("ppocr-det", "ppocr-rec-korean", "nanodet")
    assert usual["text"].models == ("ppocr-det", "ppocr-rec", "nanodet")
    keys = [stage_keys([*stages.values()], "video", lambda name: name)["text"] for stages in (chosen, usual)]
    assert keys[0] != keys[1]
