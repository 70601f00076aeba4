"""One video, from its file to its records: what is not done yet is done in one decode."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Literal

from passerby.files.content import FileState, Source
from passerby.media.read.frames import Reader, open_video
from passerby.media.read.prefetch import prefetch
from passerby.models.source import ModelSource
from passerby.pipeline.feed import Sampler, scan
from passerby.pipeline.keys import stage_keys
from passerby.pipeline.listen import listening
from passerby.pipeline.outcome import Outcome, Status
from passerby.pipeline.sessions import Known, Sessions, speech_session, watcher
from passerby.pipeline.side_thread import aside
from passerby.records import RecordingDate, StoredVideo, VideoInfo
from passerby.stages.base import Stage
from passerby.stages.meaning import meanings
from passerby.stages.people import PeopleStage
from passerby.store.library import Store
from passerby.store.write import Record

# Steps decoded ahead of the models, so that memory does not depend on which of the two is faster. A step holds 0.7 MB,
# and so many keep decoding busy while the models are opened.
STEPS_AHEAD = 16
# Frames that may wait to be read, of up to 2.8 MB: those of half a minute.
READINGS_AHEAD = 16
DAY = 86_400  # seconds

# Hears how many seconds of the video are done, and of how many if that is known.
OnProgress = Callable[[float, float | None], None]


def index(
    source: Source,
    stages: Sequence[Stage],
    store: Store,
    models: ModelSource,
    on_progress: OnProgress,
    job: str = "",
) -> Outcome:
    """Run those of ``stages`` whose records are not in ``store`` under their keys, and keep what they find.

    Raises MediaError when the file holds no video that can be read or changes meanwhile, and ModelError when a model
    is missing, ForgottenError when the video was forgotten since a server was asked for the ``job`` of this id. A file
    that breaks off is indexed as far as it goes. A new video is in the library from its first finished stage on.
    """
    keys = stage_keys(stages, source.video_id, models.weights_hash)
    known = store.video(source.video_id)
    if known is None:
        store.require_wanted(source.video_id, job)
    done = store.finished(source.video_id) if known else {}
    todo = {stage.name: stage for stage in stages if done.get(stage.name) != keys[stage.name]}
    began = time.monotonic()
    meaning = todo.pop("meaning", None)
    with open_video(source.path) as reader:
        video = _video(source, reader.info)
        if known:
            store.begin_video(video, job)
            if known.status != "incomplete" and not todo:
                _keep_meaning(meaning, source.video_id, keys, store, models)
                return _known_already(source, known)
            if known.status != "incomplete" and todo.keys() == {"speech"} and store.finished(known.id) == done:
                said = _said(source, reader, todo["speech"], models, on_progress)
                store.finish_stage(known.id, "speech", keys["speech"], said)
                _keep_meaning(meaning, known.id, keys, store, models)
                return _outcome(source, known, time.monotonic() - began)
        sampler = Sampler(reader.info.time_base, _samples_per_second(stages))
        before = Known.read(store, source.video_id, todo) if known else Known((), None, None)
        with _dropped_if_nothing_is_kept(store, source.video_id):
            new = known is None
            for name, records in _found(source, reader, todo, before, sampler, models, on_progress):
                if new:
                    store.begin_video(video, job)
                    new = False
                store.finish_stage(source.video_id, name, keys[name], records)
        _keep_meaning(meaning, source.video_id, keys, store, models)
        status: Literal["damaged", "done"] = "damaged" if reader.damage else "done"
        note = "; ".join(filter(None, (reader.damage, *reader.passed_over)))
        store.end_video(source.video_id, reader.frames, reader.end, status, note)
    seconds = reader.info.time_base.seconds(reader.end)
    return Outcome(source.path, status, note, source.video_id, seconds, time.monotonic() - began)


@contextmanager
def _dropped_if_nothing_is_kept(store: Store, video_id: str) -> Iterator[None]:
    """A video that fails before its first stage is kept leaves nothing in the library."""
    try:
        yield
    finally:
        if store.video(video_id) and not store.finished(video_id):
            store.drop(video_id)


def _found(
    source: Source,
    reader: Reader,
    todo: Mapping[str, Stage],
    known: Known,
    sampler: Sampler,
    models: ModelSource,
    on_progress: OnProgress,
) -> Iterator[tuple[str, Sequence[Record]]]:
    """Decode once; then the records of each stage that is to do, by its name."""
    info = reader.info
    sessions = Sessions.open(todo, info, models)
    text = sessions.text is not None
    with aside("reader", READINGS_AHEAD) as reading, listening(sessions.speech) as listener:
        scanned = scan(reader, sampler, sessions.shots, known.cuts, listener.hear, text=text)
        with prefetch(scanned, STEPS_AHEAD) as steps:
            # Opened while the first frames are decoded.
            looking = watcher(sessions, known, todo, info, models, reading.do)
            for step in steps if looking is None else looking.watch(steps):
                on_progress(info.time_base.seconds(step.sample.pts), info.estimated_seconds)
        listener.end()
        source.check_unchanged()
        cuts = known.cuts
        if sessions.shots is not None:
            yield "shots", sessions.shots.finish(reader.end)
            cuts = tuple(sessions.shots.cuts)
        if looking is not None:
            looking.finish(cuts, reader.end)
    yield from sessions.records()


def _keep_meaning(
    stage: Stage | None, video_id: str, keys: Mapping[str, str], store: Store, models: ModelSource
) -> None:
    """The stage that needs no frame, but what all others have kept."""
    if stage is not None:
        found = meanings(store.told(video_id), models.open(stage.models[0]))
        store.finish_stage(video_id, stage.name, keys[stage.name], found)


def _said(
    source: Source, reader: Reader, stage: Stage, models: ModelSource, on_progress: OnProgress
) -> Sequence[Record]:
    """What is said in a video of which all else is known: its pictures are not decoded for that."""
    session = speech_session(stage, reader.info, models)
    for chunk in reader.read_sound():
        session.push(chunk.start, chunk.rate, chunk.samples, chunk.channels)
        on_progress(float(chunk.start), reader.info.estimated_seconds)
    source.check_unchanged()
    return session.finish()


def _outcome(source: Source, known: StoredVideo, wall_seconds: float) -> Outcome:
    status: Status = "damaged" if known.status == "damaged" else "done"
    seconds = known.time_base.seconds(known.duration)
    return Outcome(source.path, status, known.note, known.id, seconds, wall_seconds)


def _known_already(source: Source, known: StoredVideo) -> Outcome:
    message = "" if source.path.name == known.name else f"the same content as {known.name}"
    status: Status = "skipped"
    if known.status == "damaged":
        status, message = "damaged", known.note
    return Outcome(source.path, status, message, known.id, known.time_base.seconds(known.duration))


def _video(source: Source, info: VideoInfo) -> StoredVideo:
    state = source.state or FileState.of(source.path)
    return StoredVideo(
        id=source.video_id,
        name=source.path.name,
        path=str(source.path),
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


def _samples_per_second(stages: Sequence[Stage]) -> float:
    """How often to sample: as the people stage says; who wants samples needs people."""
    return next((stage.samples_per_second for stage in stages if isinstance(stage, PeopleStage)), 1.0)
