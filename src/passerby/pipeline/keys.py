"""Which stages run, in which order, and the key under which each one's records are kept."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence

from passerby.records import WordedRecord
from passerby.settings import Settings
from passerby.stages import stage_names
from passerby.stages.base import Cutter, Stage
from passerby.stages.registry import make_stage


def plan(names: Iterable[str], settings: Settings) -> tuple[Stage, ...]:
    """The stages called ``names`` and those that they need, in order.

    Raises UsageError for a name that is no stage, PluginError for a stage of another package that cannot be let in.
    """
    asked = {name: make_stage(name, settings) for name in names}
    worded = [name for name, stage in asked.items() if _gives_words(stage)]
    if worded:
        takers = (make_stage(name, settings) for name in stage_names() if name not in asked)
        asked |= {stage.name: stage for stage in takers if stage.takes == "words"}  # or what they say would be stale
    chosen: dict[str, Stage] = {}
    waiting = list(asked.values())
    while waiting:
        stage = waiting.pop()
        chosen[stage.name] = stage
        waiting += [make_stage(name, settings) for name in stage.needs if name not in chosen]
    order = [chosen[name] for name in stage_names() if name in chosen]
    sources = tuple(stage.name for stage in order if isinstance(stage, Cutter) or stage.name in worded)
    watching = [stage for stage in order if stage.takes != "words"]
    return (*watching, *(_after(stage, sources) for stage in order if stage.takes == "words"))


def _after(stage: Stage, sources: tuple[str, ...]) -> Stage:
    """The same stage, which takes the words that these give."""
    return dataclasses.replace(stage, needs=sources)


def _gives_words(stage: Stage) -> bool:
    return any(issubclass(kind, WordedRecord) for kind in stage.makes)


def stage_keys(stages: Sequence[Stage], video_id: str, weights_hash: Callable[[str], str]) -> dict[str, str]:
    """For each stage, a hash of all that its records depend on.

    That is the video, the stage's name, version and parameters, the weights of its models, and the keys of the
    stages that it needs: change one of them, and what depends on it is done again, and nothing else.
    """
    keys: dict[str, str] = {}
    for stage in stages:
        keys[stage.name] = stage_key(stage, video_id, keys, weights_hash)
    return keys


def stage_key(stage: Stage, video_id: str, keys: Mapping[str, str], weights_hash: Callable[[str], str]) -> str:
    """The key of one stage; ``keys`` are those of the stages that it needs."""
    material = {
        "video": video_id,
        "stage": stage.name,
        "version": stage.version,
        "parameters": _parameters(stage),
        "weights": {name: weights_hash(name) for name in stage.models},
        "needs": {name: keys[name] for name in stage.needs},
    }
    return hashlib.sha256(json.dumps(material, sort_keys=True, default=str).encode()).hexdigest()


def _parameters(stage: Stage) -> dict[str, object]:
    """The dataclass fields, but those that name models which the key knows by their weights alone."""
    in_key = {field.name for field in dataclasses.fields(stage) if field.metadata.get("in_key", True)}
    return {name: value for name, value in dataclasses.asdict(stage).items() if name in in_key}
