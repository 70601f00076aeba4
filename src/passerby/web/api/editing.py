"""What people put right in a video: lines of its transcript, and its chapters."""

from typing import Annotated

from fastapi import APIRouter, Query

from passerby.export.insights import ChapterInsight
from passerby.export.speech_insight import SpeechInsight
from passerby.web.access import TheDesk, Viewer, Writer
from passerby.web.api.editing_documents import ChapterList, NewChapter, SpokenLine
from passerby.web.api.library_documents import ChapterDocument, SpeechDocument
from passerby.web.api.videos import VideoId

router = APIRouter(tags=["videos"])

LineTime = Annotated[float, Query(ge=0, le=9e8, description="In seconds, as the video tells it.")]


@router.put("/videos/{video}/speech")
def correct_speech(desk: TheDesk, caller: Writer, video: VideoId, body: SpokenLine) -> SpeechDocument:
    """Put a line of the transcript right. What was heard is kept beside it, and searches find the new words."""
    return _line(desk.library(caller).editing.correct(video, body.start, body.text))


@router.delete("/videos/{video}/speech")
def undo_correction(desk: TheDesk, caller: Writer, video: VideoId, start: LineTime) -> SpeechDocument | None:
    """Go back to what was heard in the line that begins then: null, where only a correction was that had no line."""
    line = desk.library(caller).editing.undo_correction(video, start)
    return None if line is None else _line(line)


@router.get("/videos/{video}/chapters")
def list_chapters(desk: TheDesk, caller: Viewer, video: VideoId) -> ChapterList:
    """The chapters that people have made, in order of time."""
    return _chapters(desk.library(caller).editing.chapters(video))


@router.put("/videos/{video}/chapters")
def begin_chapter(desk: TheDesk, caller: Writer, video: VideoId, body: NewChapter) -> ChapterList:
    """Let a chapter begin, in the place of one that begins then. A name that would say who somebody is is refused."""
    editing = desk.library(caller).editing
    editing.begin_chapter(video, body.start, body.name)
    return _chapters(editing.chapters(video))


@router.delete("/videos/{video}/chapters")
def remove_chapter(desk: TheDesk, caller: Writer, video: VideoId, start: LineTime) -> ChapterList:
    """Remove the chapter that begins then; one that there is not is no error."""
    editing = desk.library(caller).editing
    editing.remove_chapter(video, start)
    return _chapters(editing.chapters(video))


def _line(line: SpeechInsight) -> SpeechDocument:
    return SpeechDocument(**line.document())


def _chapters(chapters: tuple[ChapterInsight, ...]) -> ChapterList:
    return ChapterList(chapters=[ChapterDocument(**each.document()) for each in chapters])
