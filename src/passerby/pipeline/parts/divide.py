"""Dividing a video: it is read once for what all its parts have to know, and where these begin is chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from passerby.files.content import Source
from passerby.media.read.frames import Reader, open_video
from passerby.models.source import ModelSource
from passerby.pipeline.keys import stage_keys
from passerby.pipeline.parts.borders import VideoPart, parts_of
from passerby.pipeline.parts.kept import SURVEY, keep, kept, recorded, survey_key
from passerby.pipeline.parts.survey import Survey, survey
from passerby.pipeline.run import OF_SAMPLES, dropped_if_nothing_is_kept, samples_per_second, stored_video
from passerby.pipeline.stage_sessions import Sessions
from passerby.progress import OnSeconds
from passerby.stages.base import Cutter, Kit, Stage
from passerby.store.sink import Sink


@dataclass(frozen=True, slots=True)
class Division:
    """The stages that are to do, by name, and the parts of a video for which that can be done."""

    todo: tuple[str, ...]
    parts: tuple[VideoPart, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """Divides one video; see ``run.index`` for what all this is, and what is raised."""

    source: Source
    stages: Sequence[Stage]
    sink: Sink
    models: ModelSource
    on_progress: OnSeconds
    job: str = ""

    def divide(self, count: int) -> Division | None:
        """Up to ``count`` parts; None where it is better to work on the video as a whole.

        That is: pictures need not be looked at, the file is damaged, or has not as many key frames. What takes all
        frames is done by this, and is not to do any more.
        """
        video_id = self.source.video_id
        keys = stage_keys(self.stages, video_id, self.models.weights_hash)
        before = self.sink.video(video_id)
        if before is None:
            self.sink.require_wanted(video_id, self.job)
        with open_video(self.source.path) as reader:
            if before:
                self.sink.begin_video(stored_video(self.source, reader.info), self.job)
            todo = self._todo(keys)
            cutter = next((stage for stage in self.stages if isinstance(stage, Cutter)), None)
            if cutter is None or not any(stage.takes in OF_SAMPLES for stage in todo):
                return None
            key = survey_key(keys[cutter.name], samples_per_second(self.stages))
            known = None if any(stage.takes == "frames" for stage in todo) else self._kept(key)
            if known is None:
                with dropped_if_nothing_is_kept(self.sink, video_id):
                    known = self._survey(reader, todo, keys)
                if reader.damage or reader.key_frames < count:
                    return None
                keep(self.sink, video_id, SURVEY, key, known)
        cuts = cutter.recall_cuts(recorded(self.sink, video_id, cutter)).cuts
        parts = parts_of(known.times, known.end, cuts, count)
        return Division(tuple(stage.name for stage in self._todo(keys)), parts) if len(parts) > 1 else None

    def _kept(self, key: str) -> Survey | None:
        found = kept(self.sink, self.source.video_id, SURVEY, key)
        return found if isinstance(found, Survey) else None

    def _todo(self, keys: Mapping[str, str]) -> list[Stage]:
        done = self.sink.finished(self.source.video_id) if self.sink.video(self.source.video_id) else {}
        return [stage for stage in self.stages if done.get(stage.name) != keys[stage.name]]

    def _survey(self, reader: Reader, todo: Sequence[Stage], keys: Mapping[str, str]) -> Survey:
        """Read it, and keep what the stages find that take frames."""
        video_id, info = self.source.video_id, reader.info
        sessions = Sessions(
            self.stages,
            [stage for stage in todo if stage.takes == "frames"],
            Kit(info, self.models),
            lambda stage: recorded(self.sink, video_id, stage),
        )
        cutting = sessions.cutting()
        if cutting is None:
            raise ValueError("expected a stage that cuts, found none")
        found = survey(
            reader,
            samples_per_second(self.stages),
            cutting,
            sessions.frames(),
            lambda pts: self.on_progress(info.time_base.seconds(pts), info.estimated_seconds),
        )
        self.source.check_unchanged()
        for name, records in chain(sessions.cut_records(found.end), sessions.records(found.end)):
            if self.sink.video(video_id) is None:
                self.sink.begin_video(stored_video(self.source, info), self.job)
            self.sink.finish_stage(video_id, name, keys[name], records)
        return found
