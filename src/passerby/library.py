"""The facade for a library: all that the command line, a server and programs may call about its videos.

What is done with a video is noted here.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from passerby.callers import PYTHON, Caller
from passerby.curation import Curation
from passerby.editing import Editing
from passerby.errors import UsageError
from passerby.evidence.custody import Custody
from passerby.examination import Examination, examine
from passerby.export.exporter import export
from passerby.export.hit_thumbnails import write_thumbnails
from passerby.export.insights import Insights, NoteInsight, Video, notes_of
from passerby.export.known import Known
from passerby.export.moment_details import MomentDetails, Transcript, moment_at, moment_details, transcript
from passerby.export.page import page
from passerby.model_shop import ModelShop
from passerby.models.names import check_given
from passerby.notebook import facts
from passerby.object_storage.address import location
from passerby.pipeline.outcome import Outcome
from passerby.progress import OnProgress
from passerby.records import Note, Thumbnail
from passerby.search.facets import SearchFacets, near_words
from passerby.search.find import Hit, SearchResult
from passerby.search.likeness import vector_of
from passerby.search.query import stretch
from passerby.search.teaching import TaughtClass, found_again, threshold_of
from passerby.searcher import AskedSearch, Searcher
from passerby.settings import Settings
from passerby.store.lessons import Example, Lesson
from passerby.store.library import Store, is_library, open_store, shown_address
from passerby.store.quarantine import Quarantined
from passerby.wording import counted, require_plain

MOST_LABELS, LONGEST_LABEL = 50, 100  # of what is said at once; characters
SHORTEST_ID = 4  # digits

# What names a video of a library: a path, a name, the start of an id; or the video itself.
VideoLike = str | Path | Video


class Library:
    """Indexed videos, at an address. Opens its database for each call, so that it may be kept for long.

    What is done with a video is in its log, as done by ``caller``, before any of it is shown.
    """

    def __init__(self, settings: Settings, caller: Caller = PYTHON, custody: Custody | None = None) -> None:
        self.settings, self.caller = settings, caller
        self.path, self.address = settings.library_path, shown_address(settings.library)
        self.custody = Custody(settings.library) if custody is None else custody
        self._searcher = Searcher(settings, self.models)

    def __repr__(self) -> str:
        return f"Library({self.address!r})"

    def _repr_html_(self) -> str:
        there = counted(len(self.videos()), "video") if is_library(self.settings.library) else "nothing yet"
        return facts("Library", [("at", self.address), ("in it", there)])

    def by(self, caller: Caller) -> Library:
        """The same library, for somebody else who asks."""
        other = copy.copy(self)
        other.caller = caller
        return other

    @property
    def models(self) -> ModelShop:
        """The models of the catalog on this machine."""
        return ModelShop(self.settings, self.caller, self.custody)

    @property
    def editing(self) -> Editing:
        """Corrected lines of transcripts, chapters and comments."""
        return Editing(self.settings, self.caller, self.custody)

    @property
    def curation(self) -> Curation:
        """Titles, collections, the trash and kept searches."""
        return Curation(self.settings, self.caller, self.custody)

    def add(
        self,
        *paths: Path | str,
        stages: Iterable[str] | None = None,
        on_progress: OnProgress = lambda progress: None,
        on_outcome: Callable[[Outcome], None] = lambda outcome: None,
        on_left_out: Callable[[str], None] = lambda line: None,
        on_planned: Callable[[int], None] = lambda videos: None,
        server_job: str = "",
        retry: bool = False,
        renew: bool = False,
    ) -> tuple[Outcome, ...]:
        """Index files and folders, and objects by their addresses: the outcome of each. What is done is not done again.

        ``on_outcome`` hears of each as it comes, ``on_planned`` at first how many there are. Without ``stages``, all
        are run whose models are here; ``on_left_out`` hears in one line of the others, if any. ``server_job`` is the
        id of the job of a server that asks: what was forgotten since then is not added. A video that has cost its
        workers as often as it may is held back, but with ``retry``. What was found with a model that is not the best
        any more counts as done, but with ``renew``. A file that cannot be used is an outcome, and no error.
        Raises as ``executors.add.add_files`` does.
        """
        # Imported here: decoders and models take a second to load, and only adding needs them.
        from passerby.executors.base import open_executor
        from passerby.pipeline.add import add_files

        executor = open_executor(self.settings, on_progress)
        adding = add_files(
            [location(path) for path in paths],
            stages, self.settings, self.models.folder, executor.run, on_left_out, on_planned, server_job, retry=retry,
            renew=renew,
        )  # fmt: skip
        outcomes = []
        with closing(adding):  # it ends the workers on Ctrl-C
            for outcome in adding:
                if outcome.video_id and outcome.status != "skipped":
                    self.custody.note(self.caller, "add", outcome.video_id)
                on_outcome(outcome)
                outcomes.append(outcome)
        return tuple(outcomes)

    def videos(self) -> tuple[Video, ...]:
        """All videos. Raises StoreError where there is no library."""
        with self._open() as store:
            return tuple(map(Video.of, store.videos.all()))

    def video(self, video: VideoLike) -> Video:
        """The video of that name. Raises UnknownVideoError."""
        with self._open() as store:
            return Video.of(store.videos.resolve(_name(video)))

    def show(self, video: VideoLike, *, boxes: bool = True) -> Insights:
        """Everything known of a video; without ``boxes``, not where its objects are. Raises UnknownVideoError."""
        with self._open() as store:
            found = Insights.of(store, store.videos.resolve(_name(video)), boxes=boxes)
        self.custody.note(self.caller, "view", found.video.id)
        return found

    def moment(self, video: VideoLike, seconds: float | Fraction) -> MomentDetails:
        """What is known of the moment of a video at a time, with its picture without people.

        Raises UnknownVideoError, UsageError for a time that is not in the video.
        """
        with self._open() as store:
            known = Known.of(store, store.videos.resolve(_name(video)))
            number = moment_at(known, Fraction(seconds))
            details = moment_details(known, number, store.records.at(known.video.id, Thumbnail, number))
        self.custody.note(self.caller, "view", details.video, moment=number)
        return details

    def thumbnail(self, video: VideoLike, moment: int) -> Thumbnail | None:
        """The picture of a moment, by its index, without people; None where it has none. Raises UnknownVideoError."""
        with self._open() as store:
            return store.records.at(store.videos.resolve(_name(video)).id, Thumbnail, moment)

    def transcript(
        self, video: VideoLike, start: float | Fraction = 0, end: float | Fraction | None = None
    ) -> Transcript:
        """What is said in a video between two times, in seconds, word by word.

        Raises UnknownVideoError, UsageError for an end that is not after the start.
        """
        with self._open() as store:
            until = None if end is None else Fraction(end)
            found = transcript(store, store.videos.resolve(_name(video)), Fraction(start), until)
        self.custody.note(self.caller, "view", found.video)
        return found

    def page(self, video: VideoLike) -> str:
        """What is known of a video as one HTML page. Raises UnknownVideoError."""
        with self._open() as store:
            found = store.videos.resolve(_name(video))
            written = page(Known.of(store, found), store.records.of(found.id, Thumbnail))
        self.custody.note(self.caller, "export", found.id, format="page")
        return written

    def export(
        self,
        video: VideoLike,
        name: str,
        *,
        address: str | None = None,
        named_only: bool = False,
        may_be_empty: bool = True,
    ) -> bytes:
        """What is known of a video as a file in the format ``name``.

        ``address`` is where the video is on the web, for formats that refer to it. With ``named_only`` the folders in
        which its file lies are not told. Raises UnknownVideoError, and as ``export.exporter.export`` does.
        """
        with self._open() as store:
            found = store.videos.resolve(_name(video))
            told = replace(found, path=f"/{found.name}") if named_only else found
            content = export(store, told, name, address, may_be_empty=may_be_empty)
        self.custody.note(self.caller, "export", found.id, format=name)
        return content

    def search(
        self,
        words: str = "",
        *,
        label: str | None = None,
        on_screen: str = "",
        said: str = "",
        like: str | None = None,
        video: VideoLike | None = None,
        recorded: tuple[str | None, str | None] = (None, None),
        limit: int = 20,
        start: int = 0,
    ) -> SearchResult:
        """Moments that answer, the best first; those of one video side by side. The first ``start`` are left out.

        ``words`` are words and "phrases", and times such as "after 10:00". ``label`` is that of an object or a tag.
        ``on_screen`` and ``said`` are words, and phrases in quotes. ``like`` is ``VIDEO@TIME``, or a picture's file.
        ``video`` is the one to search in. ``recorded`` are the dates from which, and before which, videos were
        recorded. Raises UsageError for what cannot be asked, UnknownVideoError, MediaError for a picture that cannot be
        read.
        """
        with self._open() as store:
            inside = None if video is None else store.videos.resolve(_name(video)).id
            asked = AskedSearch(words, label, on_screen, said, like, inside, recorded)
            found = self._searcher.find(store, asked, limit, start)
        self.custody.note(self.caller, "search", inside or "", hits=len(found))
        return replace(found, hits=tuple(replace(hit, thumbnails=self.thumbnail) for hit in found.hits))

    def search_facets(self, asked: AskedSearch) -> SearchFacets:
        """How many moments answer in all, and by what they may be narrowed. Raises as ``search`` does."""
        with self._open() as store:
            inside = None if asked.video is None else store.videos.resolve(asked.video).id
            counted = self._searcher.facets(store, asked)
        self.custody.note(self.caller, "search", inside or "", hits=counted.moments)
        return counted

    def near_words(self, words: str) -> tuple[str, ...]:
        """Words and labels of the library that are spelled like ``words``, for which a search has found nothing."""
        with self._open() as store:
            return near_words(store, words)

    def tag(self, video: VideoLike, when: str, given: Sequence[str] = (), rejected: Sequence[str] = ()) -> None:
        """Keep that labels fit a stretch, ``START-END``, of a video, and that others do not.

        Raises UnknownVideoError, UsageError for a stretch that is not in the video, and for a label that would say who
        somebody is, or what they are like (law 2).
        """
        if len(given) + len(rejected) > MOST_LABELS:
            raise UsageError(f"expected at most {MOST_LABELS} labels at once, found {len(given) + len(rejected)}")
        for label in (*given, *rejected):
            require_plain("label", label, LONGEST_LABEL)
            check_given(label)
        with self._open() as store:
            found = store.videos.resolve(_name(video))
            span = stretch(when, found)
            said = [Note(span, label, rejected=False) for label in given]
            store.notes.keep(found.id, said + [Note(span, label, rejected=True) for label in rejected])
        self.custody.note(self.caller, "tag", found.id, number=len(given) + len(rejected))

    def notes(self, video: VideoLike) -> tuple[NoteInsight, ...]:
        """What people have said of a video. Raises UnknownVideoError."""
        with self._open() as store:
            return notes_of(store, store.videos.resolve(_name(video)))

    def teach(self, name: str, examples: Sequence[str], threshold: float | None = None) -> TaughtClass:
        """Teach a class by pictures' files and ``VIDEO@TIME``; without ``threshold``, the examples tell one.

        Raises UsageError for a name that would describe people or be that of one, and for an example of which nothing
        is known beside people; UnknownVideoError, MediaError.
        """
        require_plain("label", name, LONGEST_LABEL)
        check_given(name)
        with self._open() as store:
            shown = [self._example(store, example) for example in examples]
            vectors = [example.vector for example in shown]
            chosen = threshold_of(vectors) if threshold is None else threshold
            lesson = store.lessons.teach(name, chosen, shown)
            taught = TaughtClass(
                name=lesson.name,
                threshold=lesson.threshold,
                examples=lesson.examples,
                moments=lesson.moments,
                found_again=found_again(vectors, chosen),
                of_moments=len(store.search.moments_with()),
            )
        self.custody.note(self.caller, "teach", number=len(examples))
        return taught

    def unteach(self, name: str) -> None:
        """Forget a class. Raises UsageError if there is none of that name."""
        with self._open() as store:
            store.lessons.unteach(name)
        self.custody.note(self.caller, "unteach")

    def lessons(self) -> tuple[Lesson, ...]:
        """All classes that were taught."""
        with self._open() as store:
            return tuple(store.lessons.all())

    def _example(self, store: Store, text: str) -> Example:
        place = self._searcher.place(store, text)
        if isinstance(place, tuple):
            return Example(vector_of(store, *place), place[0])
        return Example(place, None)

    def save_thumbnails(
        self, hits: Iterable[Hit], folder: Path | str, *, overwrite: bool = False
    ) -> tuple[Path | None, ...]:
        """Write the thumbnails of the ``hits`` of a search to ``folder``: the file of each, None where it has none.

        Raises as ``write_thumbnails`` does.
        """
        shown = tuple(hits)
        self.custody.note(self.caller, "export", format="thumbnails", number=len(shown))
        with self._open() as store:
            return tuple(write_thumbnails(store, shown, Path(folder), overwrite=overwrite))

    def quarantined(self) -> tuple[Quarantined, ...]:
        """What has cost its workers as often as it may, and is not worked on before `add` is asked to ``retry``."""
        with self._open() as store:
            return tuple(store.quarantine.all())

    def release(self, name: str) -> bool:
        """Forget what is in quarantine by a path, a name, or the start of an id; whether there was anything."""
        with self._open() as store:
            meant = {entry.video for entry in store.quarantine.all() if _is_called(entry, name)}
            for video in meant:
                store.quarantine.release(video)
        return bool(meant)

    def forget(self, video: VideoLike) -> Video:
        """Erase a video from the library, or from its trash; not its file. Raises UnknownVideoError."""
        with self._open() as store:
            found = store.videos.resolve(_name(video), "both")
            store.videos.forget(found.id)
        self.custody.note(self.caller, "forget", found.id)
        return Video.of(found)

    def kept_elsewhere(self) -> list[str]:
        """See VideoStore.kept_elsewhere."""
        with self._open() as store:
            return store.videos.kept_elsewhere()

    def examine(self, *, repair: bool = False) -> Examination:
        """What is wrong with the library, after repairing it if asked, and what this machine can do."""
        return examine(self.settings, self.models.folder, self.models.missing(), repair=repair)

    def _open(self, *, create: bool = False) -> Store:
        return open_store(self.settings.library, create=create)


def _is_called(entry: Quarantined, name: str) -> bool:
    of_id = len(name) >= SHORTEST_ID and entry.video.startswith(name.lower())
    return of_id or name == entry.path.name or Path(name).absolute() == entry.path


def _name(video: VideoLike) -> str:
    return video.id if isinstance(video, Video) else str(video)
