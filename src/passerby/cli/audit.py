"""``passerby audit``."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table
from passerby.errors import LeakError
from passerby.times import format_timecode
from passerby.wording import counted

TRACKS_SHOWN = 12


def audit(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(help="The redacted copy.", readable=False)],
    original: Annotated[
        Path, typer.Option("--original", help="The video that it was made from.", metavar="VIDEO", readable=False)
    ],
    plan: Annotated[
        Path | None,
        typer.Option(help="The plan of the copy: what it leaves visible on purpose is no leak.", metavar="FILE"),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Write an HTML page with pictures of what shows: keep it to yourself.", metavar="FILE"),
    ] = None,
    every: Annotated[int, typer.Option(min=1, help="Look for faces in every N-th frame.", metavar="N")] = 4,
    as_json: JsonOption = False,
) -> None:
    """Check a redacted copy against its original: exit code 3 if a face shows."""
    from passerby.cli.progress import LiveProgress

    options = context_of(context)
    redaction = options.open_redaction()
    with LiveProgress(enabled=sys.stderr.isatty()) as progress:
        found = redaction.audit(original, copy, every=every, plan=plan, report=report, on_progress=progress.update)
    options.note("audit", redaction.id_of(original))
    if as_json:
        print_json(found)
    else:
        _print(found)
        if report is not None:
            typer.echo(f"written: {clean(str(report))}")
    if not found["pass"]:
        raise LeakError(f"{copy}: {found['verdict']}")


def _print(found: dict[str, Any]) -> None:
    faces = found["faces"]
    table(
        [
            ("frames compared:", str(found["frames"])),
            ("looked with:", "; ".join(found["looked_with"])),
            ("looked for:", f"faces of about {faces['smallest_height']} pixels of height and more; nothing but faces"),
            ("faces:", f"{faces['original']}, in {counted(faces['tracks'], 'track')}"),
            ("that show:", f"{faces['leaked']}, in {counted(faces['leaky_tracks'], 'track')}"),
            *([("left visible:", f"{shown}, as the plan says")] if (shown := faces["shown_on_purpose"]) else []),
            ("longest run:", counted(faces["longest_run_frames"], "frame")),
            ("sound:", "yes; voices were not looked for" if found["sound"] else "none"),
            ("left in container:", clean(", ".join(found["left_in_container"])) or "nothing"),
            *(("note:", clean(note)) for note in found["notes"]),
        ]
    )
    leaky = [track for track in found["tracks"] if track["leaked"]]
    for track in leaky[:TRACKS_SHOWN]:
        times = [format_timecode(leak["time"]) for leak in (track["leaks"][0], track["leaks"][-1])]
        typer.echo(
            f"track {track['number']} shows in {track['leaked']} of {counted(track['faces'], 'frame')}, "
            f"{times[0]}-{times[1]}"
        )
    if len(leaky) > TRACKS_SHOWN:
        typer.echo(f"… and {len(leaky) - TRACKS_SHOWN} more: see --json")
    typer.echo("pass" if found["pass"] else "fail")
