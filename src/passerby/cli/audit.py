"""``passerby audit``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.complete import video_names
from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table
from passerby.errors import LeakError, UsageError
from passerby.files.publish import check_side_file
from passerby.redact.audit.verdict import WORDS
from passerby.times import format_timecode
from passerby.wording import counted

if TYPE_CHECKING:
    from passerby.redact.audit.result import Audit, AuditedTrack, ShownFace

TRACKS_SHOWN = 12


def audit(
    context: typer.Context,
    copy: Annotated[Path, typer.Argument(help="The redacted copy.", readable=False)],
    original: Annotated[
        str,
        typer.Option(
            "--original", help="The video that it was made from.", metavar="VIDEO", autocompletion=video_names
        ),
    ],
    plan: Annotated[
        Path | None,
        typer.Option(
            help="The plan of the copy: what it leaves visible on purpose is told, and no leak.", metavar="FILE"
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(help="Write an HTML page with pictures of what shows: keep it to yourself.", metavar="FILE"),
    ] = None,
    nobody: Annotated[
        list[str] | None,
        typer.Option(
            help="A face that shows, by its number in the audit, is nobody: say why; may be repeated. The audit then "
            "passes with that said.",
            metavar="FACE=REASON",
        ),
    ] = None,
    every: Annotated[int, typer.Option(min=1, help="Look for faces in every N-th frame.", metavar="N")] = 4,
    as_json: JsonOption = False,
) -> None:
    """Check a redacted copy against its original: exit code 3 if it fails."""
    from passerby.cli.progress import watched

    answers = parse_answers(nobody or [])
    options = context_of(context)
    if report is not None:
        check_side_file(report, "the report", [copy, Path(original), *([plan] if plan else [])], overwrite=True)
    redaction = options.open_redaction()
    with watched(options.settings(), options.loudness) as progress:
        found = redaction.audit(
            original, copy, every=every, plan=plan, report=report, nobody=answers, on_progress=progress.update
        )
    if as_json:
        print_json(found.document())
    else:
        _print(found)
        if report is not None:
            typer.echo(f"written: {clean(str(report))}")
    if found.failed:
        raise LeakError(f"{copy}: {found.verdict}")


def parse_answers(texts: Sequence[str]) -> dict[int, str]:
    """All answers by the numbers of their faces. Raises UsageError for two on one face."""
    answers: dict[int, str] = {}
    for number, reason in map(parse_answer, texts):
        if number in answers:
            raise UsageError(f"--nobody {number}={reason}: expected one answer for face {number}, found two")
        answers[number] = reason
    return answers


def parse_answer(text: str) -> tuple[int, str]:
    """``FACE=REASON``. Raises UsageError.

    >>> parse_answer("3=a hat on a hook")
    (3, 'a hat on a hook')
    """
    number, _, reason = text.partition("=")
    if not re.fullmatch(r"\s*[0-9]{1,9}\s*", number) or not reason.strip():
        raise UsageError(f"--nobody {text}: expected the number of a face and why it is nobody, such as 3=a hat")
    return int(number), reason.strip()


def _print(found: Audit) -> None:
    height = found.smallest_height
    table(
        [
            ("frames compared:", str(found.frames)),
            ("looked with:", "; ".join(found.looked_with)),
            ("looked for:", f"faces of about {height} pixels of height and more; nothing but faces"),
            ("faces:", f"{found.faces}, in {counted(len(found.tracks), 'track')}"),
            ("that show:", f"{found.leaked}, in {counted(found.leaky_tracks, 'track')}"),
            *(("shows on purpose:", _shown(face)) for face in found.shown_faces),
            ("longest run:", counted(found.longest_run, "frame")),
            ("sound:", "yes; voices were not looked for" if found.has_sound else "none"),
            ("left in container:", clean(", ".join([*found.tags, *found.streams])) or "nothing"),
            *(("note:", clean(note)) for note in found.notes),
        ]
    )
    leaky = [track for track in found.tracks if track.leaks]
    for track in leaky[:TRACKS_SHOWN]:
        typer.echo(clean(_leak(track)))
    if len(leaky) > TRACKS_SHOWN:
        typer.echo(f"… and {len(leaky) - TRACKS_SHOWN} more: see --json")
    typer.echo(WORDS[found.state])


def _shown(face: ShownFace) -> str:
    why = "nothing is hidden then" if face.plan_track is None else f"track {face.plan_track} is left visible"
    return f"face {face.face}, {format_timecode(face.start)}-{format_timecode(face.end)}: {why}"


def _leak(track: AuditedTrack) -> str:
    start, end = (format_timecode(leak.time) for leak in (track.leaks[0], track.leaks[-1]))
    of_plan = "" if track.plan_track is None else f" (track {track.plan_track} of the plan)"
    answer = "" if track.answer is None else f"; nobody: {track.answer.reason}"
    return (
        f"face {track.number}{of_plan} shows in {len(track.leaks)} of {counted(track.faces, 'frame')}, "
        f"{start}-{end}{answer}"
    )
