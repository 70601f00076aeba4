"""``passerby users``: who may log in to this library, and as what. Whoever has its files needs no account."""

import sys
from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table

app = typer.Typer(help="Say who may log in to this library, and as what.")

ROLES = "viewer, reviewer, custodian or admin."

NameArgument = Annotated[str, typer.Argument(help="What the user is called.")]
RoleArgument = Annotated[str, typer.Argument(help=ROLES)]
RoleOption = Annotated[str, typer.Option("--role", help=ROLES, metavar="ROLE")]
NumberArgument = Annotated[int, typer.Argument(help="From `passerby users tokens`.")]


@app.command("add")
def add(context: typer.Context, name: NameArgument, role: RoleOption) -> None:
    """Take a user in. The password is asked for, or is the first line of what is piped in.

    A viewer may search and see masked pictures and safe copies; a reviewer also originals, and redact; an admin all.
    """
    context_of(context).open_accounts().add_user(name, _password(), role)
    typer.echo(f"added: {clean(name)} ({role})")


@app.command("list")
def list_users(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the users and their roles."""
    users = context_of(context).open_accounts().users()
    if as_json:
        print_json({"users": users})
    else:
        table([("NAME", "ROLE", "SINCE"), *((user["name"], user["role"], user["created"][:10]) for user in users)])


@app.command("passwd")
def passwd(context: typer.Context, name: NameArgument) -> None:
    """Give a user another password. Their sessions end, their tokens stay."""
    context_of(context).open_accounts().set_password(name, _password())
    typer.echo(f"changed: {clean(name)}; their sessions have ended")


@app.command("role")
def role(context: typer.Context, name: NameArgument, role: RoleArgument) -> None:
    """Give a user another role, at once."""
    context_of(context).open_accounts().set_role(name, role)
    typer.echo(f"changed: {clean(name)} ({role})")


@app.command("remove")
def remove(context: typer.Context, name: NameArgument) -> None:
    """Remove a user with their sessions and tokens. What the log says of them stays."""
    context_of(context).open_accounts().remove_user(name)
    typer.echo(f"removed: {clean(name)}")


@app.command("link")
def link(
    context: typer.Context,
    name: NameArgument,
    subject: Annotated[str, typer.Argument(help="Who they are to the provider: its claim `sub`.")],
) -> None:
    """Have somebody log in as a user by the account that they have elsewhere (PASSERBY_OIDC_ISSUER)."""
    options = context_of(context)
    options.open_accounts().link_outside(name, options.settings().oidc_issuer.rstrip("/"), subject)
    typer.echo(f"linked: {clean(name)}")


@app.command("token")
def token(
    context: typer.Context,
    name: NameArgument,
    scopes: Annotated[
        str,
        typer.Option("--scopes", help="What it is for: some of read, redact, write, custody, admin.", metavar="SCOPES"),
    ] = "read",
    days: Annotated[int, typer.Option(help="How long it is good for, 366 at most.", metavar="N")] = 90,
    label: Annotated[str, typer.Option(help="What you call it.")] = "",
) -> None:
    """Make a token that lets a program in as a user. It is printed once, and only a hash of it is kept."""
    wanted = [scope.strip() for scope in scopes.split(",") if scope.strip()]
    typer.echo(context_of(context).open_accounts().make_token(name, label, wanted, days))


@app.command("tokens")
def tokens(context: typer.Context, name: NameArgument, as_json: JsonOption = False) -> None:
    """List the tokens of a user, not what they are."""
    found = context_of(context).open_accounts().tokens(name)
    if as_json:
        print_json({"tokens": found})
        return
    rows = [("NUMBER", "SCOPES", "EXPIRES", "LABEL")]
    for one in found:
        expires = one["expires"][:10] + (" (over)" if one["expired"] else "")
        rows.append((str(one["number"]), ",".join(one["scopes"]), expires, clean(one["label"])))
    table(rows)


@app.command("revoke")
def revoke(context: typer.Context, name: NameArgument, number: NumberArgument) -> None:
    """End a token."""
    context_of(context).open_accounts().revoke_token(name, number)
    typer.echo(f"revoked: token {number} of {clean(name)}")


def _password() -> str:
    """Asked for twice, unseen, or the first line of what is piped in; never an argument, which others could see."""
    if sys.stdin.isatty():
        asked: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        return asked
    return sys.stdin.readline().rstrip("\r\n")
