"""What is found in a video: one file, or folder, a stage; ``base.py`` is their contract.

A stage is a file, and its line here. Other packages add theirs under ``passerby.stages`` (``outside.py``).
"""

from collections.abc import Mapping
from types import MappingProxyType

from passerby.plugins import names_of

# "module:class", in the order in which they finish; each needs only those above it.
STAGES: Mapping[str, str] = MappingProxyType(
    {
        "shots": "passerby.stages.shots.stage:ShotsStage",
        "people": "passerby.stages.people:PeopleStage",
        "objects": "passerby.stages.objects:ObjectsStage",
        "tags": "passerby.stages.tags:TagsStage",
        "zero-shot": "passerby.stages.zero_shot:ZeroShotStage",
        "vectors": "passerby.stages.vectors:VectorsStage",
        "looks": "passerby.stages.looks:LooksStage",
        "thumbnails": "passerby.stages.thumbnails:ThumbnailsStage",
        "text": "passerby.stages.text.stage:TextStage",
        "speech": "passerby.stages.speech.stage:SpeechStage",
        "meaning": "passerby.stages.meaning:MeaningStage",
    }
)


def stage_names() -> tuple[str, ...]:
    """The names of all stages: Passerby's own, then those that other packages add."""
    return tuple(dict.fromkeys((*STAGES, *names_of("passerby.stages"))))
