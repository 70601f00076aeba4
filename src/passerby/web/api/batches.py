"""Safe copies of many videos at once, where no person need look first."""

from typing import Annotated

from fastapi import APIRouter, Path, Response
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from passerby.redact.audit.unattended import DoubtKind
from passerby.redact.plan.kinds import Kind
from passerby.service.archives import zip_pieces
from passerby.service.batches import MOST_VIDEOS, RowState
from passerby.web.access import Redactor, TheDesk
from passerby.web.api.curation_documents import Id
from passerby.web.api.documents import VIDEO
from passerby.web.api.plan_documents import Look

router = APIRouter(tags=["redaction"])

BatchId = Annotated[str, Path(pattern=r"^[0-9a-f]{16}$")]


class NewBatch(Look):
    """What to look for, in which videos."""

    videos: Annotated[list[Id], Field(min_length=1, max_length=MOST_VIDEOS)]


class BatchSummary(BaseModel):
    """A batch: who asked for what, and how many of its videos are how."""

    id: str = Field(examples=["0f6c2a9be1d84c55"])
    created: float
    caller: str = Field(examples=["ada"])
    hide: list[Kind] = Field(examples=[["faces"]])
    preset: str = Field(examples=["march"])
    counts: dict[RowState, int] = Field(examples=[{"made": 5, "needs_look": 2, "looking": 1}])


class BatchVideo(BaseModel):
    """A video of a batch: how it is, and why a person should look, if one should."""

    video: str = Field(examples=[VIDEO])
    name: str = Field(examples=["march.mp4"])
    state: RowState
    doubts: dict[DoubtKind, int] = Field(
        description="Why it waits for a person: how many of what.", examples=[{"leaks": 3}]
    )
    plan: str = Field(description="The plan of its copy; empty while there is none.")
    copy_id: str = Field(alias="copy", description="The copy; empty while there is none.")
    job: str = Field(description="The newest of its jobs.", examples=["0f6c2a9be1d84c55"])
    step: str = Field(examples=["looking"])
    done: float = Field(examples=[12.5])
    total: float | None = Field(examples=[61.2])
    message: str = Field(description="Why it failed.")


class CopyBatch(BatchSummary):
    videos: list[BatchVideo]


class BatchList(BaseModel):
    batches: list[BatchSummary]


@router.post("/batches", status_code=202)
def begin_batch(desk: TheDesk, caller: Redactor, body: NewBatch) -> CopyBatch:
    """Look through many videos, and make and audit a copy of each that needs no person's look: docs/share-safely.md."""
    asked = body.model_dump()
    return CopyBatch(**desk.batches.begin(caller, asked.pop("videos"), asked))


@router.get("/batches")
def list_batches(desk: TheDesk, caller: Redactor) -> BatchList:
    """The batches whose jobs are kept, newest first."""
    return BatchList(batches=[BatchSummary(**batch) for batch in desk.batches.all()])


@router.get("/batches/{batch}")
def get_batch(desk: TheDesk, caller: Redactor, batch: BatchId) -> CopyBatch:
    """How the videos of a batch are, in the order in which they were asked for."""
    return CopyBatch(**desk.batches.get(batch))


@router.delete("/batches/{batch}", status_code=202)
def stop_batch(desk: TheDesk, caller: Redactor, batch: BatchId) -> CopyBatch:
    """Stop what of a batch is not done. Copies that were made stay, and so does what waits for a person."""
    return CopyBatch(**desk.batches.stop(caller, batch))


@router.get("/batches/{batch}/copies", response_class=Response, responses={200: {"content": {"application/zip": {}}}})
def get_batch_copies(desk: TheDesk, caller: Redactor, batch: BatchId) -> StreamingResponse:
    """The copies of a batch that need nobody's look, as a ZIP that is written while it is sent."""
    headers = {"Content-Disposition": 'attachment; filename="safe-copies.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(
        zip_pieces(desk.batches.files(caller, batch)), media_type="application/zip", headers=headers
    )
