"""What the API gives of a search, as pydantic knows it."""

from pydantic import BaseModel, Field

from passerby.search.notices import NoticeKind
from passerby.store.search import ReasonKind
from passerby.web.api.documents import VIDEO


class HitReason(BaseModel):
    """What in a moment matched."""

    kind: ReasonKind
    label: str
    score: float | None = None


class Hit(BaseModel):
    video: str = Field(examples=[VIDEO])
    name: str = Field(examples=["march.mp4"])
    moment: int = Field(examples=[3])
    start: float = Field(examples=[12.4])
    end: float = Field(examples=[20.0])
    score: float = Field(examples=[0.93])
    why: list[str] = Field(examples=[["object: bicycle .93"]])
    reasons: list[HitReason]


class SearchNotice(BaseModel):
    """What is to be known about an answer: which words were refused or replaced, or which number of what there is."""

    kind: NoticeKind
    words: list[str]


class SearchAnswer(BaseModel):
    """A page of the moments that answer; those of one video stand together in it."""

    query: str = Field(examples=["bicycle"])
    notice: str = ""
    notices: list[SearchNotice]
    hits: list[Hit]
    more: bool
    next: str | None = Field(None, description="The cursor of the next page; null on the last.")
    total: int | None = Field(None, description="How many there are in all; told on the last page.")


class FoundVideo(BaseModel):
    id: str = Field(examples=[VIDEO])
    name: str = Field(examples=["march.mp4"])
    moments: int = Field(description="That would be found if only this video were asked for.", examples=[4])


class FoundKind(BaseModel):
    kind: ReasonKind
    moments: int = Field(examples=[4])


class FoundLabel(BaseModel):
    label: str = Field(examples=["bicycle"])
    moments: int = Field(description="That would be found if only those with this label were asked for.", examples=[2])


class SearchFacetsDocument(BaseModel):
    """What may narrow a search, and what may be meant where it has found nothing."""

    moments: int = Field(description="That answer, in all.", examples=[40])
    in_videos: int = Field(description="In how many videos they are.", examples=[3])
    videos: list[FoundVideo]
    kinds: list[FoundKind]
    labels: list[FoundLabel]
    near: list[str] = Field(description="What may be meant, if nothing was found.", examples=[["bicycle"]])
