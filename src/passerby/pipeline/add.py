"""Adding files and folders to a library: what is asked for is checked first, then each file has its own worker."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from passerby.errors import MissingModelError, UnreadableError, UsageError
from passerby.files.discover import FoundFile, UnreadPlace, video_files
from passerby.files.spool import Spool, clear_spool
from passerby.models.load import CatalogModels
from passerby.models.one_command import all_missing
from passerby.models.roles import CHOICES
from passerby.models.runtime import RuntimeOptions, require_provider
from passerby.object_storage.address import Location
from passerby.pipeline.default_stages import usual_stages
from passerby.pipeline.detect import SAMPLES_AT_ONCE
from passerby.pipeline.held_back import Quarantine
from passerby.pipeline.job import IndexJob
from passerby.pipeline.keys import plan, stage_keys
from passerby.pipeline.models_of_before import OpenRoles, open_roles, with_models_of_before
from passerby.pipeline.outcome import Outcome, known_already
from passerby.pipeline.parts.borders import UNDIVIDED, PartLimits
from passerby.pipeline.video_queue import VideoJob, VideoQueue, VideoResult
from passerby.processes.cores import CORES_PER_WORKER, available_cores
from passerby.records import StoredVideo
from passerby.settings import Settings
from passerby.stages.base import Stage
from passerby.store.library import open_store, sink_from_here
from passerby.store.sink import OpenSink


def add_files(
    places: Sequence[Location],
    stages: Iterable[str] | None,
    settings: Settings,
    models_dir: Path,
    run: Callable[[Iterable[VideoJob | None]], Generator[VideoResult, None, None]],
    on_left_out: Callable[[str], None],
    on_planned: Callable[[int], None],
    server_job: str = "",
    *,
    retry: bool = False,
    renew: bool = False,
) -> Generator[Outcome, None, None]:
    """Index files and folders; the outcome of each file, as it comes. ``run`` is that of an executor.

    Without ``stages``, those are run whose models are here; ``on_left_out`` hears in one line of those that are not.
    ``on_planned`` hears how many files there are.
    ``server_job`` is the id of the job of a server that asks; what was forgotten since then fails by ForgottenError.
    What has cost its workers as often as it may is held back, but with ``retry``. What was found with a model that is
    not the best any more counts as done, but with ``renew``.
    Raises UsageError for a stage, a detector or a provider that there is not, or when there is no video file among
    ``places``; MissingModelError or MissingExtraError for what is not installed; StoreError when the library cannot
    be opened or made.
    """
    roles: OpenRoles = {} if renew else open_roles(settings)
    options = RuntimeOptions(settings.provider, settings.threads or _threads())
    models = CatalogModels(models_dir.absolute(), options, settings).settled()
    settings = models.settings
    usual = usual_stages(settings, models)
    chosen = plan(usual.names if stages is None else stages, settings)
    _check(chosen, settings, models)
    found = list(video_files(places))
    if not found:
        listed = ", ".join(map(str, places))
        raise UsageError(f"{listed}: expected video files, found none; name a file, or a folder with some")
    with open_store(settings.library, create=True, blobs=settings.blobs) as store:
        store.require_writable_blobs()
    if stages is None and usual.left_out:
        on_left_out(usual.left_out)
    on_planned(len(found))
    sink, spool = sink_from_here(settings.library), Spool.of(settings)
    files: list[FoundFile] = []
    yield from _settled(found, _known(found, sink, chosen, models, roles), files)
    parts = PartLimits(settings.parts or max(1, _workers(settings) // len(files))) if files else UNDIVIDED
    quarantine = Quarantine(settings.library, chosen, models.weights_hash, retry=retry)
    admitted = quarantine.admitted(files)
    queue = VideoQueue(
        IndexJob(file.absolute, sink, chosen, models, server_job, parts, spool, roles) for file in admitted
    )
    with closing(run(queue)) as results:  # it ends the workers
        for outcome in map(queue.take, results):
            if outcome is not None:
                yield quarantine.noted(outcome)
    yield from quarantine.held_back()
    if files and not server_job:  # a server does so by itself
        with open_store(settings.library, create=False) as store:
            store.health.keep_up()


def _settled(
    found: Iterable[FoundFile | UnreadPlace],
    known: Iterable[tuple[FoundFile, StoredVideo | None]],
    others: list[FoundFile],
) -> Iterator[Outcome]:
    """The outcomes of what needs no worker; the ``others`` are added to that list."""
    for problem in found:
        if isinstance(problem, UnreadPlace):
            yield Outcome(problem.location, "failed", problem.message, error=UnreadableError.__name__)
    for file, video in known:
        if video is None:
            others.append(file)
        else:
            yield known_already(file.location, video)


def _known(
    found: Sequence[FoundFile | UnreadPlace],
    open_sink: OpenSink,
    stages: Sequence[Stage],
    models: CatalogModels,
    roles: OpenRoles,
) -> Iterator[tuple[FoundFile, StoredVideo | None]]:
    """Each file, and the video that it is if that can be told without fetching it and nothing is to be done with it."""
    files = [file for file in found if isinstance(file, FoundFile)]
    if not any(file.state for file in files):
        yield from ((file, None) for file in files)
        return
    clear_spool()
    with open_sink() as sink:
        for file in files:
            video_id = sink.known_at(str(file.location), file.state) if file.state else None
            video = None if video_id is None else sink.video(video_id)
            if video is None or video.status == "incomplete":
                yield file, None
                continue
            done = sink.finished(video.id)
            as_before = with_models_of_before(stages, video.id, done, models.weights_hash, roles)
            keys = stage_keys(as_before, video.id, models.weights_hash)
            yield file, video if all(done.get(stage.name) == keys[stage.name] for stage in stages) else None


def _check(stages: Sequence[Stage], settings: Settings, models: CatalogModels) -> None:
    """Raise before the first worker starts what every worker would raise."""
    require_provider(settings.provider)
    for role in CHOICES:
        models.name_for(role)
    every = dict.fromkeys(name for stage in stages for name in stage.models)
    absent = {name: commands for name in every if (commands := models.commands_for(name))}
    if len(absent) > 1:
        raise MissingModelError(f"expected models that are not here: {all_missing(absent)}")
    for stage in stages:
        for name in stage.models:
            models.require(name)
            models.weights_hash(name)


def _workers(settings: Settings) -> int:
    """How many jobs can run at once, as far as that is known here: not of a cluster that runs, unless it is set."""
    here = 1 if "://" in settings.engine else available_cores() // CORES_PER_WORKER
    return settings.workers or max(1, here)


def _threads() -> int:
    """Of one model, so that those that run at once share the cores."""
    return max(1, available_cores() // SAMPLES_AT_ONCE)
