"""``passerby search``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.complete import known_labels, video_names
from passerby.cli.context import context_of
from passerby.cli.label_counts import label_as_kept, label_counts
from passerby.cli.options import command_of
from passerby.cli.output import JsonOption, OverwriteOption, clean, fit, print_error, print_json, span, terminal_width
from passerby.errors import UsageError
from passerby.wording import meant_instead

if TYPE_CHECKING:
    from passerby.cli.progress import LiveProgress
    from passerby.library import Library
    from passerby.redaction import CutVideo
    from passerby.search.find import SearchResult

DONE, SOME_FAILED = 0, 1
SERVER = "http://127.0.0.1:8470"  # of `passerby serve`, unless it is told otherwise
# The options that say what `Library.search` calls otherwise, for notices.
SPELLED = {"label": "--label", "video": "--in", "on_screen": "--text", "said": "--said"}
_ADDRESS = re.compile(r"https?://[\w.:\[\]-]+(/[\w./~-]*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """All of them, in the order of the help."""

    words: Annotated[list[str] | None, typer.Argument(help="What to look for. In quotes: exactly so.")] = None
    label: Annotated[
        str | None, typer.Option(help="Only moments with this object or tag.", autocompletion=known_labels)
    ] = None
    text: Annotated[str, typer.Option(help="Only moments with these words on screen.", metavar="WORDS")] = ""
    said: Annotated[str, typer.Option(help="Only moments in which these words are said.", metavar="WORDS")] = ""
    like: Annotated[
        str | None,
        typer.Option(help="Moments that look like this one, or like a picture, people aside.", metavar="VIDEO@TIME"),
    ] = None
    inside: Annotated[
        str | None, typer.Option("--in", help="Only in this video.", metavar="VIDEO", autocompletion=video_names)
    ] = None
    recorded_after: Annotated[
        str | None, typer.Option(help="Only videos recorded on this date or later: ISO 8601, UTC.", metavar="DATE")
    ] = None
    recorded_before: Annotated[
        str | None, typer.Option(help="Only videos recorded before this date.", metavar="DATE")
    ] = None
    limit: Annotated[int, typer.Option(min=1, help="How many moments at most.")] = 20
    start: Annotated[int, typer.Option("--start", min=0, help="Leave out so many, the best.", metavar="N")] = 0
    clips: Annotated[
        Path | None,
        typer.Option(help="Cut each moment into a file in this folder: people hidden, no sound.", metavar="FOLDER"),
    ] = None
    show_people: Annotated[bool, typer.Option("--show-people", help="Leave people visible in the clips.")] = False
    thumbnails: Annotated[
        Path | None,
        typer.Option(help="Write the picture of each moment, without its people, to this folder.", metavar="FOLDER"),
    ] = None
    server: Annotated[
        str | None,
        typer.Option(
            "--open",
            help=f"Tell of each moment the address that plays it on this server: {SERVER} is that of `passerby serve`.",
            metavar="ADDRESS",
        ),
    ] = None
    overwrite: OverwriteOption = False
    as_json: JsonOption = False

    def check(self) -> None:
        """See that something is searched for. Raises UsageError."""
        words = (*(self.words or ()), self.text, self.said)
        if not any(map(str.strip, words)) and self.label is None and self.like is None:
            raise UsageError("expected words, --text, --said, --label or --like to search for, found none")


def run(context: typer.Context, options: SearchOptions) -> int:
    """Find moments by words and what they mean, by label, or by what they look like."""
    asked = " ".join(options.words or ())
    options.check()
    address = None if options.server is None else _base(options.server)
    from passerby.cli.progress import watched

    console = context_of(context)
    library = console.open_library()
    dates = options.recorded_after, options.recorded_before
    with watched(console.settings(), console.loudness):  # a picture to compare with is decoded here
        found = library.search(
            asked,
            label=None if options.label is None else label_as_kept(library, options.label),
            on_screen=options.text,
            said=options.said,
            like=options.like,
            video=options.inside,
            recorded=dates,
            limit=options.limit,
            start=options.start,
        )
    extras: list[dict[str, str]] = [{} for _ in found]  # of each hit what else was asked for
    if options.thumbnails is not None:
        files = library.save_thumbnails(found, options.thumbnails, overwrite=options.overwrite)
        extras = [{"thumbnail": "" if file is None else str(file)} for file in files]
    if address is not None:
        links = [f"{address}/videos/{hit.video}#t={hit.start:.3f}" for hit in found]
        extras = [extra | {"address": link} for extra, link in zip(extras, links, strict=True)]
    if not options.as_json:
        _tell(found, extras, options.start)
        if not found and options.label is not None:
            print_error(f"passerby: {_unknown_label(library, options.label)}")
        elif not found and asked and (near := library.near_words(asked)):
            print_error(f"passerby: what is there, and spelled like it: {', '.join(near)}")
    cut: list[CutVideo] = []
    if options.clips is not None:
        with watched(console.settings(), console.loudness) as progress:
            cutting = console.open_redaction().cut_hits(
                found,
                options.clips,
                show_people=options.show_people,
                overwrite=options.overwrite,
                on_progress=progress.update,
            )
            cut = _cut(cutting, progress, as_json=options.as_json)
    if options.as_json:
        document = found.document(SPELLED)
        document["hits"] = [hit | extra for hit, extra in zip(document["hits"], extras, strict=True)]
        print_json(document if options.clips is None else document | {"clips": [video.document() for video in cut]})
    return SOME_FAILED if any(video.message for video in cut) else DONE


search = command_of(SearchOptions, run)


def _unknown_label(library: Library, label: str) -> str:
    """Whether there is such a label, or which may be meant."""
    known = [each for each, _ in label_counts(library)]
    if label_as_kept(library, label) in known:
        return f"moments with the label {label!r} are there, but none with all that was asked"
    return f"no video has the label {label!r}; {meant_instead(label, known) if known else 'none has any yet'}"


def _base(server: str) -> str:
    """A server's address without an end that a link brings itself. Raises UsageError for none."""
    if not _ADDRESS.fullmatch(server):
        raise UsageError(f"expected a server's address, such as {SERVER}, found {server!r}")
    return server.rstrip("/")


def _cut(videos: Iterable[CutVideo], progress: LiveProgress, *, as_json: bool) -> list[CutVideo]:
    """Tell of each video what became of its clips, as they come."""
    told = []
    for video in videos:
        told.append(video)
        progress.end(video.path)
        if video.message:
            print_error(f"passerby: {video.message}")
        for clip in () if as_json else video.clips:
            typer.echo(f"written: {clean(str(clip))}")
    return told


def _tell(found: SearchResult, extras: Sequence[dict[str, str]], start: int) -> None:
    width = terminal_width()
    if notice := found.notice_for(SPELLED):
        print_error(f"passerby: {notice}")
    last = ""
    for hit, extra in zip(found, extras, strict=True):
        if hit.video != last:
            typer.echo(f"{clean(hit.name)}  ({hit.video[:12]})")
            last = hit.video
        head, why = f"  {span(hit.start, hit.end)}  {hit.score:.2f}  ", "; ".join(map(clean, hit.why))
        given = "; ".join(map(clean, filter(None, extra.values())))  # paths and addresses, which nobody can use cut
        typer.echo(f"{head}{why}; {given}" if given else fit(f"{head}{why}", width))
    if not found:
        typer.echo("no moment found")
    elif found.more:
        first = f"{start + 1} to {start + len(found)}"
        print_error(
            f"passerby: moments {first} are told, and more were found: --limit N, or --start {start + len(found)}"
        )
