"""What was found with a model that is not the best any more stays, until somebody asks."""

from collections.abc import Mapping

from passerby.errors import MissingModelError
from passerby.pipeline.keys import plan, stage_keys
from passerby.pipeline.models_of_before import models_of, open_roles, with_models_of_before
from passerby.settings import Settings
from passerby.stages import stage_names

BETTER = Settings(objects="nanodet-plus", people="nanodet-plus", faces="centerface", speech="speech-base")
BEFORE = Settings(objects="nanodet", people="nanodet", faces="centerface", speech="speech-tiny")
NAMES = ("objects", "speech")


def weights(name: str) -> str:
    return f"hash of {name}"


def keys(settings: Settings) -> dict[str, str]:
    return stage_keys(plan(NAMES, settings), "v", weights)


def models(settings: Settings, done: Mapping[str, str], asked: Settings) -> dict[str, tuple[str, ...]]:
    """The models of each stage where the best are those of ``settings``, and the user has named those of ``asked``."""
    chosen = with_models_of_before(plan(NAMES, settings), "v", done, weights, open_roles(asked))
    return {stage.name: stage.models for stage in chosen if stage.name in ("people", *NAMES)}


def test_a_new_video_gets_the_best() -> None:
    assert models(BETTER, {}, Settings()) == {
        "people": ("nanodet-plus", "centerface"),
        "objects": ("nanodet-plus",),
        "speech": ("silero", "speech-base"),
    }


def test_what_is_done_stays() -> None:
    assert models(BETTER, keys(BEFORE), Settings()) == {
        "people": ("nanodet", "centerface"),
        "objects": ("nanodet",),
        "speech": ("silero", "speech-tiny"),
    }


def test_its_keys_are_those_that_were_kept() -> None:
    done = keys(BEFORE)

    chosen = with_models_of_before(plan(NAMES, BETTER), "v", done, weights, open_roles(Settings()))

    assert stage_keys(chosen, "v", weights) == done


def test_what_is_not_done_gets_the_best_and_what_it_needs_stays() -> None:
    done = {name: key for name, key in keys(BEFORE).items() if name in ("shots", "people")}

    found = models(BETTER, done, Settings())

    assert (found["people"], found["objects"]) == (("nanodet", "centerface"), ("nanodet-plus",))


def test_who_names_a_model_asks_for_it_to_be_done_again() -> None:
    found = models(BETTER, keys(BEFORE), Settings(objects="nanodet-plus"))

    assert (found["people"], found["objects"]) == (("nanodet", "centerface"), ("nanodet-plus",))


def test_nothing_stays_where_all_is_to_be_found_again() -> None:
    chosen = with_models_of_before(plan(NAMES, BETTER), "v", keys(BEFORE), weights, {})

    assert chosen == plan(NAMES, BETTER)


def test_what_another_version_found_is_not_taken_for_an_older_models() -> None:
    done = dict.fromkeys(keys(BEFORE), "of another version")

    assert models(BETTER, done, Settings())["objects"] == ("nanodet-plus",)


def test_a_model_of_ones_own_that_is_not_here_any_more_is_no_trouble() -> None:
    def lacking(name: str) -> str:
        if name == "speech-tiny":
            raise MissingModelError(name)
        return weights(name)

    chosen = with_models_of_before(plan(NAMES, BETTER), "v", keys(BEFORE), lacking, open_roles(Settings()))

    assert {stage.name: stage.models for stage in chosen}["speech"] == ("silero", "speech-base")


def test_models_are_told_by_the_keys_of_what_they_found() -> None:
    done = stage_keys(plan(stage_names(), BEFORE), "v", weights)

    found = models_of(BETTER, "v", done, weights)

    assert found == {stage.name: stage.models for stage in plan(stage_names(), BEFORE) if stage.models}


def test_of_what_another_version_found_no_model_is_told() -> None:
    done = keys(BEFORE) | {"objects": "of another version"}

    assert "objects" not in models_of(BETTER, "v", done, weights)
