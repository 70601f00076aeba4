"""``passerby redact``."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from passerby.cli.context import context_of
from passerby.cli.interrupts import telling
from passerby.cli.options import command_of
from passerby.cli.output import clean, print_error, print_json
from passerby.cli.redact_dry_run import run_dry
from passerby.cli.redact_options import RedactOptions
from passerby.documents import Document
from passerby.errors import LeakError, OutputError, UsageError
from passerby.wording import counted

if TYPE_CHECKING:
    from passerby.cli.progress import LiveProgress
    from passerby.redact.make.copy_options import CopyOptions, PolicyChanges
    from passerby.redact.tell.copy import Copy
    from passerby.redaction import FolderFile, Redaction

DONE, SOME_FAILED, LEAK = 0, 1, 3


def run(context: typer.Context, options: RedactOptions) -> int:
    """Make a copy of a video or a picture that is safer to share: faces, people, text or sound hidden."""
    from passerby.cli.progress import LiveProgress, watched
    from passerby.executors.base import LOCAL

    changes = options.policy_changes()
    options.check()
    console = context_of(context)
    settings = console.settings(engine=options.engine)
    redaction = console.open_redaction(engine=options.engine)
    is_here = settings.engine == LOCAL or not options.is_of_several
    work = watched(settings, console.loudness, jobs=options.jobs) if is_here else LiveProgress(console.loudness)
    if options.dry_run:
        return run_dry(options, redaction, options.copy_options(changes))
    with work as progress, telling(partial(_through, options, progress)):
        if options.tracks is not None and options.out is None:
            return _show_tracks(options, options.tracks, changes, redaction, progress)
        if options.out is None or options.tracks is not None:
            raise UsageError("expected either --out with the name of the copy, or --tracks with that of a page")
        asked = options.copy_options(changes)
        if options.is_of_several:
            return _copy_several(options, options.out, redaction, progress, asked)
        try:
            made = redaction.redact(options.sources[0], options.out, on_progress=progress.update, **asked)
        except LeakError as error:
            raise _told_leaks(error, options.report, as_json=options.as_json) from error
    _tell(made, options.out, options.report, as_json=options.as_json)
    return LEAK if is_leaky(made) else DONE


redact = command_of(RedactOptions, run)


def _copy_several(
    options: RedactOptions, folder: Path, redaction: Redaction, progress: LiveProgress, asked: CopyOptions
) -> int:
    copying = redaction.redact_folder(
        [Path(source) for source in options.sources],
        folder,
        jobs=options.jobs,
        on_progress=progress.update,
        on_planned=progress.expect,
        **asked,
    )
    with closing(copying) as redacting:
        files = _tell_files(redacting, progress, as_json=options.as_json)
    return _end_folder(files, options.report, as_json=options.as_json)


def _through(options: RedactOptions, progress: LiveProgress) -> str:
    if not options.is_of_several:
        return "nothing was written"
    return f"{progress.ended} copies are through; the same command makes the others"


def _show_tracks(
    options: RedactOptions,
    page: Path,
    changes: PolicyChanges,
    redaction: Redaction,
    progress: LiveProgress,
) -> int:
    if len(options.sources) > 1:
        raise UsageError(f"--tracks: expected one video, found {len(options.sources)}; each has tracks of its own")
    shown = redaction.track_sheet(
        options.sources[0],
        page,
        preset=options.preset or "",
        join_tracks=options.join_tracks,
        plan=options.plan,
        overwrite=options.overwrite,
        on_progress=progress.update,
        **changes,
    )
    typer.echo(
        f"written: {clean(str(page))} ({counted(shown, 'track')}; it shows what a copy hides: keep it to yourself)"
    )
    return DONE


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


def _tell_files(files: Iterable[FolderFile], progress: LiveProgress, *, as_json: bool) -> list[FolderFile]:
    """One line a file, as they come."""
    told = []
    for file in files:
        told.append(file)
        if file.status in ("done", "failed"):
            progress.end(file.path)
        made = file.copy
        for warning in () if made is None else made.warnings:
            print_error(f"passerby: {file.path}: {warning}")
        words = file.message or ("" if made is None else made.summary[0])
        if file.status == "left out":
            print_error(f"passerby: left out: {file.path}: {words}")
        elif file.status == "failed":
            print_error(f"passerby: {words}")
        elif file.status == "done" and not as_json:
            typer.echo(f"{file.status:<7} {clean(str(file.path))}: {clean(words.removeprefix(f'{file.path}: '))}")
    return told


def _end_folder(files: list[FolderFile], report: Path | None, *, as_json: bool) -> int:
    counts = Counter(file.status for file in files)
    leaky = sum(is_leaky(file.copy) for file in files)
    document = {"files": [file.document() for file in files]}
    if report is not None:
        _write_report(report, document)
    if as_json:
        print_json(document)
    else:
        told = f"{counts['done']} done, {counts['failed']} failed"
        if left := counts["left out"]:
            told += f", {left} left out"
        if before := counts["made before"]:
            told += f", {before} made before, of the same files in the same way"
        typer.echo(told + (f", {leaky} by an audit" if leaky else ""))
    if leaky:
        return LEAK
    return SOME_FAILED if counts["failed"] or counts["left out"] == len(files) else DONE


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
