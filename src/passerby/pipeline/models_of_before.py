"""What was found with a model that is not the best any more stays, until somebody asks for it to be found again.

A model that is pulled would else make the work on a whole library void. Where nobody has named a model for a role, what
was found with any that may have it counts as done; `passerby add --renew` does it again with the best that is here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product

from passerby.errors import MissingModelError
from passerby.models.catalog import find
from passerby.models.roles import CHOICES, ModelRole, all_for, best_for, is_open
from passerby.pipeline.keys import plan, stage_key
from passerby.settings import Settings
from passerby.stages import stage_names
from passerby.stages.base import Stage, roles_of

# For each role that nobody has named a model for, those that may have it.
OpenRoles = Mapping[ModelRole, tuple[str, ...]]


def open_roles(settings: Settings) -> OpenRoles:
    """The roles for which these settings name no model."""
    return {role: best_for(role) for role in CHOICES if is_open(role, settings)}


def with_models_of_before(
    stages: Sequence[Stage],
    video_id: str,
    done: Mapping[str, str],
    weights_hash: Callable[[str], str],
    roles: OpenRoles,
) -> tuple[Stage, ...]:
    """The stages, each with the models that it was ``done`` with if ``roles`` leave the choice; else as it is.

    ``done`` has the key of each stage that is finished for this video.
    """
    keys: dict[str, str] = {}
    chosen: list[Stage] = []
    for stage in stages:
        kept = done.get(stage.name)
        by_key = {
            _key(each, video_id, keys, weights_hash): each for each in (stage, *(_others(stage, roles) if kept else ()))
        }
        keys[stage.name] = kept if kept in by_key else next(iter(by_key))  # the first is that of the stage as it is
        chosen.append(by_key[keys[stage.name]])
    return tuple(chosen)


def models_of(
    settings: Settings, video_id: str, done: Mapping[str, str], weights_hash: Callable[[str], str]
) -> dict[str, tuple[str, ...]]:
    """By which models each stage found what is kept of a video, as far as the keys in ``done`` tell.

    A stage without models is left out, and one that was done with settings or by a version that are not those of now.
    """
    stages = plan([name for name in done if name in stage_names()], settings)
    any_model = {role: tuple(name for name in all_for(role) if find(name).file) for role in CHOICES}
    chosen = with_models_of_before(stages, video_id, done, weights_hash, any_model)
    keys: dict[str, str] = {}
    for stage in chosen:
        keys[stage.name] = _key(stage, video_id, keys, weights_hash)
    return {stage.name: stage.models for stage in chosen if stage.models and done.get(stage.name) == keys[stage.name]}


def _others(stage: Stage, roles: OpenRoles) -> Iterator[Stage]:
    """The stage with each other choice of models."""
    named = roles_of(stage)
    if not set(named) & roles.keys():
        return
    choices = [roles.get(role, (name,)) for role, name in zip(named, stage.models, strict=True)]
    for models in product(*choices):
        if models != stage.models:
            yield replace(stage, models=models)


def _key(stage: Stage, video_id: str, keys: Mapping[str, str], weights_hash: Callable[[str], str]) -> str:
    """Nothing for a model of the user's own that is not here: it has no hash by which something could be known."""
    try:
        return stage_key(stage, video_id, keys, weights_hash)
    except MissingModelError:
        return ""
