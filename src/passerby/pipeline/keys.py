"""Which stages run, in which order, and the key under which each one's records are kept."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from importlib import import_module

from passerby.errors import UsageError
from passerby.settings import Settings
from passerby.stages.base import Stage
from passerby.stages.speech.stage import DETECTOR
from passerby.stages.text.stage import FINDER, VEHICLE_FINDER

# In the order in which they finish; each needs only those above it.
STAGES = {
    "shots": "passerby.stages.shots.stage:ShotsStage",
    "people": "passerby.stages.people:PeopleStage",
    "objects": "passerby.stages.objects:ObjectsStage",
    "tags": "passerby.stages.tags:TagsStage",
    "vectors": "passerby.stages.vectors:VectorsStage",
    "looks": "passerby.stages.looks:LooksStage",
    "thumbnails": "passerby.stages.thumbnails:ThumbnailsStage",
    "text": "passerby.stages.text.stage:TextStage",
    "speech": "passerby.stages.speech.stage:SpeechStage",
    "meaning": "passerby.stages.meaning:MeaningStage",
}
# They give words, of which the stage "meaning" tells the meaning.
WORDED = frozenset(["people", "objects", "tags", "text", "speech"])


def plan(names: Iterable[str], settings: Settings) -> tuple[Stage, ...]:
    """The stages called ``names`` and those that they need, in order.

    Raises UsageError for a name that is no stage.
    """
    wanted = set(names)
    unknown = sorted(wanted - STAGES.keys())
    if wanted & WORDED:
        wanted.add("meaning")  # what it says would be stale
    if unknown:
        raise UsageError(f"no stage is called {unknown[0]!r}; expected some of: {', '.join(STAGES)}")
    chosen: dict[str, Stage] = {}
    for name in reversed(STAGES):
        if name in wanted:
            chosen[name] = _make(name, settings, wanted)
            wanted.update(chosen[name].needs)
    return tuple(chosen[name] for name in STAGES if name in chosen)


def _make(name: str, settings: Settings, wanted: set[str]) -> Stage:
    module, _, attribute = STAGES[name].partition(":")
    stage: Stage = getattr(import_module(module), attribute)(**_parameters(name, settings, wanted))
    return stage


def _parameters(name: str, settings: Settings, wanted: set[str]) -> dict[str, object]:
    """The settings that are parameters of a stage."""
    if name == "meaning":
        return {"needs": tuple(stage for stage in STAGES if stage == "shots" or stage in wanted & WORDED)}
    if name == "people":
        return {"samples_per_second": settings.samples_per_second}
    if name == "objects":
        return {"models": (settings.objects,)}
    if name == "text":
        return {"models": (FINDER, settings.text_reader, VEHICLE_FINDER)}
    if name == "looks" and settings.image_text:
        return {"models": (settings.image_text,)}
    if name == "speech" and settings.speech:
        return {"models": (DETECTOR, settings.speech)}
    return {}


def stage_keys(stages: Sequence[Stage], video_id: str, weights_hash: Callable[[str], str]) -> dict[str, str]:
    """For each stage, a hash of all that its records depend on.

    That is the video, the stage's name, version and parameters, the weights of its models, and the keys of the
    stages that it needs: change one of them, and what depends on it is done again, and nothing else.
    """
    keys: dict[str, str] = {}
    for stage in stages:
        material = {
            "video": video_id,
            "stage": stage.name,
            "version": stage.version,
            "parameters": dataclasses.asdict(stage),  # type: ignore[call-overload]
            "weights": {name: weights_hash(name) for name in stage.models},
            "needs": {name: keys[name] for name in stage.needs},
        }
        text = json.dumps(material, sort_keys=True, default=str)
        keys[stage.name] = hashlib.sha256(text.encode()).hexdigest()
    return keys
