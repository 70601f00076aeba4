"""``passerby export``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.complete import export_formats
from passerby.cli.context import context_of
from passerby.cli.options import command_of
from passerby.cli.output import OverwriteOption, print_error, write_file
from passerby.cli.video_argument import VideosArgument
from passerby.errors import EmptyExportError, PasserbyError, UsageError
from passerby.export.formats import FORMATS, ending_of, format_of, require_format

if TYPE_CHECKING:
    from passerby.export.insights import Video
    from passerby.library import Library

DONE, SOME_FAILED = 0, 1
MOST_FOUND = 10_000  # moments of a search whose videos are exported


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """All of them, in the order of the help."""

    out: Annotated[
        Path, typer.Option("--out", "-o", help="The file to write; for several videos, the folder for their files.")
    ]
    videos: VideosArgument = None
    every: Annotated[bool, typer.Option("--all", help="Export all videos of the library.")] = False
    found: Annotated[
        str | None, typer.Option("--found", help="Export the videos in which a search finds this.", metavar="WORDS")
    ] = None
    kind: Annotated[
        str | None,
        typer.Option(
            "--format",
            autocompletion=export_formats,
            metavar="|".join(FORMATS),
            help="json: all that is known; sheet: a PNG with pictures of it; what is in the others: docs/exports.md.  "
            "[default: by the ending of FILE; json]",
        ),
    ] = None
    address: Annotated[
        str | None,
        typer.Option("--address", help="Where the video is on the web, for annotations and iiif.", metavar="URL"),
    ] = None
    empty: Annotated[
        bool, typer.Option("--empty", help="Write a file that holds nothing, too: captions where nobody speaks.")
    ] = False
    overwrite: OverwriteOption = False


def run(context: typer.Context, options: ExportOptions) -> int:
    """Write what is known of a video to a file, or of several videos to a folder."""
    library = context_of(context).open_library()
    named = options.videos or []
    if len(named) == 1 and not options.every and options.found is None and not options.out.is_dir():
        kind = format_of(options.out.name) if options.kind is None else require_format(options.kind)
        _write(library, named[0], kind, options.out, options)
        return DONE
    kind = require_format(options.kind or "json")
    meant = _meant(library, options, named)
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{options.out}: expected a folder for the files of several videos, found: {error}") from error
    failed = left_out = 0
    for video, path in zip(meant, _paths(meant, options.out, ending_of(kind)), strict=True):
        try:
            _write(library, video.id, kind, path, options)
        except EmptyExportError as error:
            print_error(f"passerby: left out: {error}")
            left_out += 1
        except PasserbyError as error:
            print_error(f"passerby: {error}")
            failed += 1
    return SOME_FAILED if failed or (meant and left_out == len(meant)) else DONE


export = command_of(ExportOptions, run)


def _meant(library: Library, options: ExportOptions, named: Sequence[str]) -> Sequence[Video]:
    """Which videos; an error where that is not said, or in two ways. Raises UsageError, UnknownVideoError."""
    if sum((bool(named), options.every, options.found is not None)) != 1:
        raise UsageError("expected either names of videos, or --all, or --found WORDS; see `passerby export --help`")
    if named:
        return [library.video(name) for name in dict.fromkeys(named)]
    if options.found is None:
        return library.videos()
    ids = {hit.video for hit in library.search(options.found, limit=MOST_FOUND)}
    return [video for video in library.videos() if video.id in ids]


def _paths(videos: Sequence[Video], folder: Path, ending: str) -> Iterator[Path]:
    """The files of videos, called after them; with the start of the id where two are called the same."""
    stems = Counter(Path(video.name).stem.casefold() for video in videos)
    for video in videos:
        stem = Path(video.name).stem
        yield folder / f"{stem if stems[stem.casefold()] == 1 else f'{stem}_{video.id[:8]}'}{ending}"


def _write(library: Library, video: str, kind: str, path: Path, options: ExportOptions) -> None:
    content = library.export(video, kind, address=options.address, may_be_empty=options.empty)
    write_file(path, content, overwrite=options.overwrite)
