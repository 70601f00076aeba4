"""The addresses that are told when a job ends."""

from fastapi import APIRouter

from passerby.web.access import Admin, TheDesk
from passerby.web.api.account_documents import HookDocument, HookList, HookTest, MadeHook
from passerby.web.api.documents import NewHook

router = APIRouter(tags=["jobs", "webhooks"])


@router.get("/hooks")
def list_hooks(desk: TheDesk, caller: Admin) -> HookList:
    """The addresses that are told when a job ends."""
    return HookList(hooks=[HookDocument(**hook) for hook in desk.webhooks.all()])


@router.post("/hooks", status_code=201)
def add_hook(desk: TheDesk, caller: Admin, body: NewHook) -> MadeHook:
    """Have an address told when a job ends, signed with the ``secret`` that is told here and never again."""
    return MadeHook(**desk.webhooks.add(caller, body.url))


@router.post("/hooks/{hook}/test")
def test_hook(desk: TheDesk, caller: Admin, hook: str) -> HookTest:
    """Tell an address ``{"event": "test"}`` at once, signed as all that it is told."""
    return HookTest(**desk.webhooks.test(hook))


@router.delete("/hooks/{hook}", status_code=204)
def remove_hook(desk: TheDesk, caller: Admin, hook: str) -> None:
    """Tell an address no more."""
    desk.webhooks.remove(caller, hook)
