"""``passerby list``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.complete import known_labels
from passerby.cli.context import context_of
from passerby.cli.options import command_of
from passerby.cli.output import JsonOption, clean, in_bytes, print_json, table
from passerby.dates import format_date
from passerby.export.insights import Video
from passerby.records import StoredVideo
from passerby.store.listing import VideoFilter
from passerby.times import format_timecode

if TYPE_CHECKING:
    from passerby.library import Library
    from passerby.store.quarantine import Quarantined

EVERY = 2**31 - 1  # videos


class SortKey(StrEnum):
    """What videos are sorted by."""

    ADDED = "added"
    NAME = "name"
    DATE = "date"
    LENGTH = "length"
    SIZE = "size"
    RESOLUTION = "resolution"
    STATUS = "status"


# What each sorts by, in rising order.
_KEYS: Mapping[SortKey, Callable[[StoredVideo], tuple[int | float | str, ...]]] = {
    SortKey.NAME: lambda video: (video.name.casefold(),),
    SortKey.DATE: lambda video: (video.recorded.unix_seconds if video.recorded else 0,),
    SortKey.LENGTH: lambda video: (video.time_base.seconds(video.duration),),
    SortKey.SIZE: lambda video: (video.size_bytes,),
    SortKey.RESOLUTION: lambda video: (video.width * video.height, video.width),
    SortKey.STATUS: lambda video: (video.status, video.name.casefold()),
}


@dataclass(frozen=True, slots=True)
class ListOptions:
    """All of them, in the order of the help."""

    words: Annotated[
        str, typer.Argument(help="Only videos in whose name or title this is.", metavar="[NAME]", show_default=False)
    ] = ""
    label: Annotated[
        list[str] | None,
        typer.Option(
            "--label",
            help="Only videos with this label; may be repeated.",
            metavar="LABEL",
            autocompletion=known_labels,
        ),
    ] = None
    collection: Annotated[
        str, typer.Option("--collection", help="Only videos in this collection or case.", metavar="NAME")
    ] = ""
    sort: Annotated[SortKey, typer.Option("--sort", help="What to sort by: what is least, or first, comes first.")] = (
        SortKey.ADDED
    )
    reverse: Annotated[bool, typer.Option("--reverse", "-r", help="The other way round.")] = False
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="How many at most.", metavar="N")] = None
    missing: Annotated[bool, typer.Option("--missing", help="Only videos whose file is gone.")] = False
    as_json: JsonOption = False


SPARE = (4, 3, 2)  # columns that a narrow terminal need not have: the picture, the size, the date


def run(context: typer.Context, options: ListOptions) -> int:
    """List the videos in the library."""
    library = context_of(context).open_library()
    found = _found(library, options)
    videos = found[: options.limit]
    held = library.quarantined()
    if options.as_json:
        _print_json(videos, held)
        return 0
    rows = [("ID", "LENGTH", "RECORDED", "SIZE", "PICTURE", "STATUS", "NAME")]
    table([*rows, *map(_row, videos)], SPARE)
    if len(videos) < len(found):
        typer.echo(f"{len(videos)} of {len(found)} videos")
    for entry in held:
        typer.echo(clean(f"in quarantine: {entry.path}: its worker {entry.reason}, {entry.failures} times"))
    return 0


list_videos = command_of(ListOptions, run)


def _found(library: Library, options: ListOptions) -> list[StoredVideo]:
    """Those that are asked for, in order."""
    collection = library.curation.collection(options.collection).id if options.collection else ""
    wanted = VideoFilter(named=options.words, labels=tuple(options.label or ()), collection=collection)
    found = [listed.video for listed in library.curation.listed(wanted, "added", EVERY, 0)]
    found.reverse()  # the first that was added comes first
    if options.missing:
        found = [video for video in found if is_missing(video.path)]
    if options.sort in _KEYS:
        found.sort(key=_KEYS[options.sort])
    return found[::-1] if options.reverse else found


def is_missing(path: str) -> bool:
    """Whether a video's file is gone; of an object nobody looks."""
    return "://" not in path and not Path(path).exists()


def _row(video: StoredVideo) -> tuple[str, ...]:
    recorded = format_date(video.recorded.unix_seconds)[:10] if video.recorded else ""
    size, picture = in_bytes(video.size_bytes), f"{video.width}x{video.height}"
    return (video.id[:12], format_timecode(video.time_base.seconds(video.duration)), recorded, size, picture,
            video.status, clean(video.name))  # fmt: skip


def _print_json(videos: list[StoredVideo], held: tuple[Quarantined, ...]) -> None:
    quarantine = [{"id": e.video, "path": str(e.path), "reason": e.reason, "failures": e.failures} for e in held]
    document = {"videos": [Video.of(video).document() | _more(video) for video in videos]}
    print_json(document | ({"quarantine": quarantine} if held else {}))


def _more(video: StoredVideo) -> dict[str, object]:
    recorded = format_date(video.recorded.unix_seconds) if video.recorded else ""
    return {"width": video.width, "height": video.height, "bytes": video.size_bytes, "recorded": recorded}
