"""What people say to each other about a video. Viewers see none of it: it may tell what a masked picture does not."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from passerby.dates import format_date
from passerby.library import Library
from passerby.store.comments import StoredComment
from passerby.web.access import TheDesk, Writer
from passerby.web.api.editing_documents import ChangedComment, CommentDocument, CommentList, NewComment
from passerby.web.api.videos import VideoId

router = APIRouter(tags=["comments"])

CommentId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


@router.get("/videos/{video}/comments")
def list_comments(desk: TheDesk, caller: Writer, video: VideoId) -> CommentList:
    """What is said about a video, and who may be mentioned."""
    return _comments(desk.library(caller), video)


@router.post("/videos/{video}/comments", status_code=201)
def add_comment(desk: TheDesk, caller: Writer, video: VideoId, body: NewComment) -> CommentList:
    """Say something about a video, or a time in it. Users who are named as `@name` are told."""
    library = desk.library(caller)
    library.editing.comment(video, body.text, body.time)
    return _comments(library, video)


@router.patch("/comments/{comment}", status_code=204, response_class=Response)
def change_comment(desk: TheDesk, caller: Writer, comment: CommentId, body: ChangedComment) -> None:
    """Change a comment of one's own."""
    desk.library(caller).editing.change_comment(comment, body.text)


@router.delete("/comments/{comment}", status_code=204, response_class=Response)
def remove_comment(desk: TheDesk, caller: Writer, comment: CommentId) -> None:
    """Remove a comment of one's own; an admin, any."""
    desk.library(caller).editing.remove_comment(comment)


def _comments(library: Library, video: str) -> CommentList:
    known = library.video(video)
    seconds = library.editing.seconds_of(known.id)
    caller = library.caller
    return CommentList(
        comments=[
            _comment(each, None if each.start is None else seconds(each.start), own=each.user == caller.name)
            for each in library.editing.comments(known.id)
        ],
        users=library.editing.mentionable(),
    )


def _comment(each: StoredComment, time: float | None, *, own: bool) -> CommentDocument:
    return CommentDocument(
        id=each.id,
        user=each.user,
        time=time,
        text=each.text,
        created=format_date(int(each.created)),
        changed=format_date(int(each.changed)),
        mentions=list(each.mentions),
        own=own,
    )
