"""Who asks, and what they may."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, cast, get_args

from passerby.errors import NotAllowedError

Role = Literal["viewer", "reviewer", "custodian", "admin"]
Scope = Literal["read", "redact", "write", "custody", "admin"]

# What a role may, from the least on: each may what those before it may.
# viewer: search, masked pictures, safe copies; reviewer: originals, redaction, adding and tags; custodian: to hold,
# verify and hand on evidence; admin: everything.
ROLES: Mapping[str, frozenset[str]] = {
    "viewer": frozenset({"read"}),
    "reviewer": frozenset({"read", "redact", "write"}),
    "custodian": frozenset({"read", "redact", "write", "custody"}),
    "admin": frozenset(get_args(Scope)),
}
# What a token must be for, to act in a role.
_SCOPE_OF_ROLE = {"viewer": "read", "reviewer": "redact", "custodian": "custody", "admin": "admin"}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a user who has logged in, a program with a token, or who comes by a door that asks for no account."""

    name: str  # of the user, as the log tells it; of a door in parentheses
    role: str = "viewer"  # of the user
    scopes: frozenset[str] = frozenset()  # what the role may; with a token, of that what the token is for
    # By which one session or token is told from another of the same user; nobody is let in by it.
    session: str = field(default="", compare=False)

    def may(self, role: Role) -> bool:
        """Whether they may what that role may. With a token: one that is for it, whatever its user may."""
        return self.may_do(cast(Scope, _SCOPE_OF_ROLE[role]))

    def may_do(self, scope: Scope) -> bool:
        return scope in self.scopes

    def require(self, scope: Scope) -> None:
        """Raise NotAllowedError for what they may not do."""
        if not self.may_do(scope):
            raise NotAllowedError(f"this needs the scope {scope!r}, which {self.name!r} has not")


# Who has the files of a library needs no account: they lie there for one user of the operating system alone.
CONSOLE = Caller("(console)", "admin", ROLES["admin"])  # the command line
PYTHON = Caller("(python)", "admin", ROLES["admin"])  # a program that imports this package
LOCAL = Caller("(local)", "admin", ROLES["admin"])  # whoever can connect to a server without accounts
UPKEEP = Caller("(upkeep)", "admin", ROLES["admin"])  # a server by itself
WATCH = Caller("(watch)", "admin", ROLES["admin"])  # what was recorded of a source
MCP = Caller("(mcp)", "viewer", ROLES["viewer"])  # the host of a language model
