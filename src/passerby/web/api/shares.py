"""Links by which people who are no users see safe copies."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from passerby.service.shares import ShareTerms
from passerby.web.access import Redactor, TheDesk
from passerby.web.api.documents import MOST_NUMBER
from passerby.web.api.share_documents import MadeShare, NewShare, ShareDocument, ShareList

router = APIRouter(tags=["redaction", "links"])

ShareNumber = Annotated[int, Path(ge=1, le=MOST_NUMBER)]


@router.get("/shares")
def list_shares(desk: TheDesk, caller: Redactor) -> ShareList:
    """The links that there are, the newest first, without what leads there."""
    return ShareList(shares=[ShareDocument(**share) for share in desk.shares.all()])


@router.post("/shares", status_code=201)
def add_share(request: Request, desk: TheDesk, caller: Redactor, body: NewShare) -> MadeShare:
    """Make a link to copies that viewers may see, for people who are no users; it is told now and never again."""
    made = desk.shares.add(caller, body.copies, ShareTerms(body.days, body.times, body.password, body.label))
    path = f"/s/{made.pop('token')}"
    public = request.app.state.public
    origin = str(request.base_url).rstrip("/") if public is None else public.origin
    return MadeShare(**made, path=path, address=origin + path)


@router.delete("/shares/{number}", status_code=204)
def remove_share(desk: TheDesk, caller: Redactor, number: ShareNumber) -> None:
    """End a link, at once and for good."""
    desk.shares.remove(caller, number)
