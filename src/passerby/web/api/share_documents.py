"""What the API takes and gives of links to copies, as pydantic knows it."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from passerby.service.shares import MOST_COPIES, MOST_DAYS, MOST_LABEL, MOST_TIMES
from passerby.web.api.account_documents import MOMENT
from passerby.web.api.documents import Document


class NewShare(Document):
    secret = frozenset({"password"})

    copies: list[Annotated[str, Field(min_length=1, max_length=64)]] = Field(min_length=1, max_length=MOST_COPIES)
    days: int = Field(7, ge=1, le=MOST_DAYS, description="How long it leads there.")
    times: int = Field(0, ge=0, le=MOST_TIMES, description="How often it may be opened; 0: as often as one likes.")
    password: str = Field("", max_length=1024, description="8 characters or more, or none.")
    label: str = Field("", max_length=MOST_LABEL, description="What its receivers read.", examples=["For the press"])


class ShareDocument(BaseModel):
    """A link, without what leads there."""

    number: int = Field(examples=[4])
    label: str
    by: str = Field(examples=["ada"])
    copies: list[str]
    has_password: bool
    times: int
    opened: int
    created: str = Field(examples=[MOMENT])
    expires: str = Field(examples=[MOMENT])
    state: Literal["open", "expired", "used_up"]


class ShareList(BaseModel):
    shares: list[ShareDocument]


class MadeShare(ShareDocument):
    """A link that was just made."""

    path: str = Field(description="What leads there, from the server's root.", examples=["/s/..."])
    address: str = Field(examples=["https://video.example.org/s/..."])
