"""The tokens of the caller, for programs."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request

from passerby.web.access import Person, TheDesk, Viewer
from passerby.web.api.documents import MOST_NUMBER, NewToken

router = APIRouter(tags=["who may what"])

Number = Annotated[int, Path(ge=1, le=MOST_NUMBER)]


@router.get("/tokens")
def tokens(request: Request, desk: TheDesk, caller: Viewer) -> dict[str, Any]:
    """The caller's own tokens, without what they are."""
    return {"tokens": desk.accounts.tokens(caller.name) if request.app.state.accounts_needed else []}


@router.post("/tokens", status_code=201)
def make_token(desk: TheDesk, caller: Person, body: NewToken) -> dict[str, Any]:
    """Make a token of the caller's own, for no more than the caller may; it is told now and never again."""
    scopes = [scope for scope in body.scopes if scope in caller.scopes]
    token = desk.accounts.make_token(caller.name, body.label, scopes, body.days, by=caller)
    return {"token": token, "scopes": scopes, "days": body.days}


@router.delete("/tokens/{number}", status_code=204)
def revoke_token(desk: TheDesk, caller: Person, number: Number) -> None:
    """Revoke a token of the caller's own."""
    desk.accounts.revoke_token(caller.name, number, by=caller)
