"""Who asks: what each role may, and that who comes by a door without an account is named by it."""

from passerby.callers import CONSOLE, LOCAL, MCP, PYTHON, ROLES, Caller


def test_each_role_may_what_those_before_it_may() -> None:
    callers = {role: Caller("x", role, scopes) for role, scopes in ROLES.items()}
    assert [(a, b) for a in ROLES for b in ROLES if callers[a].may(b)] == [  # type: ignore[arg-type]
        ("viewer", "viewer"),
        ("reviewer", "viewer"),
        ("reviewer", "reviewer"),
        ("custodian", "viewer"),
        ("custodian", "reviewer"),
        ("custodian", "custodian"),
        ("admin", "viewer"),
        ("admin", "reviewer"),
        ("admin", "custodian"),
        ("admin", "admin"),
    ]
    assert not callers["viewer"].may_do("write")
    assert callers["reviewer"].may_do("write")


def test_who_is_known_by_name_alone_may_nothing() -> None:
    assert not any(Caller("ann").may(role) for role in ("viewer", "reviewer", "admin"))


def test_each_door_without_accounts_has_a_name_that_no_user_can_have() -> None:
    doors = [CONSOLE, LOCAL, MCP, PYTHON]
    assert [door.name for door in doors] == ["(console)", "(local)", "(mcp)", "(python)"]
    assert [door.may_do("redact") for door in doors] == [True, True, False, True]
