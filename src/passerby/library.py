"""The facade: all that the command line, the server and programs may call. What is done with a video is noted here."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import asdict, replace
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from platformdirs import user_data_path

from passerby.callers import PYTHON, Caller
from passerby.errors import MissingExtraError, MissingModelError, UsageError, WeightsError
from passerby.evidence.custody import Custody
from passerby.export.document import Document, notes_document, search_document, video_document, video_summary
from passerby.export.exporter import export
from passerby.export.hit_thumbnails import write_thumbnails
from passerby.export.known import Known
from passerby.export.moment_document import moment_at, moment_document, transcript_document
from passerby.export.page import page
from passerby.models.catalog import entries, find
from passerby.models.entry import Entry
from passerby.models.names import check_given
from passerby.models.weights import commands_for, locate, pull, verify
from passerby.pipeline.outcome import Outcome
from passerby.progress import OnProgress
from passerby.records import Floats, MomentVector, Note, Thumbnail, Video
from passerby.search.by_words import QueryModels
from passerby.search.find import LIBRARY_NAMES, search
from passerby.search.image_text import TextEncoder
from passerby.search.likeness import vector_of
from passerby.search.query import Names, dates_between, parse_like, stretch, words_of
from passerby.search.teaching import found_again, threshold_of
from passerby.settings import Settings
from passerby.store.lessons import Example
from passerby.store.library import Store, is_library, open_store
from passerby.store.search import Narrow
from passerby.wording import written_out

if TYPE_CHECKING:
    from passerby.models.load import CatalogModels
    from passerby.models.minilm import SentenceEncoder

MOST_LABELS, LONGEST_LABEL = 50, 100  # of what is said at once; characters
LATELY = 500  # texts whose vectors are kept: of the same words, other pages and other filters are asked for


class Library:
    """A folder of indexed videos. Opens its database for each call, so that it may be kept for long.

    What is done with a video is in its log, as done by ``caller``, before any of it is shown.
    """

    def __init__(self, settings: Settings, caller: Caller = PYTHON, custody: Custody | None = None) -> None:
        self.settings = settings
        self.path = settings.library_path
        self.caller = caller
        self.custody = Custody(settings.library) if custody is None else custody
        self._embed = lru_cache(LATELY)(self._embedded)

    def by(self, caller: Caller) -> Library:
        """The same library, for somebody else who asks."""
        other = copy.copy(self)
        other.caller = caller
        return other

    def add(
        self,
        paths: Sequence[Path],
        stages: Iterable[str] | None = None,
        on_progress: OnProgress = lambda progress: None,
        on_left_out: Callable[[str], None] = lambda line: None,
        server_job: str = "",
    ) -> Generator[Outcome, None, None]:
        """Index files and folders; the outcome of each file, as it comes. What is done already is not done again.

        Without ``stages``, all are run whose models are here; ``on_left_out`` hears in one line of the others, if any.
        ``server_job`` is the id of the job of a server that asks: what was forgotten since then is not added. Raises as
        ``pipeline.add.add_files`` does.
        """
        # Imported here: decoders and models take a second to load, and only adding needs them.
        from passerby.executors.base import open_executor
        from passerby.pipeline.add import add_files

        run = open_executor("local", self.settings, on_progress).run
        adding = add_files(paths, stages, self.settings, self.models_dir, run, on_left_out, server_job)
        with closing(adding):  # ends the workers, where whoever asks wants no more
            for outcome in adding:
                if outcome.video_id and outcome.status != "skipped":
                    self.custody.note(self.caller, "add", outcome.video_id)
                yield outcome

    def videos(self) -> list[Document]:
        """All videos, as in ``list --json``."""
        with self._open() as store:
            return [video_summary(video) for video in store.videos.every()]

    def id_of(self, video: str) -> str:
        """The id of a video. Raises UnknownVideoError."""
        with self._open() as store:
            return store.videos.resolve(video).id

    def show(self, video: str, *, boxes: bool = True) -> Document:
        """Everything known of a video, as in ``show --json``; without ``boxes``, not where its objects are.

        Raises UnknownVideoError.
        """
        with self._open() as store:
            document = video_document(store, store.videos.resolve(video), boxes=boxes)
        self.custody.note(self.caller, "view", document["id"])
        return document

    def moment(self, video: str, seconds: Fraction) -> tuple[Document, bytes]:
        """What is known of the moment of a video at a time, and its picture without people: a JPEG, or none (b"").

        Raises UnknownVideoError, UsageError for a time that is not in the video.
        """
        with self._open() as store:
            known = Known.of(store, store.videos.resolve(video))
            number = moment_at(known, seconds)
            thumbnail = store.records.at(known.video.id, Thumbnail, number)
        self.custody.note(self.caller, "view", known.video.id, moment=number)
        return moment_document(known, number), b"" if thumbnail is None else thumbnail.jpeg

    def transcript(self, video: str, start: Fraction, end: Fraction | None = None) -> Document:
        """What is said in a video between two times, in seconds, word by word.

        Raises UnknownVideoError, UsageError for an end that is not after the start.
        """
        with self._open() as store:
            document = transcript_document(store, store.videos.resolve(video), start, end)
        self.custody.note(self.caller, "view", document["video"])
        return document

    def page(self, video: str) -> str:
        """What is known of a video as one HTML page. Raises UnknownVideoError."""
        with self._open() as store:
            found = store.videos.resolve(video)
            written = page(Known.of(store, found), store.records.of(found.id, Thumbnail))
        self.custody.note(self.caller, "export", found.id, format="page")
        return written

    def export(self, video: str, name: str, *, address: str | None = None, named_only: bool = False) -> bytes:
        """What is known of a video as a file in the format ``name``.

        ``address`` is where the video is on the web, for formats that refer to it. With ``named_only`` the folders in
        which its file lies are not told. Raises UnknownVideoError, and as ``export.exporter.export`` does.
        """
        with self._open() as store:
            found = store.videos.resolve(video)
            content = export(store, replace(found, path=f"/{found.name}") if named_only else found, name, address)
        self.custody.note(self.caller, "export", found.id, format=name)
        return content

    def search(
        self,
        text: str,
        *,
        label: str | None = None,
        on_screen: str = "",
        said: str = "",
        like: str | None = None,
        inside: str | None = None,
        recorded: tuple[str | None, str | None] = (None, None),
        limit: int = 20,
        names: Names = LIBRARY_NAMES,
    ) -> Document:
        """Moments that answer, as in ``search --json``.

        ``on_screen`` and ``said`` are words, and phrases in quotes. ``like`` is ``VIDEO@TIME``, or a picture's file.
        ``recorded`` are the dates from which, and before which, videos were recorded. ``names`` are what notices call
        these parameters. Raises UsageError for what cannot be asked, UnknownVideoError, MediaError for a picture that
        cannot be read.
        """
        with self._open() as store:
            videos = None if inside is None else [store.videos.resolve(inside).id]
            narrow = Narrow(label, videos, words_of(on_screen), words_of(said), recorded=dates_between(*recorded))
            place = None if like is None else self._place(store, like)
            found = search(
                store,
                text,
                narrow=narrow,
                like=place,
                models=QueryModels(self._embed, self._text_encoders(), find(self.settings.objects).labels),
                limit=limit,
                names=names,
            )
        self.custody.note(self.caller, "search", videos[0] if videos else "", hits=len(found.hits))
        return search_document(found)

    def tag(self, video: str, when: str, given: Sequence[str], rejected: Sequence[str]) -> None:
        """Keep that labels fit a stretch, ``START-END``, of a video, and that others do not.

        Raises UnknownVideoError, UsageError for a stretch that is not in the video, and for a label that would say who
        somebody is, or what they are like (law 2).
        """
        if len(given) + len(rejected) > MOST_LABELS:
            raise UsageError(f"expected at most {MOST_LABELS} labels at once, found {len(given) + len(rejected)}")
        for label in (*given, *rejected):
            _require_plain(label)
            check_given(label)
        with self._open() as store:
            found = store.videos.resolve(video)
            span = stretch(when, found)
            said = [Note(span, label, rejected=False) for label in given]
            store.notes.keep(found.id, said + [Note(span, label, rejected=True) for label in rejected])
        self.custody.note(self.caller, "tag", found.id, number=len(given) + len(rejected))

    def notes(self, video: str) -> list[Document]:
        """What people have said of a video, as in ``tag --json``. Raises UnknownVideoError."""
        with self._open() as store:
            return notes_document(store, store.videos.resolve(video))

    def teach(self, name: str, examples: Sequence[str], threshold: float | None) -> Document:
        """Teach a class by pictures' files and ``VIDEO@TIME``, as in ``teach --json``.

        Raises UsageError for a name that would describe people or be that of one, and for an example of which nothing
        is known beside people; UnknownVideoError, MediaError.
        """
        _require_plain(name)
        check_given(name)
        with self._open() as store:
            shown = [self._example(store, example) for example in examples]
            vectors = [example.vector for example in shown]
            chosen = threshold_of(vectors) if threshold is None else threshold
            lesson = store.lessons.teach(name, chosen, shown)
            judged = {"found_again": found_again(vectors, chosen), "of_moments": len(store.search.moments_with())}
        self.custody.note(self.caller, "teach", number=len(examples))
        return asdict(lesson) | judged

    def unteach(self, name: str) -> None:
        """Forget a class. Raises UsageError if there is none of that name."""
        with self._open() as store:
            store.lessons.unteach(name)
        self.custody.note(self.caller, "unteach")

    def lessons(self) -> list[Document]:
        """All classes that were taught."""
        with self._open() as store:
            return [asdict(lesson) for lesson in store.lessons.every()]

    def _example(self, store: Store, text: str) -> Example:
        place = self._place(store, text)
        if isinstance(place, tuple):
            return Example(vector_of(store, *place), place[0])
        return Example(place, None)

    def _embedded(self, text: str) -> Floats:
        """What a text means."""
        vector: Floats = self._encoder.embed([text])[0]
        return vector

    @cached_property
    def _encoder(self) -> SentenceEncoder:
        """Opened once: that takes far longer than a search. A question is too short for more than one thread."""
        models = self.open_models(threads=1)
        encoder: SentenceEncoder = models.open(models.name_for("sentences"))
        return encoder

    def _text_encoders(self) -> list[TextEncoder]:
        """What turns texts to vectors that pictures compare with: of each such model that is on this machine."""
        models = self.open_models()
        return [
            TextEncoder(models.weights_hash(entry.name), entry.pair.scale, partial(_embed_texts, models, entry.name))
            for entry in entries()
            if entry.pair is not None and not models.commands_for(entry.name)
        ]

    def _place(self, store: Store, like: str) -> tuple[str, int] | Floats:
        """What ``VIDEO@TIME`` means, or how a picture looks without its people."""
        from passerby.media.still import ENDINGS
        from passerby.pipeline.keys import plan
        from passerby.pipeline.picture import describe_picture

        path = Path(like)
        if path.suffix.lower() in ENDINGS and "@" not in path.name:
            found = describe_picture(path, plan(["vectors"], self.settings), self.open_models())
            return next(record.vector for record in found if isinstance(record, MomentVector))
        name, seconds = parse_like(like)
        video = store.videos.resolve(name)
        return video.id, video.time_base.pts_at(seconds)

    def save_thumbnails(self, hits: Sequence[Document], folder: Path, *, overwrite: bool) -> list[Document]:
        """Write the thumbnails of the ``hits`` of a search to ``folder``: the hits, each with its file.

        Raises as ``write_thumbnails`` does.
        """
        self.custody.note(self.caller, "export", format="thumbnails", number=len(hits))
        with self._open() as store:
            return write_thumbnails(store, hits, folder, overwrite=overwrite)

    def forget(self, video: str) -> Video:
        """Erase a video from the library, not its file. Raises UnknownVideoError."""
        with self._open() as store:
            found = store.videos.resolve(video)
            store.videos.forget(found.id)
        self.custody.note(self.caller, "forget", found.id)
        return found

    def open_models(self, threads: int | None = None) -> CatalogModels:
        """The models of the catalog, to be run as the settings say, or in so many threads."""
        from passerby.models.load import CatalogModels
        from passerby.models.runtime import RuntimeOptions

        chosen = self.settings.threads if threads is None else threads
        return CatalogModels(self.models_dir, RuntimeOptions(self.settings.provider, chosen), self.settings)

    def examine(self, *, repair: bool) -> Document:
        """What is wrong with the library, after repairing it if asked, and what this machine can do."""
        # Imported here for the same reason as in ``add``.
        from passerby.media.read.probe import ffmpeg_version
        from passerby.models.runtime import available_providers

        machine = {
            "cores": os.cpu_count(),
            "memory": f"{psutil.virtual_memory().total >> 20} MB",
            "ffmpeg": ffmpeg_version(),
            "models run on": ", ".join(available_providers()),
            "models at": str(self.models_dir),
        }
        report: Document = {"machine": machine, "library": f"{self.path}: there is no library here yet", "problems": []}
        if is_library(self.settings.library):
            with self._open() as store:
                problems = store.health.repair() if repair else store.health.check()
                report["library"] = f"{self.path}: {len(store.videos.every())} videos, nothing wrong"
            report["problems"] = [asdict(problem) for problem in problems]
        return report

    def models(self) -> list[Document]:
        """The models of the catalog, as in ``models list --json``."""
        return [
            {
                "name": entry.name,
                "task": entry.task,
                "here": self._is_here(entry),
                "published": entry.is_published,
                "get": "; ".join(commands_for(entry, self.models_dir)),
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
        pulled = pull(entry, self.models_dir, source, on_progress)
        self.custody.note(self.caller, "pull", model=name)
        return pulled, entry.licence

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
        return open_store(self.settings.library, create=create)

    @property
    def models_dir(self) -> Path:
        """The folder for pulled models."""
        named = self.settings.models_dir
        return Path(named) if named else user_data_path("passerby") / "models"


def _embed_texts(models: CatalogModels, name: str, texts: Sequence[str]) -> Floats:
    vectors: Floats = models.open(name).texts().embed(texts)
    return vectors


def _require_plain(label: str) -> None:
    """Raise UsageError for what is too long, or has signs that cannot be seen and change how it is read."""
    if len(label) > LONGEST_LABEL or not label.strip():
        raise UsageError(f"label: expected 1 to {LONGEST_LABEL} characters, found {len(label)}")
    if written_out(label) != label:
        raise UsageError(f"label: expected signs that can be seen, found {written_out(label)}")
