"""One video, from its file to its records: what is not done yet is done in one decode."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from passerby.files.content import FileState, Source
from passerby.media.read.frames import Reader, open_video
from passerby.media.read.prefetch import prefetch
from passerby.models.source import ModelSource
from passerby.object_storage.address import SCHEME, object_address
from passerby.object_storage.bucket import Bucket, is_there
from passerby.pipeline.describer import MomentDescriber
from passerby.pipeline.detect import TILED_FROM, open_finder
from passerby.pipeline.feed import CLOSE_UPS_AHEAD, STEPS_AHEAD, Sampler, scan
from passerby.pipeline.keys import stage_keys
from passerby.pipeline.listen import listening
from passerby.pipeline.order import Settler
from passerby.pipeline.outcome import Outcome, Status, known_already
from passerby.pipeline.side_thread import SideSession, side_thread
from passerby.pipeline.stage_sessions import Sessions
from passerby.progress import OnSeconds
from passerby.records import Record, RecordingDate, StoredVideo, VideoInfo
from passerby.stages.base import CloseUps, Kit, Masker, MomentWords, Stage
from passerby.stages.outside import require_declared
from passerby.store.sink import Sink

DAY = 86_400  # seconds

Reading = Literal["pictures", "sound", "nothing"]  # what of a file is read; sound is read with pictures, too
OF_SAMPLES = frozenset({"samples", "moments", "close-ups"})


def index(
    source: Source,
    stages: Sequence[Stage],
    sink: Sink,
    models: ModelSource,
    on_progress: OnSeconds,
    job: str = "",
) -> Outcome:
    """Run those of ``stages`` whose records are not in ``sink`` under their keys, and keep what they find.

    Raises MediaError when the file holds no video that can be read or changes meanwhile, and ModelError when a model
    is missing, ForgottenError when the video was forgotten since a server was asked for the ``job`` of this id. A file
    that breaks off is indexed as far as it goes. A new video is in the library from its first finished stage on.
    """
    keys = stage_keys(stages, source.video_id, models.weights_hash)
    before = sink.video(source.video_id)
    if before is None:
        sink.require_wanted(source.video_id, job)
    began = time.monotonic()
    with open_video(source.path) as reader:
        video = stored_video(source, reader.info)
        if before:
            sink.begin_video(video, job, source.object_state, moved=_has_moved(source, before))
        known = sink.video(source.video_id)
        done = sink.finished(source.video_id) if known else {}
        todo = [stage for stage in stages if done.get(stage.name) != keys[stage.name]]
        reading = _reading(todo, known)
        work = VideoWork(source, reader, stages, todo, sink, Kit(reader.info, models), on_progress)
        with dropped_if_nothing_is_kept(sink, source.video_id):
            new = before is None
            for name, records in work.records(reading):
                if new:
                    sink.begin_video(video, job, source.object_state)
                    new = False
                sink.finish_stage(source.video_id, name, keys[name], records)
        if before and reading == "nothing":
            return known_already(source.location, before)
        if known and reading == "sound":
            return _outcome(source, known, time.monotonic() - began)
        status: Literal["damaged", "done"] = "damaged" if reader.damage else "done"
        note = "; ".join(filter(None, (reader.damage, *reader.passed_over)))
        sink.end_video(source.video_id, reader.frames, reader.end, status, note)
    seconds = reader.info.time_base.seconds(reader.end)
    return Outcome(source.location, status, note, source.video_id, seconds, time.monotonic() - began)


def _has_moved(source: Source, known: StoredVideo) -> bool:
    """Whether the object that was known of the video is not there any more, so that another place of it counts."""
    if str(source.location) == known.path or not known.path.startswith(SCHEME):
        return False
    before = object_address(known.path)
    return not is_there(Bucket.of(before), before.key)


@contextmanager
def dropped_if_nothing_is_kept(sink: Sink, video_id: str) -> Iterator[None]:
    """A video that fails before its first stage is kept leaves nothing in the library."""
    try:
        yield
    finally:
        if sink.video(video_id) and not sink.finished(video_id):
            sink.drop(video_id)


def _reading(todo: Sequence[Stage], known: StoredVideo | None) -> Reading:
    """What of the file is to be read: all of it, if that was never done to its end."""
    takes = {stage.takes for stage in todo} - {"words"}
    if known is None or known.status == "incomplete" or takes - {"sound"}:
        return "pictures"
    return "sound" if takes else "nothing"


@dataclass(frozen=True, slots=True)
class VideoWork:
    """What is to be done with a video, in one reading of its file."""

    source: Source
    reader: Reader
    stages: Sequence[Stage]
    todo: Sequence[Stage]
    sink: Sink
    kit: Kit
    on_progress: OnSeconds

    def records(self, reading: Reading) -> Iterator[tuple[str, Sequence[Record]]]:
        """The records of each stage that is to do, by its name; all are to be kept before the next are asked for."""
        sessions = Sessions(self.stages, self.todo, self.kit, self._recorded)
        if reading == "pictures":
            yield from self._watch(sessions)
        elif reading == "sound":
            yield from self._listen(sessions)
        yield from self._read_words()

    def _watch(self, sessions: Sessions) -> Iterator[tuple[str, Sequence[Record]]]:
        """Decode once, and feed all sessions."""
        info, takes = self.reader.info, {stage.takes for stage in self.todo}
        with side_thread("reader", CLOSE_UPS_AHEAD) as readings, listening() as listener:
            sessions.hear_by(listener)
            cutting, close_ups = sessions.cutting(), list[SideSession[CloseUps]]()
            sampler = Sampler(info.time_base, samples_per_second(self.stages))
            large = "close-ups" in takes
            scanned = scan(self.reader, sampler, cutting, sessions.frames(), listener.hear, large=large)
            with prefetch(scanned, STEPS_AHEAD) as steps:
                settler: Settler | None = None
                if takes & OF_SAMPLES:  # opened while the first frames are decoded
                    close_ups = sessions.close_ups(readings)
                    describer = MomentDescriber(sessions.moments(), close_ups)
                    finder = open_finder(self.todo, self.kit, tiled=max(info.width, info.height) >= TILED_FROM)
                    settler = Settler(finder, sessions.masking(), sessions.samples(), describer)
                for step in steps if settler is None else settler.watch(steps):
                    self.on_progress(info.time_base.seconds(step.sample.pts), info.estimated_seconds)
            end = self.reader.end
            listener.end(end)
            self.source.check_unchanged()
            yield from sessions.cut_records(end)
            if settler is not None and cutting is not None:
                settler.finish(cutting.cuts, cutting.final_moments(), end)
            for session in close_ups:
                session.end(end)
        yield from sessions.records(end)

    def _listen(self, sessions: Sessions) -> Iterator[tuple[str, Sequence[Record]]]:
        """Read the sound alone: no stage that is to do takes pictures."""
        with listening() as listener:
            sessions.hear_by(listener)
            for chunk in self.reader.read_sound():
                listener.hear(chunk)
                self.on_progress(float(chunk.start), self.reader.info.estimated_seconds)
            self.source.check_unchanged()
            listener.end(self.reader.end)
        yield from sessions.records(self.reader.end)

    def _read_words(self) -> Iterator[tuple[str, Sequence[Record]]]:
        """The stages that need no frame, but what all others have kept."""
        for stage in self.todo:
            if stage.takes == "words":
                session = stage.open(self.kit)
                for moment, text in sorted(self.sink.words(self.source.video_id).items()):
                    if text:
                        session.push(MomentWords(moment, text))
                records = session.finish(self.reader.end)
                require_declared(stage, records)
                yield stage.name, records

    def _recorded(self, stage: Stage) -> list[Record]:
        """What is kept of a stage that is done."""
        return [record for kind in stage.makes for record in self.sink.records(self.source.video_id, kind)]


def _outcome(source: Source, known: StoredVideo, wall_seconds: float) -> Outcome:
    status: Status = "damaged" if known.status == "damaged" else "done"
    seconds = known.time_base.seconds(known.duration)
    return Outcome(source.location, status, known.note, known.id, seconds, wall_seconds)


def stored_video(source: Source, info: VideoInfo) -> StoredVideo:
    """A video of which nothing is found yet."""
    state = source.state or FileState.of(source.path)
    return StoredVideo(
        id=source.video_id,
        name=source.location.name,
        path=str(source.location),
        size_bytes=state.size_bytes,
        width=info.width,
        height=info.height,
        time_base=info.time_base,
        frames=0,
        duration=0,
        status="incomplete",
        note="",
        recorded=_recorded(info, state),
    )


def _recorded(info: VideoInfo, state: FileState) -> RecordingDate | None:
    """What the container says, or when the file was written; None for a file without a date, as the zero of clocks."""
    written = state.modified_ns // 1_000_000_000
    if info.recorded is None and abs(written) > DAY:
        return RecordingDate(written, "file")
    return info.recorded


def samples_per_second(stages: Sequence[Stage]) -> float:
    """How often to sample: as what masks says; who wants samples needs it."""
    return next((stage.samples_per_second for stage in stages if isinstance(stage, Masker)), 1.0)
