"""The facade for redacted copies: all that the command line and the service may call about them.

Nothing of it takes anything from a library that could make a copy less safe; where videos may be named, a library
says where their files are.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from passerby.errors import LeakError, MediaError, OutputError, UnknownVideoError, UsageError
from passerby.documents import Document
from passerby.files.content import Source
from passerby.files.publish import check_target
from passerby.library import Library
from passerby.models.load import CatalogModels
from passerby.progress import Progress
from passerby.redact.audit.answers import answered, answered_by_number
from passerby.redact.audit.audit import audit
from passerby.redact.audit.report import LeakReport
from passerby.redact.audit.result import Answer
from passerby.redact.make.clips import cut, cuts_of
from passerby.redact.make.folder import redact_folder
from passerby.redact.make.request import Request, needs_look
from passerby.redact.make.still import RedactedStill, redact_file
from passerby.redact.make.video import Redacted, load_plan, look_at_video
from passerby.redact.plan import file as plan_file
from passerby.redact.plan.plan import Plan
from passerby.redact.plan.policy import Policy
from passerby.redact.tell.manifest import redaction_document
from passerby.redact.tell.still_manifest import still_document
from passerby.redact.tell.track_sheet import write_track_sheet
from passerby.store.store import DATABASE, Store


class Redaction:
    """Makes and audits copies. Its models, its settings and the names of videos are those of a library."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def id_of(self, source: Path) -> str:
        """The id that a file's video has in every library, in this one or not. Raises MediaError."""
        return Source.read(self._file_of(source), lambda done: None).video_id

    def audit(
        self,
        original: Path,
        copy: Path,
        *,
        every: int,
        plan: Path | None = None,
        report: Path | None = None,
        nobody: Mapping[int, str] = MappingProxyType({}),
        answers: Sequence[Answer] = (),
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> Document:
        """Which faces of ``original`` show in a redacted ``copy``, as in ``audit --json``; needs no library.

        ``plan`` is the copy's: what it leaves visible is told, and not held against the copy. ``report`` is where a
        page with pictures of what shows is written. ``nobody`` names faces by the numbers that an audit gives them,
        each with why it is none; ``answers`` are such that were kept. Raises as ``redact.audit.audit`` does,
        UsageError for a number of no face that shows, and OutputError.
        """
        if report is not None and any(
            path.exists() and report.exists() and report.samefile(path) for path in (original, copy)
        ):
            raise UsageError(f"{report}: expected a file for the report, found one of the videos")
        pictures = LeakReport()
        on_leak = (lambda leak, picture: None) if report is None else pictures.add
        given = None if plan is None else load_plan(plan, Source.read(original, lambda done: None))
        result = audit(original, copy, self._models, on_progress, plan=given, every=every, on_leak=on_leak)
        result = answered_by_number(result, nobody) if nobody else answered(result, answers)
        if report is not None:
            pictures.write(result, report)
        return result.document()

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
        is given; ``options`` are fields of ``redact.request.Request``. Raises as ``redact.stills.redact_file`` does;
        what a LeakError has found is the document of the copy that was not kept.
        """
        request = self._request(source, target, changes, **options)
        try:
            return _redaction(redact_file(request, self._models, on_progress))
        except LeakError as error:
            raise LeakError(str(error), _found(error)) from error

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
        request = self._request(source, target, changes, **options)
        for result in redact_folder(request, self._models, on_progress, jobs=jobs):
            yield {
                "path": str(result.source),
                "status": "left out" if result.left_out else "failed" if result.made is None else "done",
                "message": result.left_out or ("" if result.error is None else str(result.error)),
                "made": _found(result.error) if result.made is None else _redaction(result.made),
            }

    def look(
        self,
        source: Path,
        changes: Mapping[str, Any],
        *,
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> Plan:
        """The plan of a copy that is not made. Raises as ``redact`` does."""
        request = self._request(source, source, changes)
        return look_at_video(request, self._models, on_progress)

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
        request = self._request(source, target, changes, **options)
        check_target(request.source, target, overwrite=request.overwrite)
        return write_track_sheet(request.source, look_at_video(request, self._models, on_progress), target)

    def _request(self, source: Path, target: Path, changes: Mapping[str, Any], **options: Any) -> Request:

        given = options.get("plan")
        if given is not None and (asked := needs_look(changes)):
            raise UsageError(f"--plan: nothing is looked for with a plan, so {asked[0]} cannot be changed")
        base = Policy() if given is None else plan_file.load(given).policy
        speech = self._library.settings.speech or self._models.first_here("transcription")
        return Request(
            self._file_of(source),
            target,
            replace(base, **changes),
            speech_model=speech,
            text_reader=self._library.settings.text_reader,
            **options,
        )

    def cut_hits(
        self,
        hits: Sequence[Document],
        folder: Path,
        *,
        show_people: bool,
        overwrite: bool,
        on_progress: Callable[[Progress], None] = lambda progress: None,
    ) -> Generator[Document, None, None]:
        """Cut the ``hits`` of a search into files in ``folder``: what became of each video, as it comes.

        People are hidden in them unless ``show_people``. Raises OutputError where there can be no such folder.
        """

        with Store.open(self._library.path, create=False) as store:
            wanted = cuts_of(store, [(hit["video"], hit["moment"]) for hit in hits], folder)
        models = self._models
        for video, cuts in wanted:
            found: Document = {"video": video.id, "path": video.path, "clips": [], "message": ""}
            try:
                cut(video, cuts, models, on_progress, show_people=show_people, overwrite=overwrite)
                found["clips"] = [str(one.target) for one in cuts]
            except (MediaError, OutputError, UsageError) as error:
                found["message"] = str(error)
            yield found

    def _file_of(self, source: Path) -> Path:
        """``source``, or the file of the video in the library that it names."""
        if source.exists() or not (self._library.path / DATABASE).exists():
            return source
        with Store.open(self._library.path, create=False) as store:
            try:
                return Path(store.resolve(str(source)).path)
            except UnknownVideoError:
                return source

    @property
    def _models(self) -> CatalogModels:
        return self._library.models.open()


def _found(error: Exception | None) -> Document | None:
    """The document of a copy that was not kept, since its audit failed; None after any other error."""
    if isinstance(error, LeakError) and isinstance(error.found, Redacted):
        return redaction_document(error.found)
    return None


def _redaction(made: Redacted | RedactedStill) -> Document:
    """The document of a copy, whatever it is of."""
    return redaction_document(made) if isinstance(made, Redacted) else still_document(made)
