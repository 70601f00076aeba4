"""The models of the catalog, which jobs fetch."""

from typing import Any

from fastapi import APIRouter

from passerby.web.access import Admin, TheDesk, Viewer
from passerby.web.api.documents import Job
from passerby.web.api.videos import Key

router = APIRouter(tags=["jobs", "models"])


@router.get("/models")
def models(desk: TheDesk, caller: Viewer) -> dict[str, Any]:
    """The models of the catalog, as ``passerby models list --json``."""
    return {"models": [model.document() for model in desk.library(caller).models.list()]}


@router.post("/models/{name}", status_code=202)
def pull(desk: TheDesk, caller: Admin, name: str, key: Key = "") -> Job:
    """Fetch a model of the catalog."""
    return Job(**desk.jobs.ask_pull(caller, name, key))
