"""A library: everything that is kept about videos, in one folder, behind one class."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from passerby.errors import StoreError
from passerby.files import private
from passerby.files.private import DATABASE
from passerby.records import (
    Cue,
    Floats,
    Moment,
    MomentVector,
    Note,
    PeopleMasks,
    ScreenText,
    Shot,
    StoredVideo,
    Tag,
    Thumbnail,
    Track,
    TrackSpan,
    Utterance,
    VideoStatus,
)
from passerby.store import (
    check,
    declined,
    erase,
    find,
    folding,
    notes,
    read,
    schema,
    taught,
    vectors,
    videos,
    words,
    write,
)
from passerby.store.accounts import AccountTables
from passerby.store.audit_log import AuditLog
from passerby.store.check import Problem
from passerby.store.copies import CopyTables
from passerby.store.database import Database
from passerby.store.deliveries import Deliveries
from passerby.store.files import Files
from passerby.store.find import RANKED, Narrow, Place, Ranked, Reason
from passerby.store.hooks import Hooks
from passerby.store.jobs import Jobs
from passerby.store.plans import Plans
from passerby.store.taught import Example, Lesson
from passerby.store.tries import LogInTries
from passerby.store.vectors import Table
from passerby.store.write import Record
from passerby.times import Span

__all__ = [
    "DATABASE",
    "RANKED",
    "Example",
    "Lesson",
    "Narrow",
    "Place",
    "Problem",
    "Ranked",
    "Reason",
    "Record",
    "Store",
]

R = TypeVar("R")
EVERYWHERE = Narrow()
WAIT_SECONDS = 60.0  # for another process that is writing


class Store:
    """An open library. Each process and each thread opens its own; any number may be open at once.

    Every method raises StoreError if the library cannot be read or written. Those that take the id of a video
    raise ForgottenError if it is not there (any more).
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    @staticmethod
    def open(folder: Path, *, create: bool, wait_seconds: float = WAIT_SECONDS) -> "Store":
        """Open the library in ``folder``, making it if ``create`` says so.

        Raises StoreError if there is none, or what is there is none, or a newer Passerby made it.
        """
        path = folder / DATABASE
        try:
            if create:
                folder.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
            missing = not path.exists()
        except OSError as error:
            raise StoreError(f"{folder}: expected a folder for the library ({error}); choose another") from error
        if missing and not create:
            raise StoreError(f"{folder}: there is no library here yet; `passerby add PATH...` makes one")
        private.mend(folder)
        db = Database(path.absolute(), create=create, wait_seconds=wait_seconds)
        try:
            folding.add_functions(db)
            schema.migrate(db)
            erase.take_up(db)
        except StoreError:
            db.close()
            raise
        return Store(db)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._db.close()

    # What a server keeps

    @property
    def jobs(self) -> Jobs:
        """Work that was asked for."""
        return Jobs(self._db)

    @property
    def plans(self) -> Plans:
        """Plans of redacted copies."""
        return Plans(self._db)

    @property
    def files(self) -> Files:
        """Originals that were uploaded, and copies."""
        return Files(self._db)

    @property
    def copies(self) -> CopyTables:
        """What people say of copies."""
        return CopyTables(self._db)

    @property
    def hooks(self) -> Hooks:
        """Addresses that are told when a job ends."""
        return Hooks(self._db)

    @property
    def deliveries(self) -> Deliveries:
        """What those addresses are still to be told."""
        return Deliveries(self._db)

    # Videos

    def begin_video(self, video: StoredVideo, job: str = "") -> None:
        """Take the video in, or note a further path of one that is here.

        Of a known video the frames, duration, status and note stay until ``end_video``. Its name and path stay
        for as long as that file exists; the further ones find it too. If its size or time base is now read in
        another way, everything that was found in it is dropped. Raises ForgottenError as ``require_wanted`` does.
        """
        videos.begin(self._db, video, job)

    def require_wanted(self, video_id: str, job: str) -> None:
        """Raise ForgottenError if a video was forgotten since this job, which is to add it, was asked for."""
        declined.require_wanted(self._db, video_id, job)

    def end_video(self, video_id: str, frames: int, duration: int, status: VideoStatus, note: str) -> None:
        """Keep how the work on the video ended."""
        videos.end(self._db, video_id, frames, duration, status, note)

    def videos(self) -> list[StoredVideo]:
        """All videos, in the order in which they were first added."""
        return videos.every(self._db)

    def these_videos(self, video_ids: Iterable[str]) -> list[StoredVideo]:
        """Those of the videos with these ids that are here."""
        return videos.these(self._db, video_ids)

    def video(self, video_id: str) -> StoredVideo | None:
        """The video with this id, None if it is not here."""
        return videos.find(self._db, video_id)

    def resolve(self, text: str) -> StoredVideo:
        """The one video that a user means by a path, a name, or the start (4 digits or more) of an id.

        Raises UnknownVideoError, which lists what could be meant, if there is none or more than one.
        """
        return videos.resolve(self._db, text)

    def forget(self, video_id: str) -> None:
        """Remove the video so that no byte of what it held is left in the folder (law 4; see erase.py).

        Jobs that have not ended do not add it again.

        Raises StoreError if another process is reading an older state: the video is gone then, but bytes of it
        stay in the log until that process ends and the library is opened again.
        """
        erase.forget(self._db, video_id)

    def decline(self, video_id: str) -> None:
        """Have no job that has not ended add a video that is about to be forgotten."""
        with self._db.transaction():
            declined.decline(self._db, video_id)

    def drop(self, video_id: str) -> None:
        """Remove, as ``forget`` does, a video whose adding was given up, and which may be added again by any job."""
        erase.drop(self._db, video_id)

    # Stages

    def finished(self, video_id: str) -> dict[str, str]:
        """The key of each stage that is finished for this video; none if it is not here."""
        return read.finished(self._db, video_id)

    def finish_stage(self, video_id: str, stage: str, key: str, records: Sequence[object]) -> None:
        """Keep what a stage found, in place of what it found before: all of it or, if killed, nothing.

        Where the moments go with what is replaced, so do the stages that describe them. Raises ForgottenError if
        the video was forgotten meanwhile.
        """
        write.finish_stage(self._db, video_id, stage, key, write.kept(records))

    # Records of one video, in the order in which they were given (tags, vectors, thumbnails: by moment)

    def records(self, video_id: str, kind: type[R]) -> list[R]:
        """Those of a kind that decides what other stages take: where shots and moments are, and people."""
        people = self.people(video_id) if issubclass(kind, PeopleMasks) else None
        found = [*self.shots(video_id), *self.cues(video_id), *self.moments(video_id), *([people] if people else [])]
        return [record for record in found if isinstance(record, kind)]

    def shots(self, video_id: str) -> list[Shot]:
        return read.shots(self._db, self._number(video_id))

    def cues(self, video_id: str) -> list[Cue]:
        return read.cues(self._db, self._number(video_id))

    def moments(self, video_id: str) -> list[Moment]:
        return read.moments(self._db, self._number(video_id))

    def tracks(self, video_id: str) -> list[Track]:
        return read.tracks(self._db, self._number(video_id))

    def track_spans(self, video_id: str) -> list[TrackSpan]:
        """The tracks, without their boxes, which most of a long video's records consist of."""
        return read.track_spans(self._db, self._number(video_id))

    def people(self, video_id: str) -> PeopleMasks | None:
        return read.people(self._db, self._number(video_id))

    def texts(self, video_id: str) -> list[ScreenText]:
        return read.texts(self._db, self._number(video_id))

    def utterances(self, video_id: str) -> list[Utterance]:
        return read.utterances(self._db, self._number(video_id))

    def tags(self, video_id: str) -> list[Tag]:
        return read.tags(self._db, self._number(video_id))

    def vectors(self, video_id: str) -> list[MomentVector]:
        """The vectors, rounded to float16."""
        return read.vectors(self._db, self._number(video_id))

    def thumbnails(self, video_id: str) -> list[Thumbnail]:
        return read.thumbnails(self._db, self._number(video_id))

    def thumbnail(self, video_id: str, moment: int) -> Thumbnail | None:
        """The thumbnail of the moment with this index, if it has one."""
        return read.thumbnail(self._db, self._number(video_id), moment)

    def cover(self, video_id: str) -> Thumbnail | None:
        """The thumbnail that stands for the video, if it has any: of those of one size the JPEG with the most bytes.

        Black and faded pictures, blurred ones, and those that are mostly filled where people were, take few.
        """
        return read.cover(self._db, self._number(video_id))

    def _number(self, video_id: str) -> int:
        return videos.number_of(self._db, video_id)

    # What people say; no stage ever changes it

    def note(self, video_id: str, span: Span, label: str, *, rejected: bool) -> None:
        """Keep that a label fits a stretch of the video, or that it does not; the last word on both counts."""
        self.note_all(video_id, [Note(span, label, rejected)])

    def note_all(self, video_id: str, said: Sequence[Note]) -> None:
        """Keep several notes, as ``note`` does: all of them or none."""
        notes.keep(self._db, self._number(video_id), said)

    def notes(self, video_id: str) -> list[Note]:
        return read.notes(self._db, self._number(video_id))

    def teach(self, name: str, threshold: float, examples: Sequence[Example]) -> Lesson:
        """Keep a class by its examples, in the place of one of that name, and find the moments that look so."""
        return taught.teach(self._db, name, threshold, examples)

    def unteach(self, name: str) -> None:
        """Forget a class. Raises UsageError if there is none of that name."""
        taught.unteach(self._db, name)

    def lessons(self) -> list[Lesson]:
        """All classes that were taught, by name."""
        return taught.lessons(self._db)

    # Search. Moments are given by their ids in this library (Place.id), best first; scores compare within one answer.

    def find_words(self, words: Sequence[str], *, every: bool, limit: int, narrow: Narrow = EVERYWHERE) -> Ranked:
        """Moments with every one, or any, of ``words`` (each a word or a phrase), by BM25 over labels, texts and names.

        One in quotes (``'"news"'``) must be there as it is, but for capitals, accents and how its letters are written.
        Without ``words``, those that ``narrow`` leaves because of what is on screen or said. Nothing else in words is
        syntax. Of more than ``RANKED`` moments the newest are compared, as many each of those where the words are among
        the objects, among tags, texts, what is said, cues and people, and in names; if any word will do, for each word.
        """
        return find.by_words(self._db, words, every, narrow, limit)

    def find_label(self, label: str, *, limit: int, narrow: Narrow = EVERYWHERE) -> list[tuple[int, float]]:
        """Moments with exactly this label (of an object or a tag), by its score."""
        return find.by_label(self._db, label, narrow, limit)

    def moments_with(self, words: Sequence[str] = (), *, every: bool = True, narrow: Narrow = EVERYWHERE) -> set[int]:
        """All moments that ``find_words`` and ``find_label`` would look among, in no order."""
        return find.having(self._db, words, every, narrow)

    def is_known(self, word: str) -> bool:
        """Whether a word, or a phrase, is of any moment."""
        return find.is_known(self._db, word)

    def near_word(self, word: str) -> str | None:
        """A word of some moment of which ``word`` may be a slip, since one letter is wrong; None if there is none."""
        return find.near_word(self._db, word)

    def nearest(
        self,
        vector: Floats,
        limit: int,
        allowed: Collection[int] | None = None,
        *,
        table: Table = "vectors",
        least: float = -1.0,
    ) -> list[tuple[int, float]]:
        """The ``limit`` moments, of all or of ``allowed``, whose vectors have the greatest cosine with ``vector``.

        None has a cosine below ``least``.

        ``vector`` (d,) is of length 1. Vectors of other lengths than d are left out. "vectors" are of how moments
        look, "meanings" of what is known of them in words, "looks" of how they look, to be compared with texts.
        """
        return vectors.nearest(self._db, table, vector, limit, allowed, least)

    def looks(self, moments: Iterable[int]) -> dict[int, Floats]:
        """The vectors of these moments that texts compare with, rounded to float16; some may have none."""
        return read.looks(self._db, moments)

    def encoders(self) -> set[str]:
        """The hashes of the weights that the library's looks are from."""
        return read.encoders(self._db)

    def looked_at_by(self, encoder: str) -> set[int] | None:
        """The moments whose looks are from these weights; None where all looks of the library are."""
        return read.looked_at_by(self._db, encoder)

    def told(self, video_id: str) -> dict[int, str]:
        """What is known of each moment in words, by its index; "" where nothing is."""
        return words.told(self._db, self._number(video_id))

    def places(self, moments: Iterable[int]) -> dict[int, Place]:
        """Where the moments with these ids are; one that was forgotten meanwhile is left out."""
        return find.places(self._db, moments)

    def place_at(self, video_id: str, pts: int) -> Place | None:
        """The moment of the video that holds this time."""
        return find.place_at(self._db, video_id, pts)

    def with_more_than_objects(self, moments: Iterable[int]) -> set[int]:
        """Those of these moments of which more is told than what objects are seen: tags, text or what is said."""
        return find.with_more_than_objects(self._db, moments)

    def reasons(self, moments: Iterable[int], words: Sequence[str]) -> dict[int, list[Reason]]:
        """For each of these moments what in it any of ``words`` matches."""
        return find.reasons(self._db, moments, words)

    # Who may what, and who did what

    def transaction(self) -> AbstractContextManager[None]:
        """All that is done in the block to users, tries and the log, or nothing of it; nobody else writes meanwhile.

        What is done to videos is in transactions of its own, and not for such a block.
        """
        return self._db.transaction()

    @property
    def accounts(self) -> AccountTables:
        return AccountTables(self._db)

    @property
    def tries(self) -> LogInTries:
        return LogInTries(self._db)

    @property
    def log(self) -> AuditLog:
        return AuditLog(self._db)

    # Health

    def check(self) -> list[Problem]:
        """What is wrong with the library; nothing is changed."""
        return check.check(self._db)

    def repair(self) -> list[Problem]:
        """Put right what can be put right; what is left. Stages that were damaged are redone by the next add."""
        return check.repair(self._db)
