"""``passerby doctor``."""

from typing import Annotated

import typer

from passerby.cli.context import context_of
from passerby.cli.output import JsonOption, clean, print_json, table

SOUND, UNSOUND = 0, 1


def doctor(
    context: typer.Context,
    repair: Annotated[bool, typer.Option("--repair", help="Put right what can be put right.")] = False,
    as_json: JsonOption = False,
) -> int:
    """Check the library, and say what this machine can do."""
    report = context_of(context).open_library().examine(repair=repair)
    if as_json:
        print_json(report.document())
    else:
        table([(f"{name}:", str(value)) for name, value in report.machine.items()])
        for problem in report.problems:
            advice = f"{problem.remedy} (--repair)" if problem.repairable else problem.remedy
            typer.echo(clean(f"problem: {problem.text}: {advice}"))
        if not report.problems:
            typer.echo(clean(report.library))
    return UNSOUND if report.problems else SOUND
