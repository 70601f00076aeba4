"""The facade for redacted copies: all that the command line and the service may call about them.

Nothing of it takes anything from a library that could make a copy less safe; where videos may be named, a library
says where their files are.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Literal, Unpack

from passerby.documents import Document
from passerby.errors import LeakError, MediaError, OutputError, UnknownVideoError, UnreadableError, UsageError
from passerby.executors.base import LOCAL, open_executor, unhurried
from passerby.executors.threads import ThreadExecutor
from passerby.files.content import Source
from passerby.files.near import ALIKE
from passerby.files.publish import check_target
from passerby.files.spool import Spool
from passerby.library import Library
from passerby.models.load import CatalogModels
from passerby.object_storage.address import Location, location
from passerby.progress import OnProgress, Progress
from passerby.redact.audit.answers import answered, answered_by_number
from passerby.redact.audit.audit import EVERY, audit
from passerby.redact.audit.report import LeakReport
from passerby.redact.audit.result import Answer, Audit
from passerby.redact.make.clips import cut, cuts_of
from passerby.redact.make.copy_job import FileResult
from passerby.redact.make.copy_options import CopyOptions, changes_in, coding_in, fields_of
from passerby.redact.make.dry_run import DryRun, dry_run, dry_run_of_folder
from passerby.redact.make.folder import redact_folder
from passerby.redact.make.missing_models import require_all
from passerby.redact.make.redacted_still import RedactedStill, redact_file
from passerby.redact.make.redacted_video import RedactedVideo, load_plan, look_at_video
from passerby.redact.make.request import Request, from_anywhere, needs_look
from passerby.redact.plan import plan_file
from passerby.redact.plan.margins import parse_margin
from passerby.redact.plan.plan import Plan
from passerby.redact.plan.policy import Policy
from passerby.redact.plan.presets import read_preset
from passerby.redact.tell.copy import Copy
from passerby.redact.tell.track_sheet import write_track_sheet
from passerby.search.find import Hit
from passerby.store.audit_log import Action, Detail
from passerby.store.library import is_library, open_store

FileStatus = Literal["done", "failed", "left out", "made before"]


@dataclass(frozen=True, slots=True)
class FolderFile:
    """What became of one file of a folder of which copies were made."""

    path: Path
    status: FileStatus
    message: str  # why there is no copy; "" if there is one
    copy: Copy | None  # the copy that was made now, or what is known of one that was not kept since its audit failed

    @classmethod
    def of(cls, result: FileResult) -> FolderFile:
        if result.redacted is not None:
            return cls(result.source, "done", "", Copy.of(result.redacted))
        if result.made_before:
            return cls(result.source, "made before", "", None)
        if result.left_out:
            return cls(result.source, "left out", result.left_out, None)
        return cls(result.source, "failed", str(result.error or ""), _not_kept(result.error))

    def document(self) -> Document:
        """One row of ``redact --json`` of a folder."""
        made = None if self.copy is None else self.copy.document()
        return {"path": str(self.path), "status": self.status, "message": self.message, "made": made}


@dataclass(frozen=True, slots=True)
class CutVideo:
    """The moments of a video that were cut out, each into a file."""

    video: str  # id
    path: Location
    clips: tuple[Path, ...]
    message: str  # why there are none; "" if there are

    def document(self) -> Document:
        """One row of the ``clips`` of ``search --json``."""
        return asdict(self) | {"path": str(self.path), "clips": [str(clip) for clip in self.clips]}


class Redaction:
    """Makes and audits copies. Its models, its settings and the names of videos are those of a library.

    What is done with a video of that library is in its log, as done by who asks it; of other files nothing is noted.
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def audit(
        self,
        original: Path | str,
        copy: Path,
        *,
        every: int = EVERY,
        plan: Path | None = None,
        report: Path | None = None,
        nobody: Mapping[int, str] = MappingProxyType({}),
        answers: Sequence[Answer] = (),
        on_progress: OnProgress = lambda progress: None,
    ) -> Audit:
        """Which faces of ``original``, a file or an object, show in a redacted ``copy``; needs no library.

        ``plan`` is the copy's: what it leaves visible is told, and not held against the copy. ``report`` is where a
        page with pictures of what shows is written. ``nobody`` names faces by the numbers that an audit gives them,
        each with why it is none; ``answers`` are such that were kept. Raises as ``redact.audit.audit`` does,
        UsageError for a number of no face that shows, and OutputError.
        """
        with self._file(original, on_progress) as file:
            return self._audit(file, copy, every, plan, report, nobody, answers, on_progress)

    def _audit(
        self,
        original: Path,
        copy: Path,
        every: int,
        plan: Path | None,
        report: Path | None,
        nobody: Mapping[int, str],
        answers: Sequence[Answer],
        on_progress: OnProgress,
    ) -> Audit:
        if report is not None and any(
            path.exists() and report.exists() and report.samefile(path) for path in (original, copy)
        ):
            raise UsageError(f"{report}: expected a file for the report, found one of the videos")
        pictures = LeakReport()
        on_leak = (lambda leak, picture: None) if report is None else pictures.add
        source = None if plan is None else Source.read(original, lambda done: None)
        given = None if plan is None or source is None else load_plan(plan, source)
        result = audit(original, copy, self._models, on_progress, plan=given, every=every, on_leak=on_leak)
        result = answered_by_number(result, nobody) if nobody else answered(result, answers)
        if self._library.custody.has_log():
            self._note("audit", (source or Source.read(original, lambda done: None)).video_id)
        if report is not None:
            pictures.write(result, report)
        return result

    def redact(
        self,
        source: Path | str,
        target: Path,
        *,
        on_progress: OnProgress = lambda progress: None,
        **options: Unpack[CopyOptions],
    ) -> Copy:
        """Make a redacted copy of a video or a still image: a file, an object, or a video of the library.

        It needs no library, and takes nothing from one.

        Those ``options`` that are fields of a policy say what differs from its defaults, or from that of the plan
        that is given. Raises UsageError for an option that there is not, and as ``redact.make.still.redact_file``
        does; what a LeakError has ``found`` is the Copy that was not kept.
        """
        with self._file(source, on_progress) as file:
            try:
                made = redact_file(self._request(file, target, options), self._models, on_progress)
            except LeakError as error:
                self._note_made(error.found)
                raise LeakError(str(error), _not_kept(error)) from error
            self._note_made(made)
            return Copy.of(made)

    def redact_folder(
        self,
        source: Path | Sequence[Path],
        target: Path,
        *,
        jobs: int = 1,
        on_progress: OnProgress = lambda progress: None,
        on_planned: Callable[[int], None] = lambda files: None,
        **options: Unpack[CopyOptions],
    ) -> Generator[FolderFile, None, None]:
        """Make copies of all that is in a folder, or of several folders and files; what became of each, as it comes.

        What was made before of the same files in the same way is not made again; ``on_planned`` hears how many are.
        ``jobs`` are made at once in threads of this process; where the settings name another engine than ``local``, it
        makes them, as many at once as they say. ``options`` are as for ``redact``. Raises as
        ``redact.make.folder.redact_folder`` and ``open_executor`` do.
        """
        sources = [self._on_disk(each) for each in ([source] if isinstance(source, Path) else source)]
        request = self._request(sources[0], target, options)
        settings = self._library.settings
        here = settings.engine == LOCAL
        executor = ThreadExecutor(jobs, on_progress) if here else open_executor(unhurried(settings), on_progress)
        made = redact_folder(
            request if here else from_anywhere(request), self._models, executor.run, tries_again=not here,
            sources=sources if here else [place.absolute() for place in sources], on_planned=on_planned,
        )  # fmt: skip
        with closing(made) as results:
            for result in results:
                self._note_made(result.error.found if isinstance(result.error, LeakError) else result.redacted)
                yield FolderFile.of(result)

    def dry_run(
        self, sources: Sequence[Path | str], target: Path, *, to_folder: bool, **options: Unpack[CopyOptions]
    ) -> DryRun:
        """What copies would be made, and how: all is checked that can be before the look, and nothing is written.

        Raises as ``redact`` does of one source, and ``redact_folder`` of those that go ``to_folder``.
        """
        if to_folder:
            places = [self._on_disk(Path(source)) for source in sources]
            return dry_run_of_folder(self._request(places[0], target, options), self._models, places)
        with self._file(sources[0], lambda progress: None) as file:
            return dry_run(self._request(file, target, options), self._models)

    def look(
        self,
        source: Path | str,
        *,
        on_progress: OnProgress = lambda progress: None,
        **options: Unpack[CopyOptions],
    ) -> Plan:
        """The plan of a copy that is not made. Raises as ``redact`` does."""
        with self._file(source, on_progress) as file:
            plan = look_at_video(self._request(file, file, options), self._models, on_progress)
        self._note("look", plan.original.sha256)
        return plan

    def track_sheet(
        self,
        source: Path | str,
        target: Path,
        *,
        on_progress: OnProgress = lambda progress: None,
        **options: Unpack[CopyOptions],
    ) -> int:
        """Write a page with a picture of each track that a copy would hide; how many. Raises as ``redact``."""
        with self._file(source, on_progress) as file:
            request = self._request(file, target, options)
            check_target(request.source, target, overwrite=request.overwrite)
            plan = look_at_video(request, self._models, on_progress)
            self._note("view_original", plan.original.sha256)
            return write_track_sheet(request.source, plan, target)

    def _request(self, source: Path, target: Path, options: CopyOptions) -> Request:
        changes = fields_of(changes_in(options))
        given = options.get("plan")
        preset = options.get("preset", "")
        if given is not None and (asked := [*needs_look(changes), *(["preset"] if preset else [])]):
            raise UsageError(f"--plan: nothing is looked for with a plan, so {asked[0]} cannot be changed")
        if given is not None and options.get("margins"):
            raise UsageError("--margin: nothing is looked for with a plan; its boxes are hidden as they are")
        if options.get("leave_doubtful") and (given is not None or not options.get("audit")):
            raise UsageError("--leave-doubtful: expected --audit with it and no --plan, at which somebody has looked")
        usual = read_preset(preset).policy if preset else Policy()
        base = usual if given is None else plan_file.load(given).policy
        request = Request(
            source,
            target,
            replace(base, **changes),
            plan=given,
            join_tracks=options.get("join_tracks", False),
            overwrite=options.get("overwrite", False),
            allow_truncated=options.get("allow_truncated", False),
            allow_copy=options.get("allow_copy", True),
            audit=options.get("audit", False),
            keep_leaky=options.get("keep_leaky", False),
            leave_doubtful=options.get("leave_doubtful", False),
            signing=options.get("signing"),
            coding=coding_in(options),
            margins=tuple(margin for text in options.get("margins", ()) for margin in parse_margin(text)),
            speech_model=self._models.name_for("transcription"),
            text_reader=self._library.settings.text_reader,
        )
        require_all(request, self._models)
        return request

    def cut_hits(
        self,
        hits: Iterable[Hit],
        folder: Path,
        *,
        show_people: bool = False,
        overwrite: bool = False,
        on_progress: OnProgress = lambda progress: None,
    ) -> Generator[CutVideo, None, None]:
        """Cut the ``hits`` of a search into files in ``folder``: what became of each video, as it comes.

        People are hidden in them unless ``show_people``. Raises OutputError where there can be no such folder.
        """

        with open_store(self._library.settings.library, create=False) as store:
            wanted = cuts_of(store, [(hit.video, hit.moment) for hit in hits], folder)
        models = self._models
        for video, cuts in wanted:
            self._note("export", video.id, format="clips", masked=not show_people)
            path = location(video.path)
            try:
                with self._file(video.path, on_progress) as file:
                    cut(file, video, cuts, models, on_progress, show_people=show_people, overwrite=overwrite)
            except (MediaError, OutputError, UsageError) as error:
                yield CutVideo(video.id, path, (), str(error))
            else:
                yield CutVideo(video.id, path, tuple(one.target for one in cuts), "")

    @contextmanager
    def _file(self, source: Path | str, on_progress: OnProgress) -> Iterator[Path]:
        """``source``, or the file of the video in the library that it names; of an object, a copy that is gone then.

        Raises UnreadableError for an object that is not what was added under its address.
        """
        place, video = self._named(location(source))

        def hear(done: int, size: int) -> None:
            on_progress(Progress(place, "reading", float(done), float(size)))

        with Spool.of(self._library.settings).local(place, video, hear) as file:
            yield file

    def _on_disk(self, source: Path) -> Path:
        """It, or the file of the video in the library that it names. Raises UsageError for an object."""
        place, _ = self._named(location(str(source)))
        if not isinstance(place, Path):
            raise UsageError(f"{place}: expected files and folders of this machine, found an object; copy it alone")
        return place

    def _named(self, source: Location) -> tuple[Location, str]:
        """Where it is, and the id of the video that the library says it is; "" where it says nothing."""
        is_file = isinstance(source, Path) and source.exists()
        if is_file or not is_library(self._library.settings.library):
            return source, ""
        with open_store(self._library.settings.library, create=False) as store:
            try:
                found = store.videos.resolve(str(source))
            except UnknownVideoError:
                _see_that_none_is_meant(source, (video.name for video in store.videos.all()))
                return source, ""
        return location(found.path), found.id

    def _note(self, action: Action, sha256: str, **details: Detail) -> None:
        """Note what is done with an original that may be a video of the library."""
        self._library.custody.note_file(self._library.caller, action, sha256, **details)

    def _note_made(self, made: object) -> None:
        """Note that a copy was made, be it that its audit failed and it was not kept."""
        if isinstance(made, RedactedVideo | RedactedStill):
            self._note("redact", made.plan.original.sha256)

    @property
    def _models(self) -> CatalogModels:
        return self._library.models.open()


def _see_that_none_is_meant(source: Location, names: Iterable[str]) -> None:
    """Raise UnreadableError for a path of no file that is nearly the name of a video in the library."""
    is_name = isinstance(source, Path) and len(source.parts) == 1
    if is_name and (near := get_close_matches(source.name, names, 1, ALIKE)):
        raise UnreadableError(f"{source}: there is no such file; do you mean {near[0]}, which is in the library?")


def _not_kept(error: Exception | None) -> Copy | None:
    """What is known of a copy that was not kept, since its audit failed; None after any other error."""
    if isinstance(error, LeakError) and isinstance(error.found, RedactedVideo):
        return Copy.of(error.found)
    return None
