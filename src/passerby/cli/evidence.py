"""``passerby evidence``: footage that is to stand up later."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, in_bytes, print_error, print_json, table
from passerby.errors import UsageError
from passerby.wording import counted

if TYPE_CHECKING:
    from passerby.casework.bag_preview import BagPreview
    from passerby.casework.bagging import Made
    from passerby.casework.casework import Casework
    from passerby.casework.taking import Taking

app = typer.Typer(help="Take footage as evidence, hold it, and hand it on so that others can verify it.")

DONE, SOME_FAILED = 0, 1
OfCaseOption = Annotated[str, typer.Option("--case", help="The case: its name or id.", metavar="NAME")]


@app.command("take")
def take(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(help="Files and folders. What vouches for a file and lies beside it comes too.")
    ],
    case: OfCaseOption = "",
    source: Annotated[str, typer.Option("--from", help="From what or where it came.", metavar="TEXT")] = "",
    by: Annotated[str, typer.Option("--by", help="Who took it, by role.", metavar="TEXT")] = "",
    notes: Annotated[str, typer.Option("--notes", help="What else is to be known.", metavar="TEXT")] = "",
    stages: Annotated[str | None, typer.Option(help="What to look for in them, as `passerby add` has it.")] = None,
    as_json: JsonOption = False,
) -> int:
    """Copy originals into the library bit for bit, hash them, and note how they came."""
    from passerby.evidence.intake import Acquisition

    found = _casework(context).take(
        paths,
        Acquisition(source, by, notes),
        case,
        None if stages is None else [name.strip() for name in stages.split(",")],
        on_taken=lambda taking: None if as_json else _say(taking),
    )
    if as_json:
        print_json({"items": [taking.document() for taking in found]})
    return SOME_FAILED if any(taking.status == "failed" for taking in found) else DONE


def _say(taking: Taking) -> None:
    name = clean(taking.path.name)
    if taking.status == "failed":
        print_error(f"passerby: {taking.message}")
    else:
        typer.echo(f"{taking.status}: {name} {taking.video}{f' ({clean(taking.message)})' if taking.message else ''}")


@app.command("list")
def list_items(context: typer.Context, case: OfCaseOption = "", as_json: JsonOption = False) -> None:
    """List what was taken."""
    casework = _casework(context)
    found = casework.items(casework.case(case) if case else "")
    if as_json:
        print_json({"items": [item.document() for item in found]})
        return
    rows = [("SHA-256", "TAKEN", "FROM", "NAME")]
    rows += [
        (item.video[:12], item.intake.taken[:19], clean(item.intake.acquisition.source), clean(item.intake.name))
        for item in found
    ]
    table(rows)


@app.command("hold")
def hold(
    context: typer.Context,
    reason: Annotated[str, typer.Option("--reason", help="Why.", metavar="TEXT")],
    video: Annotated[str, typer.Argument(help="A path, a name or the start of an id; none with --case.")] = "",
    case: OfCaseOption = "",
) -> None:
    """Keep a video, or a case with all in it, from being forgotten until the hold is lifted."""
    if bool(video) == bool(case):
        raise UsageError("expected a video or --case, one of the two")
    typer.echo(f"held: {_casework(context).hold(reason, video=video, case=case)}")


@app.command("lift")
def lift(context: typer.Context, hold: Annotated[str, typer.Argument(help="The id of a hold.")]) -> None:
    """End a hold."""
    ended = _casework(context).lift(hold)
    typer.echo(f"lifted: {clean(ended.reason)}")


@app.command("holds")
def holds(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the holds."""
    from passerby.casework.case import hold_document

    found = _casework(context).holds()
    if as_json:
        print_json({"holds": [hold_document(each) for each in found]})
        return
    rows = [("ID", "ON", "BY", "REASON")]
    rows += [(each.id, each.video[:12] or f"case {each.case}", clean(each.user), clean(each.reason)) for each in found]
    table(rows)


@app.command("check")
def check(
    context: typer.Context,
    due: Annotated[bool, typer.Option("--due", help="Only what was not checked for long: for cron.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Read items again, all or those whose time it is, and keep what came of it; 1 if one is not sound."""
    found = _casework(context).check(due=due)
    if as_json:
        print_json(found.document())
    else:
        for item in found.items:
            typer.echo(f"{'NOT SOUND' if item.faults else 'sound'}: {clean(item.name)} {item.video}")
            for fault in item.faults:
                typer.echo(f"  {clean(fault)}")
        typer.echo(f"{counted(len(found.items), 'item')} checked, log: {clean(found.log_fault) or 'whole'}")
    return DONE if found.is_sound else SOME_FAILED


@app.command("head")
def head(
    context: typer.Context,
    output: Annotated[Path, typer.Option("-o", "--out", help="The file to write.", metavar="FILE")],
) -> None:
    """Write the end of the log, signed by the library: keep it elsewhere, and give it to `passerby verify --head`."""
    if output.exists():
        raise UsageError(f"{output}: there is a file already; name another one")
    signed = _casework(context).head()
    output.write_text(signed.written(), encoding="utf-8")
    typer.echo(f"signed: the log up to entry {signed.count}, {signed.hash}")


@app.command("export")
def export(
    context: typer.Context,
    case: Annotated[str, typer.Argument(help="The case: its name or id.")],
    output: Annotated[Path, typer.Option("-o", "--out", help="The folder to make.", metavar="BAG")],
    sealed: Annotated[bool, typer.Option("--sealed", help="Without originals: only what was noted.")] = False,
    copies: Annotated[
        Path | None,
        typer.Option("--copies", help="Copies with reports (`redact --report`) that go along.", metavar="FOLDER"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only list what would be in it, with hashes.")] = False,
) -> None:
    """Write a case as a folder that others can verify without Passerby (BagIt, SHA-256 and SHA-512, signed)."""
    casework = _casework(context)
    if dry_run:
        _list_leaving(casework.preview(case, {} if copies is None else _copies_in(copies), sealed=sealed))
        return
    written = casework.export(casework.case(case), output, sealed=sealed, copies=copies)
    typer.echo(f"written: {clean(str(output))}, {counted(written, 'item')}{', sealed' if sealed else ''}")
    typer.echo(f"its key: {casework.key_hash()} (tell it to whoever gets the bag, by another way)")


def _list_leaving(told: BagPreview) -> None:
    """Each file that would leave; what has no size is written when the bag is made."""
    rows = [("SHA-256", "SIZE", "WHAT", "FILE")]
    rows += [
        (file.sha256, "" if file.size is None else in_bytes(file.size), file.content, file.path) for file in told.files
    ]
    table(rows, spare=[0])


def _copies_in(folder: Path) -> Made:
    from passerby.evidence.bag import copies_in

    return copies_in(folder)


@app.command("stamp")
def stamp(
    context: typer.Context,
    bag: Annotated[Path, typer.Argument(help="A bag.")],
    authorities: Annotated[
        list[str], typer.Option("--authority", help="Whom to ask (RFC 3161); may be given again.", metavar="ADDRESS")
    ],
    roots: Annotated[Path, typer.Option("--roots", help="Certificates that their chains must end at.", metavar="PEM")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be sent, and to whom.")] = False,
) -> int:
    """Have others say when a bag was there: the one command here that sends something, a hash."""
    from passerby.evidence.bag import LISTED
    from passerby.evidence.stamps import Authority, Stamp, digest_to_send, require_usable

    asked = [Authority(address, roots) for address in authorities]
    if dry_run:
        for authority in asked:
            require_usable(authority)
            digest = digest_to_send((bag / LISTED).read_bytes())
            typer.echo(f"would be sent to {authority.address}: SHA-512 {digest}, and a random number")
        return DONE
    answers = _casework(context).stamp(bag, asked)
    for authority, answer in answers:
        if isinstance(answer, Stamp):
            typer.echo(f"stamped: {answer.time.isoformat()} by {authority.address}")
        else:
            print_error(f"passerby: {answer}")
    return DONE if all(isinstance(answer, Stamp) for _, answer in answers) else SOME_FAILED


def _casework(context: typer.Context) -> Casework:
    from passerby.casework.casework import Casework

    return Casework(context_of(context).open_library())
