"""``passerby share``: links by which people who are no users of a server see safe copies."""

from typing import Annotated

import typer

from passerby.callers import CONSOLE
from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table

app = typer.Typer(no_args_is_help=True, help="Give safe copies of a server to people who are no users of it.")

CopiesArgument = Annotated[
    list[str], typer.Argument(help="Ids of copies, from the page of a video.", metavar="COPY...")
]
LinkArgument = Annotated[int, typer.Argument(help="From `passerby share list`.")]


@app.command("add")
def add(
    context: typer.Context,
    copies: CopiesArgument,
    days: Annotated[int, typer.Option("--days", help="How long it leads there, 366 at most.", metavar="N")] = 7,
    times: Annotated[
        int, typer.Option("--times", help="How often it may be opened; 0: as often as one likes.", metavar="N")
    ] = 0,
    label: Annotated[str, typer.Option("--label", help="What its receivers read.", metavar="TEXT")] = "",
    password: Annotated[bool, typer.Option("--password", help="Ask for one, without which it does not open.")] = False,
    server: Annotated[
        str, typer.Option("--server", help="The address by which browsers reach the server.", metavar="ADDRESS")
    ] = "",
) -> None:
    """Make a link to copies that viewers may see. It is printed once, and only a hash of it is kept."""
    from passerby.service.shares import ShareTerms

    asked = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True) if password else ""
    made = context_of(context).open_shares().add(CONSOLE, copies, ShareTerms(days, times, asked, label))
    typer.echo(f"{server.rstrip('/')}/s/{made['token']}")


@app.command("list")
def list_shares(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the links, not what leads there."""
    found = context_of(context).open_shares().all()
    if as_json:
        print_json({"shares": found})
        return
    rows = [("NUMBER", "STATE", "EXPIRES", "OPENED", "COPIES", "LABEL")]
    for one in found:
        opened = f"{one['opened']} of {one['times']}" if one["times"] else str(one["opened"])
        copies = ",".join(one["copies"])
        rows.append((str(one["number"]), one["state"], one["expires"][:10], opened, copies, clean(one["label"])))
    table(rows)


@app.command("revoke")
def revoke(context: typer.Context, number: LinkArgument) -> None:
    """End a link, at once and for good."""
    context_of(context).open_shares().remove(CONSOLE, number)
    typer.echo(f"revoked: link {number}")
