"""The tokens of the caller, for programs."""

from typing import Annotated

from fastapi import APIRouter, Path, Request

from passerby.web.access import Person, TheDesk, Viewer
from passerby.web.api.account_documents import MadeToken, TokenDocument, TokenList
from passerby.web.api.documents import MOST_NUMBER, NewToken

router = APIRouter(tags=["who may what"])

Number = Annotated[int, Path(ge=1, le=MOST_NUMBER)]


@router.get("/tokens")
def list_tokens(request: Request, desk: TheDesk, caller: Viewer) -> TokenList:
    """The caller's own tokens, without what they are."""
    found = desk.accounts.tokens(caller.name) if request.app.state.accounts_needed else []
    return TokenList(tokens=[TokenDocument(**token) for token in found])


@router.post("/tokens", status_code=201)
def make_token(desk: TheDesk, caller: Person, body: NewToken) -> MadeToken:
    """Make a token of the caller's own, for no more than the caller may; it is told now and never again."""
    token = desk.accounts.make_token(caller.name, body.label, body.scopes, body.days, by=caller)
    return MadeToken(token=token, scopes=body.scopes, days=body.days)


@router.delete("/tokens/{number}", status_code=204)
def revoke_token(desk: TheDesk, caller: Person, number: Number) -> None:
    """Revoke a token of the caller's own."""
    desk.accounts.revoke_token(caller.name, number, by=caller)
