"""The facade: all that the command line and, later, the web may call."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from platformdirs import user_data_path

from passerby.errors import MissingExtraError, MissingModelError, UnknownVideoError, UsageError, WeightsError
from passerby.export.audit_document import audit_document
from passerby.export.document import Document, search_document, video_document, video_summary
from passerby.export.sheet import contact_sheet
from passerby.models.catalog import Entry, entries, find
from passerby.models.weights import locate, pull, verify
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.progress import Progress
from passerby.records import Video
from passerby.search.find import search
from passerby.search.query import parse_like
from passerby.settings import Settings
from passerby.store.store import DATABASE, Store

if TYPE_CHECKING:
    from passerby.models.load import CatalogModels
    from passerby.redact.run import Redacted, Request
    from passerby.redact.stills import RedactedStill


class Library:
    """A folder of indexed videos. Opens its database for each call, so that it may be kept for long."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.path = settings.library_path

    def add(
        self,
        paths: Sequence[Path],
        stages: Iterable[str] | None = None,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        on_left_out: Callable[[str], None] = lambda line: None,
    ) -> Generator[Outcome, None, None]:
        """Index files and folders; the outcome of each file, as it comes. What is done already is not done again.

        Without ``stages``, all are run whose models are here; ``on_left_out`` hears in one line of the others, if any.
        Raises as ``pipeline.add.add_files`` does.
        """
        # Imported here: decoders and models take a second to load, and only adding needs them.
        from passerby.pipeline.add import add_files

        return add_files(paths, stages, self._settings, self.models_dir, on_progress, on_left_out)

    def videos(self) -> list[Document]:
        """All videos, as in ``list --json``."""
        with self._open() as store:
            return [video_summary(video) for video in store.videos()]

    def show(self, video: str) -> Document:
        """Everything known of a video, as in ``show --json``. Raises UnknownVideoError."""
        with self._open() as store:
            return video_document(store, store.resolve(video))

    def contact_sheet(self, video: str) -> bytes:
        """A PNG with one masked thumbnail a shot. Raises UnknownVideoError."""
        with self._open() as store:
            return contact_sheet(store, store.resolve(video))

    def search(
        self,
        text: str,
        *,
        label: str | None = None,
        like: str | None = None,
        inside: str | None = None,
        limit: int = 20,
    ) -> Document:
        """Moments that answer, as in ``search --json``.

        ``like`` is ``VIDEO@TIME``. Raises UsageError for what cannot be asked, UnknownVideoError.
        """
        with self._open() as store:
            videos = None if inside is None else [store.resolve(inside).id]
            place = None if like is None else _place(store, *parse_like(like))
            return search_document(search(store, text, label=label, videos=videos, like=place, limit=limit))

    def forget(self, video: str) -> Video:
        """Erase a video from the library, not its file. Raises UnknownVideoError."""
        with self._open() as store:
            found = store.resolve(video)
            store.forget(found.id)
            return found

    def audit(
        self,
        original: Path,
        copy: Path,
        *,
        every: int,
        plan: Path | None = None,
        report: Path | None = None,
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> Document:
        """Which faces of ``original`` show in a redacted ``copy``, as in ``audit --json``; needs no library.

        ``plan`` is the copy's: what it leaves visible is not held against the copy. ``report`` is where a page with
        pictures of what shows is written. Raises as ``redact.audit.audit`` does, and
        OutputError.
        """
        # Imported here for the same reason as in ``add``.
        from passerby.pipeline.content import Source
        from passerby.redact.audit import audit
        from passerby.redact.leak_report import LeakReport
        from passerby.redact.run import load_plan

        if report is not None and any(
            path.exists() and report.exists() and report.samefile(path) for path in (original, copy)
        ):
            raise UsageError(f"{report}: expected a file for the report, found one of the videos")
        pictures = LeakReport()
        on_leak = (lambda leak, picture: None) if report is None else pictures.add
        given = None if plan is None else load_plan(plan, Source.read(original, lambda done: None))
        result = audit(original, copy, self._models(), on_progress, plan=given, every=every, on_leak=on_leak)
        if report is not None:
            pictures.write(result, report)
        return audit_document(result)

    def redact(
        self,
        source: Path,
        target: Path,
        changes: Mapping[str, Any],
        *,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        **options: Any,
    ) -> Document:
        """Make a redacted copy of a video or a still image, as in ``redact --json``.

        It needs no library, and takes nothing from one.

        ``changes`` are fields of ``redact.policy.Policy`` that differ from its defaults, or from those of the plan that
        is given; ``options`` are fields of ``redact.run.Request``. Raises as ``redact.stills.redact_file`` does.
        """
        # Imported here for the same reason as in ``add``.
        from passerby.redact.stills import redact_file

        request = self._request(source, target, changes, **options)
        return _redaction(redact_file(request, self._models(), on_progress))

    def redact_folder(
        self,
        source: Path,
        target: Path,
        changes: Mapping[str, Any],
        *,
        jobs: int,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        **options: Any,
    ) -> Generator[Document, None, None]:
        """Make copies of all that is in a folder; what became of each file, as it comes. Raises as ``redact_folder``.

        ``changes`` and ``options`` are as for ``redact``.
        """
        from passerby.redact.folders import redact_folder

        request = self._request(source, target, changes, **options)
        for result in redact_folder(request, self._models(), on_progress, jobs=jobs):
            yield {
                "path": str(result.source),
                "status": "failed" if result.made is None else "done",
                "message": "" if result.error is None else str(result.error),
                "made": None if result.made is None else _redaction(result.made),
            }

    def track_sheet(
        self,
        source: Path,
        target: Path,
        changes: Mapping[str, Any],
        *,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        **options: Any,
    ) -> int:
        """Write a page with a picture of each track that a copy would hide; how many. Raises as ``redact``."""
        from passerby.redact.output import check_target
        from passerby.redact.run import look_at_video
        from passerby.redact.track_sheet import write_track_sheet

        request = self._request(source, target, changes, **options)
        check_target(request.source, target, overwrite=request.overwrite)
        return write_track_sheet(request.source, look_at_video(request, self._models(), on_progress), target)

    def _request(self, source: Path, target: Path, changes: Mapping[str, Any], **options: Any) -> Request:
        from passerby.redact import plan_file
        from passerby.redact.policy import Policy
        from passerby.redact.run import Request, needs_look

        given = options.get("plan")
        if given is not None and (asked := needs_look(changes)):
            raise UsageError(f"--plan: nothing is looked for with a plan, so {asked[0]} cannot be changed")
        base = Policy() if given is None else plan_file.load(given).policy
        speech = self._settings.speech or self._models().first_here("transcription")
        return Request(self._file_of(source), target, replace(base, **changes), speech_model=speech, **options)

    def _file_of(self, source: Path) -> Path:
        """``source``, or the file of the video in the library that it names."""
        if source.exists() or not (self.path / DATABASE).exists():
            return source
        with self._open() as store:
            try:
                return Path(store.resolve(str(source)).path)
            except UnknownVideoError:
                return source

    def _models(self) -> CatalogModels:
        from passerby.models.load import CatalogModels
        from passerby.models.runtime import RuntimeOptions

        return CatalogModels(self.models_dir, RuntimeOptions(self._settings.provider, self._settings.threads))

    def examine(self, *, repair: bool) -> Document:
        """What is wrong with the library, after repairing it if asked, and what this machine can do."""
        # Imported here for the same reason as in ``add``.
        from passerby.media.probe import ffmpeg_version
        from passerby.models.runtime import available_providers

        machine = {
            "cores": os.cpu_count(),
            "memory": f"{psutil.virtual_memory().total >> 20} MB",
            "ffmpeg": ffmpeg_version(),
            "models run on": ", ".join(available_providers()),
            "models at": str(self.models_dir),
        }
        report: Document = {"machine": machine, "library": f"{self.path}: there is no library here yet", "problems": []}
        if (self.path / DATABASE).exists():
            with self._open() as store:
                problems = store.repair() if repair else store.check()
                report["library"] = f"{self.path}: {len(store.videos())} videos, nothing wrong"
            report["problems"] = [asdict(problem) for problem in problems]
        return report

    def models(self) -> list[Document]:
        """The models of the catalog, as in ``models list --json``."""
        return [
            {
                "name": entry.name,
                "task": entry.task,
                "here": self._is_here(entry),
                "licence": entry.licence,
                "made_from": entry.made_from,
                "upstream": entry.upstream,
                "training_data": entry.training_data,
                "limits": entry.limits,
            }
            for entry in entries()
        ]

    def pull_model(
        self, name: str, source: Path | None, on_progress: Callable[[int, int | None], None]
    ) -> tuple[Path, str]:
        """Fetch the weights of a model; where they are now, and their licence."""
        entry = find(name)
        return pull(entry, self.models_dir, source, on_progress), entry.licence

    def verify_models(self, names: Sequence[str]) -> list[Document]:
        """Whether weights are what the catalog says: of these models, or of all that are here."""
        chosen = [find(name) for name in names] or [entry for entry in entries() if self._is_here(entry)]
        return [{"name": entry.name, "problem": self._problem_of(entry)} for entry in chosen]

    def _is_here(self, entry: Entry) -> bool:
        try:
            locate(entry, self.models_dir)
        except (MissingModelError, MissingExtraError):
            return False
        return True

    def _problem_of(self, entry: Entry) -> str:
        try:
            verify(entry, self.models_dir)
        except (MissingModelError, MissingExtraError, WeightsError) as error:
            return str(error)
        return ""

    def _open(self, *, create: bool = False) -> Store:
        return Store.open(self.path, create=create)

    @property
    def models_dir(self) -> Path:
        """The folder for pulled models."""
        named = self._settings.models_dir
        return Path(named) if named else user_data_path("passerby") / "models"


def _redaction(made: Redacted | RedactedStill) -> Document:
    """The document of a copy, whatever it is of."""
    from passerby.export.redaction_document import redaction_document
    from passerby.export.still_document import still_document
    from passerby.redact.run import Redacted

    return redaction_document(made) if isinstance(made, Redacted) else still_document(made)


def _place(store: Store, name: str, seconds: Fraction) -> tuple[str, int]:
    """The id and pts of a time in a video."""
    video = store.resolve(name)
    return video.id, video.time_base.pts_at(seconds)
