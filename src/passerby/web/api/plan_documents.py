"""Plans of copies, as the API takes and gives them. See ``documents.py``."""

from typing import Any, Literal, Self

from pydantic import BaseModel, Field, model_validator

from passerby.redact.plan.changes import PlanChanges
from passerby.redact.plan.kinds import Kind
from passerby.redact.plan.policy import AudioMode, Effort, Shape, Style
from passerby.web.api.documents import MOST_NUMBER, Document, Pixel, Seconds


class Look(Document):
    """What to look for, before a copy is made."""

    hide: list[Kind] = Field(["faces"], examples=[["faces", "plates"]])
    text_pattern: str = Field("", max_length=1000, description="With text among ``hide``: only such, or ``pii``.")
    effort: Literal["fast", "normal", "careful"] = "normal"
    preset: str = Field("", max_length=64, description="A written policy: how places are hidden, and the sound.")


class PlanList(BaseModel):
    plans: list["PlanSummary"]


class PlanSummary(BaseModel):
    id: str
    video: str
    version: int
    changed: float


class Plan(PlanSummary):
    """A plan: ``plan`` is the document of docs/share-safely.md, with all that is hidden, and why."""

    plan: dict[str, Any]


class PlanChange(Document):
    version: int = Field(ge=1, le=MOST_NUMBER, description="The version that was changed; an older one is refused.")
    plan: dict[str, Any]


class Boxed(Document):
    """What somebody has put a box around, in the frame that is shown at a time."""

    time: Seconds = Field(examples=[3.2])
    box: tuple[Pixel, Pixel, Pixel, Pixel] = Field(examples=[[120, 40, 180, 110]])

    @model_validator(mode="after")
    def _is_open(self) -> Self:
        if self.box[0] >= self.box[2] or self.box[1] >= self.box[3]:
            raise ValueError("expected a box whose right is beyond its left and whose bottom is below its top")
        return self


class PathPoint(BaseModel):
    time: float = Field(examples=[3.2])
    box: list[float] = Field(examples=[[118.5, 38.5, 181.5, 111.5]])


class FollowedPath(BaseModel):
    """Where what was boxed goes. Between two points the box moves and grows in a straight line."""

    boxes: list[PathPoint]
    start: float = Field(examples=[0.0])
    end: float = Field(examples=[9.8])
    starts: Literal["cut", "video", "length"] = Field(
        description="Why it reaches back no further: another shot, the start of the video, or the longest path."
    )
    ends: Literal["cut", "video", "length"]
    known: tuple[float, float] = Field(
        description="From when to when it was seen; beyond, the box stays where it was seen last.",
        examples=[[0.0, 7.4]],
    )


class ChangedTracks(Document):
    """Some of a plan that is changed: what is not named stays."""

    version: int = Field(ge=1, le=MOST_NUMBER, description="The version that was changed; an older one is refused.")
    changes: PlanChanges


class PlanVersion(BaseModel):
    """Who made a version of a plan, and when."""

    version: int = Field(examples=[2])
    user: str = Field(examples=["ada"])
    changed: float


class PlanVersions(BaseModel):
    versions: list[PlanVersion] = Field(description="The newest first; version 1 is the look's, and not among them.")


class JoinTracks(Document):
    """Which tracks are to become one, in a plan or in a draft of it."""

    tracks: list[int] | None = Field(
        None, max_length=1000, description="Their numbers; without them, all that are one passer-by by place and time."
    )
    changes: PlanChanges = Field(PlanChanges(), description="What is changed and not kept yet.")


class JoinedTracks(BaseModel):
    """What joins them: it is for whoever asked to apply it. Pictures are not looked at."""

    changes: PlanChanges
    joined: list[list[int]] = Field(description="The numbers of tracks that become one.", examples=[[[4, 9]]])


class Preset(BaseModel):
    """A written policy, for a look."""

    name: str = Field(examples=["march"])
    title: str = Field(examples=["March"])
    why: str
    hide: list[Kind]
    effort: Effort
    style: Style
    shape: Shape
    audio: AudioMode


class PresetList(BaseModel):
    presets: list[Preset]


class Draft(Document):
    """What a plan is to become, before it is kept."""

    plan: dict[str, Any] | None = Field(None, description="The whole document; without it, the plan as it is kept.")
    changes: PlanChanges | None = Field(None, description="What is other about it.")


class DraftFrame(Draft):
    time: Seconds = Field(examples=[12.4])
    side: int = Field(1280, ge=16, le=4096, description="The most pixels of a side of the picture.")


class DraftStretch(Draft):
    start: Seconds = Field(examples=[12.0])
    end: Seconds = Field(examples=[16.0])


class Moment(BaseModel):
    time: float = Field(examples=[12.4])
    boxes: list[tuple[int, int, int, int]] = Field(examples=[[[100, 40, 220, 120]]])


class Regions(BaseModel):
    """What is hidden at moments that are ``step`` seconds apart or less. ``shape`` is what fills a box."""

    shape: Literal["box", "round"]
    step: float = Field(examples=[0.02])
    moments: list[Moment]
