"""``passerby show``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, OverwriteOption, clean, folded, print_json, span, table, write_file
from passerby.cli.video_argument import VideoArgument
from passerby.dates import format_date
from passerby.times import format_timecode

if TYPE_CHECKING:
    from passerby.export.insights import Insights, ObjectInsight
    from passerby.export.people_insight import PeopleInsight
    from passerby.records import RecordingDate

LINES_PER_PART = 12


def show(
    context: typer.Context,
    video: VideoArgument,
    as_json: JsonOption = False,
    html: Annotated[
        Path | None, typer.Option(help="Write it as a page for a browser instead: one file that needs no other.")
    ] = None,
    overwrite: OverwriteOption = False,
) -> None:
    """Show what is known of a video."""
    library = context_of(context).open_library()
    if html is not None:
        write_file(html, library.page(video).encode(), overwrite=overwrite)
        return
    found = library.show(video)
    if as_json:
        print_json(found.document())
    else:
        _tell(found)
        _part(
            "found by", [(stage, ", ".join(models)) for stage, models in library.models.behind(found.video.id).items()]
        )


def _tell(found: Insights) -> None:
    video, people = found.video, found.people
    typer.echo(f"{clean(video.name)}  {video.width}x{video.height}  {format_timecode(video.duration)}")
    typer.echo(f"{clean(video.path)}\nid {video.id}")
    if video.recorded is not None:
        typer.echo(folded(_recorded(video.recorded)))
    if video.note:
        typer.echo(folded(clean(f"{video.status}: {video.note}")))
    typer.echo(f"\n{folded(_people(people))}")
    _part("shots", [(span(s.start, s.end), f"scene {s.scene}") for s in found.shots])
    _part("cues", [(span(c.start, c.end), c.kind) for c in found.cues])
    _part("objects", _objects(found.objects, {note.label for note in found.notes if note.rejected}))
    _part("speech", [(span(s.start, s.end), s.language, clean(s.text)) for s in found.speech])
    _part("text", [(span(t.start, t.end), clean(t.text), f"{t.score:.2f}") for t in found.text])
    _part("tags", [(span(t.start, t.end), t.label, f"{t.score:.2f}") for t in found.tags])
    if found.notes:
        _part("notes", [(span(n.start, n.end), ("not " if n.rejected else "") + clean(n.label)) for n in found.notes])


def _people(people: PeopleInsight) -> str:
    if not people.seconds:
        return "people: none found; Passerby keeps nothing else about them"
    return (
        f"people: seen for {people.seconds:.1f} s, at most {people.max_at_once} at once, "
        f"masked {people.mask_coverage:.0%} of the picture; Passerby keeps nothing else about them"
    )


def _recorded(date: RecordingDate) -> str:
    told = {"container": f", told as {clean(date.as_written)}", "file": ", by the date of its file"}[date.source]
    zone = {"format": ": the zone is that of the format", "": "", "container": ""}[date.zone_source]
    return f"recorded {format_date(date.unix_seconds)}{told}{zone}"


def _objects(things: Sequence[ObjectInsight], rejected: set[str]) -> list[tuple[str, ...]]:
    """One line a label: how many tracks, from when to when, the best score, and whether somebody said it is wrong."""
    by_label: dict[str, list[ObjectInsight]] = defaultdict(list)
    for thing in things:
        by_label[thing.label].append(thing)
    ordered = sorted(by_label.items(), key=lambda item: -max(thing.score for thing in item[1]))
    return [
        (
            span(min(thing.start for thing in mine), max(thing.end for thing in mine)),
            label,
            f"{len(mine)} track{'s' if len(mine) > 1 else ''}",
            f"{max(thing.score for thing in mine):.2f}",
            "see the notes" if label in rejected else "",
        )
        for label, mine in ordered
    ]


def _part(title: str, rows: list[tuple[str, ...]]) -> None:
    typer.echo(f"\n{title}: {len(rows) or 'none'}")
    if rows:
        table([("  " + row[0], *row[1:]) for row in rows[:LINES_PER_PART]])
    if len(rows) > LINES_PER_PART:
        typer.echo(f"  … and {len(rows) - LINES_PER_PART} more: see --json")
