"""What is kept of a video while its parts are worked on: as that of stages is, and removed when they are joined."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from passerby.pipeline.parts.borders import VideoPart
from passerby.pipeline.parts.packing import pack, unpack
from passerby.pipeline.run import OF_SAMPLES
from passerby.records import Record
from passerby.stages.base import Stage
from passerby.store.records.part_result import PartResult
from passerby.store.sink import Sink

SURVEY = "(survey)"  # no stage is called so


def part_name(part: VideoPart) -> str:
    """Under which what is found in a part is kept."""
    return f"(part {part.start}-{part.end})"


def survey_key(cutter_key: str, samples_per_second: float) -> str:
    """A hash of all that a survey depends on."""
    return _hash([SURVEY, cutter_key, samples_per_second])


def part_key(keys: Mapping[str, str], todo: Sequence[Stage], part: VideoPart) -> str:
    """A hash of all that is found in a part depends on: ``keys`` of stages, of which these are to do."""
    used = {stage.name: keys[stage.name] for stage in todo if stage.takes in OF_SAMPLES}
    return _hash([used, part.start, part.end, part.is_whole])


def keep(sink: Sink, video_id: str, name: str, key: str, value: object) -> None:
    """Keep a value under ``name``."""
    sink.finish_stage(video_id, name, key, [PartResult(pack(value))])


def kept(sink: Sink, video_id: str, name: str, key: str) -> Any:
    """What is kept under ``name``; None if that is nothing, or was found in another way."""
    if sink.finished(video_id).get(name) != key:
        return None
    found = sink.records(video_id, PartResult, name)
    return unpack(found[0].packed) if found else None


def clear(sink: Sink, video_id: str) -> None:
    """Remove all of it."""
    for name in sink.finished(video_id):
        if name.startswith("("):
            sink.drop_stage(video_id, name)


def recorded(sink: Sink, video_id: str, stage: Stage) -> list[Record]:
    """What is kept of a stage that is done."""
    return [record for kind in stage.makes for record in sink.records(video_id, kind)]


def _hash(material: object) -> str:
    return hashlib.sha256(json.dumps(material, sort_keys=True).encode()).hexdigest()
