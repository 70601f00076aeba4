"""Where the caller is written to, and of what."""

from fastapi import APIRouter
from pydantic import Field

from passerby.store.contacts import Wanted
from passerby.web.access import Person, TheDesk, Viewer
from passerby.web.api.account_documents import ContactDocument
from passerby.web.api.documents import Document

router = APIRouter(tags=["who may what"])


class NewContact(Document):
    mail: str = Field(max_length=254, description="Empty for nowhere.", examples=["ada@example.org"])
    wanted: list[Wanted] = Field(max_length=8)


@router.get("/contact")
def get_contact(desk: TheDesk, caller: Viewer) -> ContactDocument:
    """Where the caller is written to, and of what: jobs that are done or failed, leaks, mentions."""
    return ContactDocument(**desk.contacts.get(caller))


@router.put("/contact")
def change_contact(desk: TheDesk, caller: Person, body: NewContact) -> ContactDocument:
    """Say where to, and of what, one wants to be written."""
    return ContactDocument(**desk.contacts.put(caller, body.mail, body.wanted))
