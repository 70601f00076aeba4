"""The models of the catalog, which jobs fetch."""

from fastapi import APIRouter

from passerby.web.access import Admin, TheDesk, Viewer
from passerby.web.api.documents import Job
from passerby.web.api.library_documents import ModelDocument, ModelList
from passerby.web.api.videos import Key

router = APIRouter(tags=["jobs", "models"])


@router.get("/models")
def list_models(desk: TheDesk, caller: Viewer) -> ModelList:
    """The models of the catalog, as ``passerby models list --json``."""
    return ModelList(models=[ModelDocument(**model.document()) for model in desk.library(caller).models.list()])


@router.post("/models/{name}", status_code=202)
def fetch_model(desk: TheDesk, caller: Admin, name: str, key: Key = "") -> Job:
    """Fetch a model of the catalog."""
    return Job(**desk.jobs.ask_pull(caller, name, key))
