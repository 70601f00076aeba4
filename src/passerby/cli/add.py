"""``passerby add``."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.complete import stage_names
from passerby.cli.context import Context, context_of
from passerby.cli.interrupts import telling
from passerby.cli.output import JsonOption, clean, print_error, print_json, table
from passerby.errors import MissingExtraError, MissingModelError
from passerby.stages import STAGES
from passerby.times import format_timecode

if TYPE_CHECKING:
    from passerby.cli.progress import LiveProgress
    from passerby.pipeline.outcome import Outcome

ALL_DONE, SOME_FAILED, MODEL_MISSING = 0, 1, 4
EngineOption = Annotated[
    str | None, typer.Option("--engine", help="What runs the work: local, ray or ray://HOST:PORT.", metavar="ENGINE")
]
MISSING = (MissingModelError.__name__, MissingExtraError.__name__)


def add(
    context: typer.Context,
    paths: Annotated[
        list[str], typer.Argument(help="Video files, and folders of them; s3://BUCKET/KEY and s3://BUCKET/PREFIX/.")
    ],
    stages: Annotated[
        str | None,
        typer.Option(
            "--stages",
            help=f"Which to run, with commas between: {','.join(STAGES)}.  [default: all whose models are here]",
            metavar="STAGES",
            autocompletion=stage_names,
        ),
    ] = None,
    objects: Annotated[
        str | None,
        typer.Option(help="Detector of objects, as in `passerby models list`.  [default: the best that is here]"),
    ] = None,
    text_reader: Annotated[
        str | None, typer.Option(help="Reader of text on screen, as in `passerby models list`.")
    ] = None,
    engine: EngineOption = None,
    parts: Annotated[
        int | None,
        typer.Option(
            help="Parts of a video of 20 minutes or more that are worked on at once.  [default: as there are workers "
            "without a video]",
            metavar="N",
        ),
    ] = None,
    retry: Annotated[bool, typer.Option("--retry", help="Try again what is in quarantine, too.")] = False,
    renew: Annotated[
        bool,
        typer.Option("--renew", help="Find again with the best models that are here what was found with others."),
    ] = False,
    as_json: JsonOption = False,
) -> int:
    """Index videos: shots, cues, objects, tags. What is in the library already is not done again."""
    from passerby.cli.progress import LiveProgress

    options = context_of(context)
    library = options.open_library(objects=objects, text_reader=text_reader, engine=engine, parts=parts)
    with LiveProgress(options.loudness) as progress, telling(partial(_through, progress)):
        outcomes = library.add(
            *paths,
            stages=None if stages is None else [name.strip() for name in stages.split(",")],
            on_planned=progress.expect,
            on_progress=progress.update,
            on_outcome=partial(_tell, progress, debug=options.debug),
            on_left_out=partial(_tell_left_out, options),
            retry=retry,
            renew=renew,
        )
    if as_json:
        print_json({"videos": [outcome.document() for outcome in outcomes]})
    else:
        _print_table(outcomes)
    return _exit_code(outcomes)


def _tell(progress: LiveProgress, outcome: Outcome, *, debug: bool) -> None:
    progress.end(outcome.path, 0.0 if outcome.status == "skipped" else outcome.video_seconds)
    _report(outcome, debug=debug)


def _tell_left_out(options: Context, line: str) -> None:
    if not options.quiet:
        print_error(f"passerby: {line}")


def _through(progress: LiveProgress) -> str:
    return f"{progress.ended} videos are through; what was finished of others is kept, and the same command goes on"


def _report(outcome: Outcome, *, debug: bool) -> None:
    """One line on stderr for an input with something to say."""
    if debug and outcome.details:
        for line in outcome.details.splitlines():
            print_error(line)
    if outcome.message:
        path = str(outcome.path)
        message = outcome.message if outcome.message.startswith(path) else f"{path}: {outcome.message}"
        print_error(f"passerby: {message}")


def _exit_code(outcomes: Sequence[Outcome]) -> int:
    if any(outcome.error in MISSING for outcome in outcomes):
        return MODEL_MISSING
    return SOME_FAILED if any(outcome.status in ("failed", "damaged") for outcome in outcomes) else ALL_DONE


def _print_table(outcomes: Sequence[Outcome]) -> None:
    rows = [("STATUS", "LENGTH", "SPEED", "FILE", "")]
    for outcome in outcomes:
        fast = outcome.video_seconds / outcome.wall_seconds if outcome.wall_seconds else 0
        rows.append(
            (
                outcome.status,
                format_timecode(outcome.video_seconds) if outcome.video_id else "",
                f"{fast:.1f}x" if fast else "",
                clean(outcome.path.name),
                clean(outcome.message.removeprefix(f"{outcome.path}: ")),
            )
        )
    table(rows)
    counts = [f"{sum(o.status == s for o in outcomes)} {s}" for s in ("done", "skipped", "damaged", "failed")]
    typer.echo(", ".join(count for count in counts if not count.startswith("0 ")))
