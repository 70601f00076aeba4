"""What the API takes and gives of lists, collections, the trash and kept searches."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from passerby.records import Review, VideoStatus
from passerby.store.listing import Has, Length, Order
from passerby.web.api.documents import VIDEO, Document, Labels

MOST_AT_ONCE = 1000

Id = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
VideoIdList = Annotated[list[Id], Field(max_length=MOST_AT_ONCE)]
Name = Annotated[str, Field(max_length=150)]
Text = Annotated[str, Field(max_length=10_000)]
Asked = Annotated[
    dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=2000)]], Field(max_length=20)
]


class VideoQuery(Document):
    """Which videos: those that have all of what is named."""

    named: str = Field("", max_length=200, description="A part of the title, of the file's name or the description.")
    label: list[Annotated[str, Field(max_length=200)]] = Field([], max_length=10, description="Labels, exactly.")
    has: list[Has] = Field([], max_length=3)
    length: Length | None = None
    year: int | None = Field(None, ge=0, le=9999, description="In which it was recorded; 0: nothing says when.")
    collection: str = Field("", pattern=r"^([0-9a-f]{16})?$", description="The id of one.")
    review: Review | None = None
    status: VideoStatus | None = None


class OrderQuery(VideoQuery):
    sort: Order = "added"


class ListQuery(OrderQuery):
    limit: int = Field(50, ge=1, le=500)
    cursor: str = Field("", pattern=r"^\d{0,9}$")


# A day, and how many follow each other of it. No tuple: what reads descriptions stumbles over one that may hold null.
DayCount = Annotated[list[int | None], Field(min_length=2, max_length=2)]


class Shapes(BaseModel):
    """Of each video 100 times its width through its height; and how many follow each other of which day.

    Days are counted from 1970, in UTC: that of the recording, or of adding, as the order is; null: not known.
    """

    aspects: list[int] = Field(examples=[[178, 178, 56]])
    days: list[DayCount] = Field(examples=[[[20520, 2], [None, 1]]])


class FacetValue(BaseModel):
    value: str = Field(examples=["bicycle"])
    videos: int = Field(examples=[12])


class FacetList(BaseModel):
    total: int = Field(examples=[26])
    facets: dict[str, list[FacetValue]] = Field(
        description="By kind: label, has, length, year, collection, review, status; of labels the most frequent."
    )


class VideoIds(BaseModel):
    videos: list[str] = Field(examples=[[VIDEO]])


class Some(Document):
    """Some videos, by their ids."""

    videos: VideoIdList = Field(examples=[[VIDEO]])


class LabelledVideos(Some):
    given: Labels = Field([], examples=[["street market"]])
    rejected: Labels = Field([], examples=[["kite"]])


class Exported(Some):
    format: str = Field(pattern=r"^[a-z0-9-]{1,40}$", examples=["srt"])


class Counted(BaseModel):
    """How many videos something was done with."""

    videos: int = Field(examples=[3])


class VideoChange(Document):
    """What is told of a video as a whole; what is null stays."""

    prose: ClassVar[frozenset[str]] = frozenset({"description"})

    title: Name | None = Field(None, description="What it is called; empty: as its file.", examples=["Harbour at dawn"])
    description: Text | None = None
    review: Review | None = None


class VideoSaid(BaseModel):
    title: str
    description: str
    review: Review
    collections: list[str] = Field(description="The ids of those that it is in.")


class NewCollection(Document):
    prose: ClassVar[frozenset[str]] = frozenset({"description"})

    name: Name = Field(examples=["Harbour, spring"])
    description: Text = ""
    case: bool = Field(False, description="Whether it is a case.")


class CollectionChange(Document):
    prose: ClassVar[frozenset[str]] = frozenset({"description"})

    name: Name | None = None
    description: Text | None = None
    case: bool | None = None


class CollectionAnswer(BaseModel):
    id: str = Field(examples=["0f6c2a9be1d84c55"])
    name: str = Field(examples=["Harbour, spring"])
    description: str
    case: bool
    made_by: str = Field(examples=["ada"])
    created: str = Field(examples=["2026-03-08T10:15:00Z"])
    videos: int = Field(examples=[12])


class CollectionList(BaseModel):
    collections: list[CollectionAnswer]


class Members(Document):
    add: VideoIdList = Field([])
    remove: VideoIdList = Field([])


class TrashEntry(BaseModel):
    id: str = Field(examples=[VIDEO])
    name: str = Field(examples=["march.mp4"])
    duration: float = Field(examples=[61.2])
    by: str = Field(examples=["ada"])
    since: str = Field(examples=["2026-03-08T10:15:00Z"])
    until: str = Field(description="From then on the server forgets it.", examples=["2026-04-07T10:15:00Z"])


class Trash(BaseModel):
    videos: list[TrashEntry]
    next: str | None = Field(description="To be sent as ``cursor`` for those that follow; null on the last page.")
    days: float = Field(description="How long videos stay in it.", examples=[30])


class NewSearch(Document):
    name: Name = Field(examples=["dogs"])
    asked: Asked = Field(examples=[{"words": "dog"}], description="As the address of a search has it.")


class SearchEntry(NewSearch):
    id: str = Field(examples=["0f6c2a9be1d84c55"])


class KeptSearchList(BaseModel):
    searches: list[SearchEntry]
