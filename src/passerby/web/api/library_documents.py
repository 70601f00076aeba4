"""What the API gives of what is known of videos, of models and of audits: docs/json.md says what each field means.

Most are for its description alone: what the library itself has made need not be checked.
"""

from typing import Literal

from pydantic import BaseModel, Field

from passerby.records import Review
from passerby.redact.audit.verdict import State

Sides = tuple[float, float, float, float]


class SpanDocument(BaseModel):
    start: float = Field(examples=[12.4])
    end: float = Field(examples=[20.0])


class ShotDocument(SpanDocument):
    scene: int


class CueDocument(SpanDocument):
    kind: Literal["black", "fade", "freeze", "bars", "silence"]


class MomentDocument(SpanDocument):
    people: int | None = Field(None, description="The most at once; missing if nobody has looked.")
    mask_coverage: float | None = None
    not_described: str | None = None


class BoxDocument(BaseModel):
    time: float
    box: Sides
    score: float


class ObjectDocument(SpanDocument):
    label: str = Field(examples=["bicycle"])
    score: float
    boxes: list[BoxDocument] | None = Field(None, description="Missing with `boxes=false`.")


class TagDocument(SpanDocument):
    label: str
    score: float


class NoteDocument(SpanDocument):
    """What somebody has said of a stretch: that a label fits, or that it does not."""

    label: str
    rejected: bool


class NoteList(BaseModel):
    notes: list[NoteDocument]


class PeopleCountDocument(BaseModel):
    time: float
    people: int


class PeopleDocument(BaseModel):
    seconds: float
    max_at_once: int
    mask_coverage: float
    counts: list[PeopleCountDocument] = Field(description="How many there are at once, whenever that changes.")


class ScreenTextDocument(SpanDocument):
    text: str
    score: float
    box: Sides


class WordDocument(SpanDocument):
    text: str


class CorrectionDocument(BaseModel):
    """That somebody has put a line right."""

    heard: str = Field(description="By the model.")
    by: str = Field(examples=["ada"])
    time: str = Field(examples=["2026-03-08T10:15:00Z"])


class SpeechDocument(SpanDocument):
    text: str
    language: str = Field(examples=["en"])
    words: list[WordDocument]
    correction: CorrectionDocument | None = Field(None, description="Missing, or null: it is as it was heard.")


class UnplacedDocument(SpanDocument):
    """A correction of a line that is not there any more, since what is said was cut in other places."""

    text: str
    by: str = Field(examples=["ada"])
    time: str = Field(examples=["2026-03-08T10:15:00Z"])


class ChapterDocument(SpanDocument):
    name: str = Field(examples=["The harbour"])


class VideoInsights(BaseModel):
    """All that is known of a video, as ``passerby show --json``. ``path`` is told to those who may see originals."""

    id: str
    name: str
    path: str
    duration: float
    status: str
    note: str
    description: str
    review: Review
    recorded: str
    recorded_source: str
    recorded_told: str
    recorded_zone: str
    recorded_zone_source: str
    width: int
    height: int
    frames: int
    shots: list[ShotDocument]
    cues: list[CueDocument]
    moments: list[MomentDocument]
    objects: list[ObjectDocument]
    tags: list[TagDocument]
    notes: list[NoteDocument]
    chapters: list[ChapterDocument]
    people: PeopleDocument
    text: list[ScreenTextDocument]
    speech: list[SpeechDocument]
    unplaced: list[UnplacedDocument]


class ModelDocument(BaseModel):
    """A model of the catalog, as in ``passerby models list --json``."""

    name: str = Field(examples=["plates"])
    task: str
    here: bool = Field(description="Whether its weights are on this machine.")
    published: bool = Field(description="Whether its weights can be fetched from anywhere.")
    get: str
    licence: str
    made_from: str
    upstream: str
    training_data: str
    limits: str
    size: int = Field(description="Bytes of its files, some perhaps roughly; 0 where that is not known.")
    unchecked: str


class ModelList(BaseModel):
    models: list[ModelDocument]


class AuditedFaces(BaseModel):
    original: int
    leaked: int
    leaky_tracks: int
    longest_run_frames: int
    tracks: int
    shown_on_purpose: int
    answered: int
    smallest_height: int


class LeakDocument(BaseModel):
    time: float
    box: Sides
    follows: float


class AnswerDocument(BaseModel):
    reason: str
    by: str
    at: float


class AuditedTrackDocument(SpanDocument):
    number: int
    plan_track: int | None = None
    score: float
    faces: int
    leaked: int
    longest_run_frames: int
    leaks: list[LeakDocument]
    nobody: AnswerDocument | None = None


class ShownFaceDocument(SpanDocument):
    face: int
    frames: int
    plan_track: int | None = None


class AuditDocument(BaseModel):
    """An audit of a copy, as ``passerby audit --json``."""

    original: str
    copy_name: str = Field(alias="copy")
    state: State
    passed: bool = Field(alias="pass")
    verdict: str
    faces: AuditedFaces
    hides_faces: bool
    shown_on_purpose: list[ShownFaceDocument]
    tracks: list[AuditedTrackDocument]
    frames: int
    every: int
    looked_with: list[str]
    sound: bool
    left_in_container: list[str]
    problems: list[str]
    notes: list[str]
