"""The facade for what people write into a video: corrected lines of its transcript, chapters, and comments.

What changes something is noted here.
"""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from passerby.callers import ROLES, Caller
from passerby.errors import UsageError
from passerby.evidence.custody import Custody
from passerby.export.insights import ChapterInsight, chapters_of
from passerby.export.speech_insight import Speech, SpeechInsight, speech_of, why_no_speech
from passerby.models.names import check_given
from passerby.models.prose import check_prose
from passerby.records import StoredVideo, Utterance
from passerby.settings import Settings
from passerby.store.chapters import Chapter
from passerby.store.comments import StoredComment
from passerby.store.corrections import CorrectedTranscript, Correction
from passerby.store.library import Store, open_store
from passerby.times import Span, format_timecode
from passerby.wording import require_plain

LONGEST_LINE, LONGEST_NAME, LONGEST_COMMENT = 2000, 100, 10_000  # characters
MOST_CHAPTERS = 1000  # of a video
ROUNDED = 2e-3  # seconds: more than documents round times by


class Editing:
    """What people write into videos. Opens its database for each call, so that it may be kept for long."""

    def __init__(self, settings: Settings, caller: Caller, custody: Custody) -> None:
        self._settings, self._caller, self._custody = settings, caller, custody

    # The transcript

    def speech(self, video: str) -> Speech:
        """What is said, line by line, and corrections of which there is no line. Raises UnknownVideoError."""
        with self._open() as store:
            found = store.videos.resolve(video)
            said = speech_of(store, found)
        self._custody.note(self._caller, "view", found.id)
        return said

    def why_no_speech(self, video: str) -> str:
        """In a line why nothing that is said in it is known, where that is so. Raises UnknownVideoError."""
        with self._open() as store:
            return why_no_speech(store, store.videos.resolve(video))

    def correct(self, video: str, seconds: float, text: str) -> SpeechInsight:
        """Put right what is said in the line that begins at, or is being said at, a time; the line as it is then.

        What the model heard stays beside it; to correct a line to that is to undo it. Corrections at its time of which
        there is no line any more go. Raises UnknownVideoError, and UsageError where nothing is said, and for what is no
        line.
        """
        line = " ".join(text.split())
        require_plain("text", line, LONGEST_LINE)
        with self._open() as store:
            found = store.videos.resolve(video)
            heard = _said_at(store, found, seconds)
            if heard is None:
                raise _nothing_said(seconds)
            placed, unplaced = _corrections_at(store, found, heard.span)
            old = [*placed, *unplaced]
            if line != heard.text:
                store.corrections.put(found.id, Correction(heard.span, line, self._caller.name, time.time()))
                old = [span for span in old if span != heard.span]
            for span in old:
                store.corrections.remove(found.id, span)
            now = _line_of(store, found, heard)
        self._custody.note(self._caller, "correct", found.id, start=seconds)
        return now

    def undo_correction(self, video: str, seconds: float) -> SpeechInsight | None:
        """Go back to what the model heard at a time: that line, or None where none is.

        Where the line is as it was heard, what goes are corrections at its time of which there is no line any more.
        Raises as ``correct``.
        """
        with self._open() as store:
            found = store.videos.resolve(video)
            heard, pts = _said_at(store, found, seconds), found.time_base.pts_at(seconds)
            placed, unplaced = _corrections_at(store, found, Span(pts, pts + 1) if heard is None else heard.span)
            undone = placed or unplaced
            if heard is None and not undone:
                raise _nothing_said(seconds)
            for span in undone:
                store.corrections.remove(found.id, span)
            now = None if heard is None else _line_of(store, found, heard)
        if undone:
            self._custody.note(self._caller, "correct", found.id, start=seconds)
        return now

    # Chapters

    def chapters(self, video: str) -> tuple[ChapterInsight, ...]:
        """The chapters that people have made. Raises UnknownVideoError."""
        with self._open() as store:
            return chapters_of(store, store.videos.resolve(video))

    def begin_chapter(self, video: str, seconds: float, name: str) -> None:
        """Let a chapter begin at a time, in the place of any that begins there.

        Raises UnknownVideoError; UsageError for a time that is not in the video, for more chapters than MOST_CHAPTERS,
        and for a name that would say who somebody is, or what they are like (law 2).
        """
        called = name.strip()
        require_plain("name", called, LONGEST_NAME)
        check_given(called)
        with self._open() as store:
            found = store.videos.resolve(video)
            start = found.time_base.pts_at(seconds)
            if not 0 <= start < max(found.duration, 1):
                length = format_timecode(found.time_base.seconds(found.duration))
                raise UsageError(f"{format_timecode(seconds)}: expected a time in the video, which ends at {length}")
            known = store.chapters.of(found.id)
            if len(known) >= MOST_CHAPTERS and start not in [chapter.start for chapter in known]:
                raise UsageError(f"expected at most {MOST_CHAPTERS} chapters; remove some")
            store.chapters.put(found.id, Chapter(start, called, self._caller.name))
        self._custody.note(self._caller, "change_chapters", found.id, start=seconds)

    def remove_chapter(self, video: str, seconds: float) -> bool:
        """Remove the chapter that begins at a time, as ``chapters`` tell it; whether there was one."""
        with self._open() as store:
            found = store.videos.resolve(video)
            base = found.time_base
            meant = [
                chapter.start
                for chapter in store.chapters.of(found.id)
                if abs(base.seconds(chapter.start) - seconds) < ROUNDED
            ]
            for start in meant:
                store.chapters.remove(found.id, start)
        if meant:
            self._custody.note(self._caller, "change_chapters", found.id, start=seconds)
        return bool(meant)

    # Comments

    def comments(self, video: str) -> list[StoredComment]:
        """What is said about a video. Raises UnknownVideoError."""
        with self._open() as store:
            return store.comments.of(store.videos.resolve(video).id)

    def seconds_of(self, video: str) -> Callable[[int], float]:
        """What turns times of a video into seconds. Raises UnknownVideoError."""
        with self._open() as store:
            return store.videos.resolve(video).time_base.seconds

    def mentionable(self) -> list[str]:
        """The names of those who may read comments, and so be mentioned in one as ``@name``."""
        with self._open() as store:
            return _readers(store)

    def comment(self, video: str, text: str, seconds: float | None = None) -> str:
        """Say something about a video, or about a time in it; the id of that. Raises UnknownVideoError, UsageError.

        Whom it names as ``@name`` is meant to read it. What says what somebody is like is refused (law 2).
        """
        with self._open() as store:
            _require_comment(store, text)
            found = store.videos.resolve(video)
            start = None if seconds is None else found.time_base.pts_at(seconds)
            made = store.comments.put(found.id, self._caller.name, text.strip(), start, _mentioned(store, text))
        self._custody.note(self._caller, "comment", found.id)
        return made

    def change_comment(self, comment: str, text: str) -> None:
        """Raises UnknownError, UsageError for the comment of another, and as ``comment``."""
        with self._own_comment(comment) as (store, video):
            _require_comment(store, text)
            store.comments.change(comment, text.strip(), _mentioned(store, text))
        self._custody.note(self._caller, "comment", video)

    def remove_comment(self, comment: str) -> None:
        """Raises UnknownError, UsageError for the comment of another, but of who may do everything."""
        with self._own_comment(comment) as (store, video):
            store.comments.remove(comment)
        self._custody.note(self._caller, "remove_comment", video)

    @contextmanager
    def _own_comment(self, comment: str) -> Iterator[tuple[Store, str]]:
        """The store, and the id of the video that the comment is about."""
        with self._open() as store:
            kept = store.comments.get(comment)
            if kept.user != self._caller.name and not self._caller.may("admin"):
                raise UsageError("expected a comment of your own, found that of somebody else")
            yield store, kept.video

    def _open(self) -> Store:
        return open_store(self._settings.library, create=False)


def _transcript(store: Store, video: StoredVideo) -> CorrectedTranscript:
    return CorrectedTranscript.of(store.records.of(video.id, Utterance), store.corrections.of(video.id))


def _line_of(store: Store, video: StoredVideo, heard: Utterance) -> SpeechInsight:
    lines = _transcript(store, video).lines
    return SpeechInsight.of(next(line for line in lines if line.said.span == heard.span), video.time_base)


def _corrections_at(store: Store, video: StoredVideo, span: Span) -> tuple[list[Span], list[Span]]:
    """The spans of the corrections of the line with this span, and of those of no line that are at its time."""
    transcript = _transcript(store, video)
    placed = [line.correction.span for line in transcript.lines if line.said.span == span and line.correction]
    return placed, [each.span for each in transcript.unplaced if each.span.overlaps(span)]


def _said_at(store: Store, video: StoredVideo, seconds: float) -> Utterance | None:
    """The line that begins at a time, or else is being said then; None where nothing is said."""
    base = video.time_base
    lines = store.records.of(video.id, Utterance)
    begun = [line for line in lines if abs(base.seconds(line.span.start) - seconds) < ROUNDED]
    pts = base.pts_at(seconds)
    return next(iter(begun or [line for line in lines if line.span.overlaps(Span(pts, pts + 1))]), None)


def _nothing_said(seconds: float) -> UsageError:
    return UsageError(f"{format_timecode(seconds)}: expected the time of something that is said, found nothing said")


def _readers(store: Store) -> list[str]:
    return sorted(user.name for user in store.accounts.users() if "write" in ROLES.get(user.role, ()))


def _mentioned(store: Store, text: str) -> list[str]:
    """Whom a text names as ``@name``, in any case."""
    return [name for name in _readers(store) if _mention(name).search(text)]


def _mention(name: str) -> re.Pattern[str]:
    """What names a user in a text. What could go on with the name is not after it; a full stop that ends it may be."""
    return re.compile(rf"(?<![\w@.]){re.escape('@' + name)}(?![\w@-]|\.\w)", re.IGNORECASE)


def _require_comment(store: Store, text: str) -> None:
    if not text.strip() or len(text) > LONGEST_COMMENT:
        raise UsageError(f"text: expected 1 to {LONGEST_COMMENT} characters, found {len(text)}")
    prose = text
    for name in _readers(store):  # who is called is no part of what is said
        prose = _mention(name).sub(",", prose)
    check_prose("text", prose)
