"""``passerby show``."""

from collections import defaultdict
from pathlib import Path
from typing import Annotated, Any

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, OverwriteOption, clean, print_json, span, table, write_file
from passerby.times import format_timecode

LINES_PER_PART = 12


def show(
    context: typer.Context,
    video: Annotated[str, typer.Argument(help="A path, a name or the start of an id.")],
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
        print_json(found)
        return
    typer.echo(f"{clean(found['name'])}  {found['width']}x{found['height']}  {format_timecode(found['duration'])}")
    typer.echo(f"{clean(found['path'])}\nid {found['id']}")
    if found["recorded"]:
        told = {"container": f", told as {clean(found['recorded_told'])}", "file": ", by the date of its file"}[
            found["recorded_source"]
        ]
        told += {"format": ": the zone is that of the format", "": "", "container": ""}[found["recorded_zone_source"]]
        typer.echo(f"recorded {found['recorded']}{told}")
    if found["note"]:
        typer.echo(clean(f"{found['status']}: {found['note']}"))
    people = found["people"]
    typer.echo(
        f"\npeople: seen for {people['seconds']:.1f} s, at most {people['max_at_once']} at once, "
        f"masked {people['mask_coverage']:.0%} of the picture; Passerby keeps nothing else about them"
    )
    _part("shots", [(span(s["start"], s["end"]), f"scene {s['scene']}") for s in found["shots"]])
    _part("cues", [(span(c["start"], c["end"]), c["kind"]) for c in found["cues"]])
    _part("objects", _objects(found["objects"]))
    _part("speech", [(span(s["start"], s["end"]), s["language"], clean(s["text"])) for s in found["speech"]])
    _part("text", [(span(t["start"], t["end"]), clean(t["text"]), f"{t['score']:.2f}") for t in found["text"]])
    _part("tags", [(span(t["start"], t["end"]), t["label"], f"{t['score']:.2f}") for t in found["tags"]])


def _objects(tracks: list[dict[str, Any]]) -> list[tuple[str, ...]]:
    """One line a label: how many tracks, from when to when, and the best score."""
    by_label: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for track in tracks:
        by_label[track["label"]].append(track)
    ordered = sorted(by_label.items(), key=lambda item: -max(track["score"] for track in item[1]))
    return [
        (
            span(min(track["start"] for track in mine), max(track["end"] for track in mine)),
            label,
            f"{len(mine)} track{'s' if len(mine) > 1 else ''}",
            f"{max(track['score'] for track in mine):.2f}",
        )
        for label, mine in ordered
    ]


def _part(title: str, rows: list[tuple[str, ...]]) -> None:
    typer.echo(f"\n{title}: {len(rows) or 'none'}")
    if rows:
        table([("  " + row[0], *row[1:]) for row in rows[:LINES_PER_PART]])
    if len(rows) > LINES_PER_PART:
        typer.echo(f"  … and {len(rows) - LINES_PER_PART} more: see --json")
