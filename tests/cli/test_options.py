"""Options as the fields of a dataclass."""

from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from passerby.cli.options import command_of
from passerby.errors import UsageError


@dataclass(frozen=True, slots=True)
class Options:
    """A name that must be given, and how often and how it is said."""

    name: Annotated[str, typer.Argument(help="Who is greeted.")]
    times: Annotated[int, typer.Option(min=1, help="How often.")] = 1
    loud: Annotated[bool, typer.Option("--loud", help="In capitals.")] = False

    def __post_init__(self) -> None:
        if self.loud and self.times > 2:
            raise UsageError("expected --loud or --times, found both")


def run(context: typer.Context, options: Options) -> int:
    """Greet somebody."""
    typer.echo(" ".join([options.name.upper() if options.loud else options.name] * options.times))
    return 0


def made() -> typer.Typer:
    app = typer.Typer()
    app.command()(command_of(Options, run))
    return app


def test_fields_are_arguments_and_options() -> None:
    assert CliRunner().invoke(made(), ["ada", "--times", "2", "--loud"]).stdout == "ADA ADA\n"
    assert CliRunner().invoke(made(), ["ada"]).stdout == "ada\n"


def test_the_help_is_that_of_the_function_and_the_fields() -> None:
    told = CliRunner().invoke(made(), ["--help"]).stdout
    for words in ("Greet somebody.", "Who is greeted.", "How often.", "[default: 1", "In capitals."):
        assert words in told


def test_what_is_wrong_is_refused() -> None:
    assert CliRunner().invoke(made(), []).exit_code == 2
    assert CliRunner().invoke(made(), ["ada", "--times", "0"]).exit_code == 2
    assert isinstance(CliRunner().invoke(made(), ["ada", "--loud", "--times", "3"]).exception, UsageError)
