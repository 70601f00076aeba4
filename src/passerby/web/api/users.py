"""The users of a library."""

from fastapi import APIRouter

from passerby.service.desk import Desk
from passerby.web.access import Admin, TheDesk
from passerby.web.api.account_documents import UserDocument, UserList
from passerby.web.api.documents import NewUser, UserChange

router = APIRouter(tags=["who may what"])


@router.get("/users")
def list_users(desk: TheDesk, caller: Admin) -> UserList:
    """All users and their roles."""
    return _users(desk)


@router.post("/users", status_code=201)
def add_user(desk: TheDesk, caller: Admin, body: NewUser) -> UserList:
    """Take a user in."""
    desk.accounts.add_user(body.name, body.password, body.role, by=caller)
    return _users(desk)


@router.patch("/users/{name}")
def change_user(desk: TheDesk, caller: Admin, name: str, body: UserChange) -> UserList:
    """Give a user another password or role."""
    if body.password is not None:
        desk.accounts.set_password(name, body.password, by=caller)
    if body.role is not None:
        desk.accounts.set_role(name, body.role, by=caller)
    return _users(desk)


@router.delete("/users/{name}", status_code=204)
def remove_user(desk: TheDesk, caller: Admin, name: str) -> None:
    """Remove a user, with sessions and tokens."""
    desk.accounts.remove_user(name, by=caller)


def _users(desk: Desk) -> UserList:
    return UserList(users=[UserDocument(**user) for user in desk.accounts.users()])
