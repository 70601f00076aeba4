"""The facade: all that the command line and, later, the web may call."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
from platformdirs import user_data_path

from passerby.errors import (
    MediaError,
    MissingExtraError,
    MissingModelError,
    OutputError,
    UnknownVideoError,
    UsageError,
    WeightsError,
)
from passerby.export.audit_document import audit_document
from passerby.export.document import Document, notes_document, search_document, video_document, video_summary
from passerby.export.formats import export
from passerby.export.known import Known
from passerby.export.page import page
from passerby.models.catalog import Entry, entries, find
from passerby.models.vocabulary import protected_terms_in
from passerby.models.weights import locate, pull, verify
from passerby.pipeline.outcome import Outcome
from passerby.pipeline.progress import Progress
from passerby.records import Floats, Video
from passerby.search.find import look_of, search
from passerby.search.query import parse_like, stretch, words_of
from passerby.search.teaching import found_again, threshold_of
from passerby.settings import Settings
from passerby.store.store import DATABASE, Example, Narrow, Store

if TYPE_CHECKING:
    from passerby.models.load import CatalogModels
    from passerby.models.minilm import SentenceEncoder
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

    def page(self, video: str) -> str:
        """What is known of a video as one HTML page. Raises UnknownVideoError."""
        with self._open() as store:
            found = store.resolve(video)
            return page(Known.of(store, found), store.thumbnails(found.id))

    def export(self, video: str, name: str, *, address: str | None = None) -> bytes:
        """What is known of a video as a file in the format ``name``.

        ``address`` is where the video is on the web, for formats that refer to it. Raises UnknownVideoError, and as
        ``formats.export`` does.
        """
        with self._open() as store:
            return export(store, store.resolve(video), name, address)

    def search(
        self,
        text: str,
        *,
        label: str | None = None,
        on_screen: str = "",
        said: str = "",
        like: str | None = None,
        inside: str | None = None,
        limit: int = 20,
    ) -> Document:
        """Moments that answer, as in ``search --json``.

        ``on_screen`` and ``said`` are words, and phrases in quotes. ``like`` is ``VIDEO@TIME``, or a picture's file.
        Raises UsageError for what cannot be asked, UnknownVideoError, MediaError for a picture that cannot be read.
        """
        with self._open() as store:
            videos = None if inside is None else [store.resolve(inside).id]
            narrow = Narrow(label=label, videos=videos, text=words_of(on_screen), said=words_of(said))
            place = None if like is None else self._place(store, like)
            found = search(store, text, narrow=narrow, like=place, embed=self._embed, limit=limit)
            return search_document(found)

    def tag(self, video: str, when: str, given: Sequence[str], rejected: Sequence[str]) -> None:
        """Keep that labels fit a stretch, ``START-END``, of a video, and that others do not.

        Raises UnknownVideoError, UsageError for a stretch that is not in the video, and for a label that would say who
        somebody is like (law 2).
        """
        for label in (*given, *rejected):
            _require_harmless(label)
        with self._open() as store:
            found = store.resolve(video)
            span = stretch(when, found)
            for label in given:
                store.note(found.id, span, label, rejected=False)
            for label in rejected:
                store.note(found.id, span, label, rejected=True)

    def notes(self, video: str) -> list[Document]:
        """What people have said of a video, as in ``tag --json``. Raises UnknownVideoError."""
        with self._open() as store:
            return notes_document(store, store.resolve(video))

    def teach(self, name: str, examples: Sequence[str], threshold: float | None) -> Document:
        """Teach a class by pictures' files and ``VIDEO@TIME``, as in ``teach --json``.

        Raises UsageError for a name that would describe people, and for an example of which nothing is known beside
        people; UnknownVideoError, MediaError.
        """
        _require_harmless(name)
        with self._open() as store:
            shown = [self._example(store, example) for example in examples]
            vectors = [example.vector for example in shown]
            chosen = threshold_of(vectors) if threshold is None else threshold
            lesson = store.teach(name, chosen, shown)
            return asdict(lesson) | {
                "found_again": found_again(vectors, chosen),
                "of_moments": len(store.moments_with()),
            }

    def unteach(self, name: str) -> None:
        """Forget a class. Raises UsageError if there is none of that name."""
        with self._open() as store:
            store.unteach(name)

    def lessons(self) -> list[Document]:
        """All classes that were taught."""
        with self._open() as store:
            return [asdict(lesson) for lesson in store.lessons()]

    def _example(self, store: Store, text: str) -> Example:
        place = self._place(store, text)
        if isinstance(place, tuple):
            return Example(look_of(store, *place), place[0])
        return Example(place, None)

    def _embed(self, text: str) -> Floats:
        """What a text means."""
        vector: Floats = self._encoder.embed([text])[0]
        return vector

    @cached_property
    def _encoder(self) -> SentenceEncoder:
        """Opened once: that takes far longer than a search."""
        encoder: SentenceEncoder = self._models().open("minilm")
        return encoder

    def _place(self, store: Store, like: str) -> tuple[str, int] | Floats:
        """What ``VIDEO@TIME`` means, or how a picture looks without its people."""
        from passerby.media.still import FORMATS
        from passerby.pipeline.picture import look_of_picture

        path = Path(like)
        if path.suffix.lower() in FORMATS and "@" not in path.name:
            return look_of_picture(path, self._models())
        name, seconds = parse_like(like)
        video = store.resolve(name)
        return video.id, video.time_base.pts_at(seconds)

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
        # Imported here for the same reason as in ``add``.
        from passerby.redact.clips import cut, cuts_of

        with self._open() as store:
            wanted = cuts_of(store, [(hit["video"], hit["moment"]) for hit in hits], folder)
        models = self._models()
        for video, cuts in wanted:
            found: Document = {"video": video.id, "path": video.path, "clips": [], "message": ""}
            try:
                cut(video, cuts, models, on_progress, show_people=show_people, overwrite=overwrite)
                found["clips"] = [str(one.target) for one in cuts]
            except (MediaError, OutputError, UsageError) as error:
                found["message"] = str(error)
            yield found

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


def _require_harmless(label: str) -> None:
    """Raise UsageError for a label that would describe people."""
    barred = protected_terms_in(label)
    if barred:
        raise UsageError(f"{label!r}: expected what is seen, found what somebody is like ({', '.join(barred)})")
