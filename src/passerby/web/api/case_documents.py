"""What the API takes and gives of cases and items of evidence."""

from pydantic import BaseModel, Field

from passerby.casework.bag_preview import Content
from passerby.evidence.sidecars import Fit
from passerby.web.api.documents import VIDEO, Document

MOMENT = "2026-03-08T10:15:00.000000Z"
CASE = "0f6c2a9be1d84c55"


class NewHold(Document):
    prose = frozenset({"reason"})

    reason: str = Field(min_length=1, max_length=2000, examples=["a claim is being heard"])


class Hold(BaseModel):
    """Somebody wants that something stays: it cannot be forgotten until that is lifted."""

    id: str = Field(examples=[CASE])
    video: str = Field(description="Empty: a whole case.", examples=[VIDEO])
    case: str = Field(description="Empty: one video.")
    reason: str = Field(examples=["a claim is being heard"])
    by: str = Field(examples=["kim"])
    since: str = Field(examples=[MOMENT])


class NewReader(Document):
    name: str = Field(min_length=1, max_length=64, description="Of a user.", examples=["rita"])


class CaseAnswer(BaseModel):
    id: str = Field(examples=[CASE])
    name: str = Field(examples=["Case 7"])
    description: str
    made_by: str = Field(examples=["kim"])
    created: str = Field(examples=[MOMENT])
    items: int = Field(examples=[12])
    users: list[str] = Field(description="Who see it, besides admins.", examples=[["kim", "rita"]])
    holds: list[Hold] = Field(description="On the case itself.")


class CaseList(BaseModel):
    cases: list[CaseAnswer]


class Hashes(BaseModel):
    sha256: str
    sha512: str
    size: int = Field(description="Bytes.")


class HowItCame(BaseModel):
    """As whoever handed it over told it; nobody has checked that."""

    source: str
    by: str
    notes: str


class SidecarAnswer(BaseModel):
    """A file that lay beside the original."""

    name: str
    kind: str
    sha256: str
    verdict: Fit
    reason: str


class CheckAnswer(BaseModel):
    """What was found when an item was read again and compared with what was noted of it."""

    time: str = Field(examples=[MOMENT])
    clock: str = Field(description="Whether a time server kept the clock right then.", examples=["synchronised"])
    by: str = Field(examples=["kim"])
    sound: bool
    faults: list[str]


class CheckList(BaseModel):
    checks: list[CheckAnswer] = Field(description="The newest first.")


class ItemAnswer(BaseModel):
    """An item of evidence: what was noted of it when it was taken."""

    id: str = Field(description="The SHA-256 of the original.", examples=[VIDEO])
    record: str = Field(description="The hash of what was noted, as the log has it.")
    format: str
    name: str = Field(examples=["march.mp4"])
    digests: Hashes
    modified: str
    taken: str = Field(examples=[MOMENT])
    clock: str = Field(examples=["synchronised"])
    tool: str
    acquisition: HowItCame
    recorded: str
    zone: str
    zone_source: str
    device: dict[str, str]
    sidecars: list[SidecarAnswer]
    last_check: CheckAnswer | None = Field(description="null: it was never checked.")


class ItemPlaces(ItemAnswer):
    """An item, with where it is and what holds it."""

    cases: list[CaseAnswer]
    holds: list[Hold]


class ItemList(BaseModel):
    items: list[ItemAnswer]


class LinkAnswer(BaseModel):
    """A link of a chain of custody: an entry of the log."""

    number: int = Field(description="In the log.")
    time: str = Field(examples=[MOMENT])
    clock: str = Field(description="Empty: it was not noted.", examples=["synchronised"])
    user: str = Field(examples=["kim"])
    action: str = Field(examples=["take"])
    details: dict[str, int | float | str | list[str]]
    hash: str


class Chain(BaseModel):
    links: list[LinkAnswer] = Field(description="The oldest first.")


class LeavingFileAnswer(BaseModel):
    path: str = Field(examples=["data/items/0123456789abcdef/intake.json"])
    content: Content
    size: int | None = Field(description="null: it is written when the bag is made.")
    sha256: str


class LeavingFiles(BaseModel):
    """What would leave with a bag."""

    sealed: bool
    originals: int = Field(description="How many; none where it is sealed.")
    size: int = Field(description="Bytes of the files whose sizes are known.")
    files: list[LeavingFileAnswer]


class NewBag(Document):
    sealed: bool = Field(description="Without originals, and without what was found in them.")
