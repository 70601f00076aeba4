"""``passerby redact``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from passerby.cli.context import Context, context_of
from passerby.cli.output import JsonOption, clean, print_error, print_json
from passerby.documents import Document
from passerby.errors import LeakError, OutputError, UsageError
from passerby.files.publish import check_side_file
from passerby.redact.plan.policy import (
    KINDS,
    PII,
    parse_audios,
    parse_drawn,
    parse_until,
    parse_zone,
)
from passerby.wording import counted

if TYPE_CHECKING:
    from passerby.cli.progress import LiveProgress
    from passerby.evidence.credentials import Signing
    from passerby.redact.make.options import CopyOptions, PolicyChanges
    from passerby.redact.tell.copy import Copy
    from passerby.redaction import FolderFile

TEXT_PATTERN = "text="
NOTHING = "none"  # kinds
Given = TypeVar("Given")
Value = TypeVar("Value")
ALIKE = 0.75  # a misspelt kind, not the end of a pattern
DONE, SOME_FAILED, LEAK = 0, 1, 3


class Style(StrEnum):
    """How a place is hidden."""

    SOLID = "solid"
    PIXELATE = "pixelate"
    BLUR = "blur"


class Kept(StrEnum):
    """Streams that can be kept."""

    SUBTITLES = "subtitles"
    CHAPTERS = "chapters"
    DATA = "data"
    ATTACHMENTS = "attachments"
    COVERS = "covers"


def redact(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(help="A video, a still image, or a folder of them.", readable=False)],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The copy: a new file; for a folder, a folder.")
    ] = None,
    hide: Annotated[
        list[str] | None,
        typer.Option(
            help=f"What, with commas between: {','.join(KINDS)}; text=PATTERN for text that matches a regular "
            f"expression, text=pii for e-mail addresses, phone and card numbers and names with a title; {NOTHING}, to "
            "hide what other options name alone. May be repeated.  [default: faces]",
            metavar="KINDS",
        ),
    ] = None,
    hide_object: Annotated[
        list[str] | None, typer.Option(help="An object by its label, such as laptop; may be repeated.", metavar="LABEL")
    ] = None,
    zone: Annotated[
        list[str] | None,
        typer.Option(
            help="A fixed place: X1,Y1,X2,Y2, with @START-END for a while only; may be repeated.", metavar="ZONE"
        ),
    ] = None,
    draw: Annotated[
        list[str] | None,
        typer.Option(
            help="A place that moves: TIME=X1,Y1,X2,Y2 for each time, semicolons between; may be repeated.",
            metavar="PLACES",
        ),
    ] = None,
    since: Annotated[str | None, typer.Option("--from", help="Hide from this time on.", metavar="TIME")] = None,
    until: Annotated[str | None, typer.Option("--to", help="Hide up to this time.", metavar="TIME")] = None,
    show_track: Annotated[
        list[int] | None, typer.Option(help="A track that stays visible, by its number; may be repeated.", metavar="N")
    ] = None,
    only_track: Annotated[
        list[int] | None,
        typer.Option(help="Hide this track, no other that was found; may be repeated.", metavar="N"),
    ] = None,
    style: Annotated[Style | None, typer.Option(help="How places are hidden.  [default: solid]")] = None,
    round_: Annotated[bool, typer.Option("--round", help="Hide ellipses instead of boxes.")] = False,
    careful: Annotated[bool, typer.Option("--careful", help="Look at every frame, closely; takes long.")] = False,
    fast: Annotated[bool, typer.Option("--fast", help="Look at fewer frames.")] = False,
    audio: Annotated[
        list[str] | None,
        typer.Option(
            help="drop, keep, mute=SPANS or bleep=SPANS, as in mute=0:10-0:12,1:00-1:01; among the spans may be pii, "
            "for names, phone and card numbers and e-mail addresses that are said. May be repeated: spans add up.  "
            "[default: drop]",
            metavar="SOUND",
        ),
    ] = None,
    keep: Annotated[
        list[Kept] | None, typer.Option(help="A kind of stream that is not dropped; may be repeated.")
    ] = None,
    plan: Annotated[
        Path | None, typer.Option(help="A plan that was made before, perhaps edited: nothing is looked for.")
    ] = None,
    tracks: Annotated[
        Path | None,
        typer.Option(help="Make no copy, but a page with a picture and the number of each track.", metavar="HTML"),
    ] = None,
    no_copy: Annotated[
        bool, typer.Option("--no-copy", help="Encode groups of pictures with nothing to hide anew, too.")
    ] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over files that are there.")] = False,
    allow_truncated: Annotated[
        bool, typer.Option("--allow-truncated", help="Take a damaged original as far as it can be read.")
    ] = False,
    audit: Annotated[
        bool, typer.Option("--audit", help="Look at the copy again; write none that shows a face.")
    ] = False,
    keep_leaky: Annotated[bool, typer.Option("--keep-leaky", help="Keep a copy that fails the audit.")] = False,
    c2pa: Annotated[
        Path | None,
        typer.Option(
            "--c2pa", help="Sign the copy (C2PA) with this chain of certificates, a PEM file.", metavar="CERTIFICATES"
        ),
    ] = None,
    c2pa_key: Annotated[
        Path | None, typer.Option("--c2pa-key", help="The private key to sign with, a PEM file.", metavar="KEY")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write all about the copy to this JSON file.")] = None,
    jobs: Annotated[int, typer.Option(min=1, help="How many files of a folder at once.", metavar="N")] = 1,
    as_json: JsonOption = False,
) -> int:
    """Make a copy of a video or a picture that is safer to share: faces, people, text or sound hidden."""
    # Longer than 60 lines: most of them declare options, of which Typer makes the help
    # More than 10 parameters: each is an option of the command line
    from passerby.cli.progress import watched

    changes = _looked_for(hide, hide_object, careful=careful, fast=fast)
    if zone:
        changes["zones"] = [_named("--zone", parse_zone, text) for text in zone]
    if draw:
        changes["drawn"] = [_named("--draw", parse_drawn, text) for text in draw]
    if since is not None or until is not None:
        changes["seconds"] = parse_until(since, until)
    if show_track:
        changes["show_tracks"] = show_track
    if only_track:
        changes["only_tracks"] = only_track
    if style:
        changes["style"] = style.value
    if round_:
        changes["shape"] = "round"
    if audio:
        changes["audio"] = _named("--audio", parse_audios, audio)
    if keep:
        changes["keep_streams"] = [kind.value for kind in keep]
    if keep_leaky and not audit:
        raise UsageError("--keep-leaky: expected --audit with it, found none; no copy is audited without")
    _check_side_files(source, out, {"the plan": plan, "the page": tracks, "the report": report}, overwrite=overwrite)
    console = context_of(context)
    redaction = console.open_redaction()
    with watched(console.settings(), jobs=jobs) as progress:
        if tracks is not None and out is None:
            shown = redaction.track_sheet(
                source, tracks, plan=plan, overwrite=overwrite, on_progress=progress.update, **changes
            )
            console.note("view_original", redaction.id_of(source))
            typer.echo(
                f"written: {clean(str(tracks))} ({counted(shown, 'track')}; it shows what a copy hides: "
                "keep it to yourself)"
            )
            return DONE
        if out is None or tracks is not None:
            raise UsageError("expected either --out with the name of the copy, or --tracks with that of a page")
        options: CopyOptions = {
            **changes,
            "plan": plan,
            "overwrite": overwrite,
            "allow_truncated": allow_truncated,
            "allow_copy": not no_copy,
            "audit": audit,
            "keep_leaky": keep_leaky,
            "signing": _signing(c2pa, c2pa_key),
        }
        if os.path.isdir(source):
            with closing(
                redaction.redact_folder(source, out, jobs=jobs, on_progress=progress.update, **options)
            ) as redacting:
                files = _tell_files(_noted(redacting, console), progress, as_json=as_json)
            return _end_folder(files, report, as_json=as_json)
        try:
            made = redaction.redact(source, out, on_progress=progress.update, **options)
        except LeakError as error:
            raise _told_leaks(error, report, as_json=as_json) from error
        console.note("redact", made.plan.original.sha256)
    _tell(made, out, report, as_json=as_json)
    return LEAK if is_leaky(made) else DONE


def _named(option: str, parse: Callable[[Given], Value], given: Given) -> Value:
    """What ``parse`` makes of what was given; its errors say which option that was."""
    try:
        return parse(given)
    except UsageError as error:
        raise UsageError(f"{option}: {str(error).removeprefix(f'{option}: ')}") from error


def is_leaky(made: Copy | None) -> bool:
    """Whether the audit of a copy failed, be it kept or not."""
    return made is not None and made.state == "failed"


def _told_leaks(error: LeakError, report: Path | None, *, as_json: bool) -> LeakError:
    """The error, after what was found is written to the report."""
    from passerby.redact.tell.copy import Copy

    if isinstance(error.found, Copy):
        if report is not None:
            _write_report(report, error.found.document())
        if as_json:
            print_json(error.found.document())
    where = "" if report is None else f"; all times are in {report}"
    return LeakError(f"{error}{where}")


def _check_side_files(source: Path, out: Path | None, files: dict[str, Path | None], *, overwrite: bool) -> None:
    """See, before any work is done, that what is written besides the copy can be: ``files`` by what they are."""
    taken = [source, *([] if out is None else [out, out.with_name(f"{out.name}.plan.json")])]
    for what, path in files.items():
        if path is not None and what != "the plan":
            check_side_file(path, what, taken, overwrite=overwrite)
        taken += [] if path is None else [path]


def _noted(files: Iterable[FolderFile], options: Context) -> Iterator[FolderFile]:
    """The same files, those of which there is a copy now noted in the log."""
    for file in files:
        if file.made is not None:
            options.note("redact", file.made.plan.original.sha256)
        yield file


def _signing(certificates: Path | None, key: Path | None) -> Signing | None:
    from passerby.evidence.credentials import Signing

    if certificates is None and key is None:
        return None
    if certificates is None or key is None:
        raise UsageError("expected both --c2pa and --c2pa-key, found one of them")
    return Signing(certificates, key)


def _looked_for(hide: list[str] | None, objects: list[str] | None, *, careful: bool, fast: bool) -> PolicyChanges:
    """Those changes to the policy that a new look is needed for."""
    if careful and fast:
        raise UsageError("expected --careful or --fast, found both")
    changes: PolicyChanges = {}
    if careful or fast:
        changes["effort"] = "careful" if careful else "fast"
    if objects:
        changes["objects"] = objects
    if hide:
        changes.update(parse_hides(hide))
    return changes


def parse_hides(texts: Sequence[str]) -> PolicyChanges:
    """All kinds of all these texts, and the one pattern; where text is asked for without any, it is all text."""
    asked = [parse_hide(text) for text in texts]
    kinds = {kind for one in asked for kind in one["hide"]}
    if len(asked) > 1 and not all(one["hide"] for one in asked):
        raise UsageError(f"--hide: expected kinds or {NOTHING}, found {NOTHING} and more")
    patterns = list(dict.fromkeys(one["text_pattern"] for one in asked if "text" in one["hide"]))
    if len(patterns) > 1 and "" not in patterns:
        raise UsageError(f"--hide: expected one {TEXT_PATTERN}PATTERN, found {len(patterns)}; join them with | to one")
    pattern = "" if "" in patterns else next(iter(patterns), "")
    return {"hide": tuple(kind for kind in KINDS if kind in kinds), "text_pattern": pattern}


def parse_hide(text: str) -> PolicyChanges:
    """The kinds, and the pattern of ``text=PATTERN``, which may hold commas; ``none`` alone for no kind.

    Kinds behind it are kinds, not the end of the pattern: or "text=pii,faces" would leave all faces visible.
    """
    if text.strip() == NOTHING:
        return {"hide": (), "text_pattern": ""}
    before, pattern_given, rest = text.partition(TEXT_PATTERN)
    pattern = ""
    behind: list[str] = []
    if pattern_given:
        before = before.removesuffix(",")
        pattern, behind = _pattern_of(rest)
    names = before.split(",") if before or not pattern_given else []
    names = [name.strip() for name in (*names, *behind)]
    for name in names:
        if name not in KINDS:
            raise UsageError(_no_kind(name))
    if "text" in names:
        pattern = ""  # all text is more than what matches
    kinds = {*names, *(["text"] if pattern_given else [])}
    return {"hide": tuple(kind for kind in KINDS if kind in kinds), "text_pattern": pattern}


def _pattern_of(text: str) -> tuple[str, list[str]]:
    """The pattern at the start of a text, and the kinds behind it."""
    parts = text.split(",")
    behind: list[str] = []
    # What follows "pii" is no part of a pattern, or one that is misspelt would leave all visible.
    while len(parts) > 1 and (parts[-1].strip() in KINDS or parts[0].strip().lower() == PII):
        behind.insert(0, parts.pop())
    if len(parts) > 1 and get_close_matches(parts[-1].strip(), KINDS, 1, ALIKE):
        raise UsageError(_no_kind(parts[-1].strip()))
    pattern = ",".join(parts)
    if not pattern.strip() or f",{TEXT_PATTERN}" in pattern:
        raise UsageError(
            f"--hide: expected one pattern behind {TEXT_PATTERN}, found {pattern!r}; for all text say text"
        )
    return (PII if pattern.strip().lower() == PII else pattern), behind


def _no_kind(name: str) -> str:
    if not name:
        return f"--hide: expected some of {', '.join(KINDS)}, found an empty one; say {NOTHING} to look for nothing"
    close = get_close_matches(name, KINDS, 1)
    hint = f"; do you mean {close[0]}?" if close else ""
    return f"nothing that can be hidden is called {name!r}; expected some of: {', '.join(KINDS)}{hint}"


def _tell_files(files: Iterable[FolderFile], progress: LiveProgress, *, as_json: bool) -> list[FolderFile]:
    """One line a file, as they come."""
    told = []
    for file in files:
        told.append(file)
        progress.end(file.path)
        made = file.made
        for warning in () if made is None else made.warnings:
            print_error(f"passerby: {file.path}: {warning}")
        words = file.message or ("" if made is None else made.summary[0])
        if file.status == "left out":
            print_error(f"passerby: left out: {file.path}: {words}")
        elif file.status == "failed":
            print_error(f"passerby: {words}")
        elif not as_json:
            typer.echo(f"{file.status:<7} {clean(str(file.path))}: {clean(words.removeprefix(f'{file.path}: '))}")
    return told


def _end_folder(files: list[FolderFile], report: Path | None, *, as_json: bool) -> int:
    failed = sum(file.status == "failed" for file in files)
    left = sum(file.status == "left out" for file in files)
    leaky = sum(is_leaky(file.made) for file in files)
    document = {"files": [file.document() for file in files]}
    if report is not None:
        _write_report(report, document)
    if as_json:
        print_json(document)
    else:
        told = f"{len(files) - failed - left} done, {failed} failed" + (f", {left} left out" if left else "")
        typer.echo(told + (f", {leaky} by an audit" if leaky else ""))
    if leaky:
        return LEAK
    return SOME_FAILED if failed or left == len(files) else DONE


def _write_report(report: Path, document: Document) -> None:
    try:
        report.write_text(json.dumps(document, ensure_ascii=False, indent=2), "utf-8", errors="backslashreplace")
    except OSError as error:
        raise OutputError(f"{report}: the report cannot be written ({error.strerror}); all else is done") from error


def _tell(made: Copy, out: Path, report: Path | None, *, as_json: bool) -> None:
    for warning in made.warnings:
        print_error(f"passerby: {out}: {warning}")
    if made.audit is not None and is_leaky(made):
        print_error(f"passerby: {out}: kept, though its audit failed: {made.audit.verdict}")
    if report is not None:
        _write_report(report, made.document())
    if as_json:
        print_json(made.document())
        return
    typer.echo(f"written: {clean(str(out))}")
    for line in made.summary:
        typer.echo(f"  {clean(line)}")
