"""The open sessions of the stages that a run does, joined to what is known from the stages that are done."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from passerby.models.detectors.base import Detector
from passerby.models.source import ModelSource
from passerby.pipeline.moments import Do, MomentDescriber, TextDescriber
from passerby.pipeline.order import Finder, KnownPeople, Watcher
from passerby.records import Moment, PeopleMasks, VideoInfo
from passerby.stages.describing import DESCRIBER
from passerby.stages.looks import LooksSession
from passerby.stages.objects import ObjectsSession
from passerby.stages.people import PeopleSession
from passerby.stages.shots.stage import ShotsSession
from passerby.stages.speech.stage import SpeechSession
from passerby.stages.tags import TagsSession
from passerby.stages.text.glances import GLANCE_SCORE, GLANCE_SIDE
from passerby.stages.text.stage import TextSession
from passerby.stages.thumbnails import ThumbnailsSession
from passerby.stages.vectors import VectorsSession
from passerby.store.library import Store
from passerby.store.write import Record

# A frame this wide or high is searched for people in two halves too: they may be small in it.
TILED_FROM = 1280
# Nothing below this is asked of a detector: it is the least score that a stage has a use for.
LEAST_SCORE = 0.15
# Stages that look at no sample.
WITHOUT_SAMPLES = frozenset({"shots", "speech"})


@dataclass(frozen=True, slots=True)
class Known:
    """What the stages that are done have found. Moments and people are None when their stage is to do."""

    cuts: tuple[int, ...]
    moments: list[Moment] | None
    people: PeopleMasks | None

    @staticmethod
    def read(store: Store, video_id: str, todo: Mapping[str, object]) -> "Known":
        return Known(
            cuts=tuple(shot.span.start for shot in store.shots(video_id)[1:]),
            moments=None if "shots" in todo else store.moments(video_id),
            people=None if "people" in todo else store.people(video_id),
        )


@dataclass(frozen=True, slots=True)
class Sessions:
    """One field a stage; None for a stage that is done or was not asked for."""

    shots: ShotsSession | None
    people: PeopleSession | None
    objects: ObjectsSession | None
    tags: TagsSession | None
    vectors: VectorsSession | None
    looks: LooksSession | None
    thumbnails: ThumbnailsSession | None
    text: TextSession | None
    speech: SpeechSession | None

    @staticmethod
    def open(todo: Mapping[str, Any], info: VideoInfo, models: ModelSource) -> "Sessions":
        def opened(name: str, *arguments: object) -> Any:
            return todo[name].open(*arguments) if name in todo else None

        judge = models.open(todo["shots"].models[0]) if "shots" in todo else None
        return Sessions(
            shots=opened("shots", judge, info.time_base),
            people=opened("people", info.width, info.height),
            objects=opened("objects", info.width, info.height),
            tags=opened("tags"),
            vectors=opened("vectors"),
            looks=_looks(todo, models),
            thumbnails=opened("thumbnails"),
            text=_text(todo, info, models),
            speech=speech_session(todo["speech"], info, models) if "speech" in todo else None,
        )

    def records(self) -> Iterator[tuple[str, list[Record]]]:
        """The records of each stage but shots, by its name, in the order of their needs."""
        if self.people is not None:
            yield "people", [self.people.masks()]
        for name in ("objects", "tags", "vectors", "looks", "thumbnails", "text", "speech"):
            session = getattr(self, name)
            if session is not None:
                yield name, list(session.finish())


def speech_session(stage: Any, info: VideoInfo, models: ModelSource) -> SpeechSession:
    """A session whose large model is opened when it is needed: most of a film, or all of it, may be without words."""
    detector, transcriber = stage.models
    session: SpeechSession = stage.open(models.open(detector), partial(models.open, transcriber), info.time_base)
    return session


def watcher(
    sessions: Sessions, known: Known, todo: Mapping[str, Any], info: VideoInfo, models: ModelSource, do: Do
) -> Watcher | None:
    """Who looks at the samples, and has text read by ``do``; None when no stage that is to do wants any."""
    if not todo.keys() - WITHOUT_SAMPLES:
        return None
    return Watcher(
        finder=_finder(todo, models, tiled=max(info.width, info.height) >= TILED_FROM),
        people=sessions.people or KnownPeople(known.people),
        objects=sessions.objects,
        moments=MomentDescriber(
            models.open(DESCRIBER) if sessions.tags or sessions.vectors else None,
            sessions.tags,
            sessions.vectors,
            sessions.thumbnails,
            None if sessions.text is None else TextDescriber(sessions.text, todo["text"].seconds, info.time_base, do),
            sessions.looks,
        ),
        time_base=info.time_base,
        known_moments=known.moments,
    )


def _looks(todo: Mapping[str, Any], models: ModelSource) -> LooksSession | None:
    if "looks" not in todo:
        return None
    stage = todo["looks"]
    (name,) = stage.models
    session: LooksSession = stage.open(models.open(name).images(), models.weights_hash(name))
    return session


def _text(todo: Mapping[str, Any], info: VideoInfo, models: ModelSource) -> TextSession | None:
    if "text" not in todo:
        return None
    stage = todo["text"]
    detector, reader, _ = stage.models
    glance = models.open(detector, long_side=GLANCE_SIDE, threshold=GLANCE_SCORE)
    session: TextSession = stage.open(models.open(detector), glance, models.open(reader), info.width, info.height)
    return session


def _finder(todo: Mapping[str, Any], models: ModelSource, *, tiled: bool) -> Finder:
    """The detectors of the people and objects stages; one that both use is opened, and run, once."""
    detectors: dict[str, Detector] = {}

    def detector(name: str) -> Detector:
        if name not in detectors:
            detectors[name] = models.open(name, threshold=LEAST_SCORE)
        return detectors[name]

    people, faces = todo["people"].models if "people" in todo else (None, None)
    (things,) = todo["objects"].models if "objects" in todo else (None,)
    if things is None and people is None and "text" in todo:
        things = todo["text"].models[-1]
    return Finder(
        people=detector(people) if people else None,
        faces=models.open(faces, threshold=LEAST_SCORE) if faces else None,
        things=detector(things) if things else None,
        tiled=tiled,
    )
