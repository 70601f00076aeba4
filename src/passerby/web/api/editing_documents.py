"""What the API takes and gives of comments, corrected lines and chapters."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from passerby.web.api.documents import Document, Seconds
from passerby.web.api.library_documents import ChapterDocument

CommentText = Annotated[str, Field(min_length=1, max_length=10_000)]


class ChangedComment(Document):
    prose: ClassVar[frozenset[str]] = frozenset({"text"})

    text: CommentText = Field(examples=["@bea is that a kite?"])


class NewComment(ChangedComment):
    time: Seconds | None = Field(None, description="In the video; null: it is about all of it.", examples=[12.4])


class CommentDocument(BaseModel):
    id: str = Field(examples=["0f6c2a9be1d84c55"])
    user: str = Field(examples=["ada"])
    time: float | None = Field(description="In the video, in seconds; null: it is about all of it.")
    text: str
    created: str = Field(examples=["2026-03-08T10:15:00Z"])
    changed: str = Field(description="The same, if it never was.")
    mentions: list[str] = Field(description="Who is meant to read it.", examples=[["bea"]])
    own: bool = Field(description="Whether the caller has made it.")


class CommentList(BaseModel):
    comments: list[CommentDocument]
    users: list[str] = Field(description="Who may be mentioned.")


class SpokenLine(Document):
    start: Seconds = Field(description="Of the line, as the video tells it.", examples=[12.4])
    text: str = Field(min_length=1, max_length=2000, examples=["The weather is fine."])


class NewChapter(Document):
    start: Seconds = Field(examples=[61.2])
    name: str = Field(min_length=1, max_length=100, examples=["The harbour"])


class ChapterList(BaseModel):
    chapters: list[ChapterDocument]
