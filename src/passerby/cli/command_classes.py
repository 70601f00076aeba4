"""Commands as all of Passerby's are: each option that takes one value is given once, and none is empty.

Or the last would silently replace what else was asked for; and the name of a file that is empty, as of a variable that
nobody has set, would be the folder one is in.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from passerby.cli.examples import EXAMPLES
from passerby.cli.shared_options import SHARED_HELP, shared_options
from passerby.errors import UsageError

NO_COMMAND = 2  # the exit code
# What a group does where none of its commands is named.
USUAL_COMMANDS = {"passerby watch": "start"}


def as_passerby(app: typer.Typer) -> None:
    """Have all commands of ``app``, and of the groups in it, be so."""
    if app.registered_callback is not None:
        app.registered_callback.cls = _Group
    for command in app.registered_commands:
        command.cls = _Command
    for group in app.registered_groups:
        group.cls = _Group
        if group.typer_instance is not None:
            as_passerby(group.typer_instance)


class _Command(TyperCommand):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Where words may begin with a dash, "-vase" is one of them, and not -v.
        has_words = self.context_settings.get("ignore_unknown_options", False)
        self.params = [*self.params, *shared_options(with_letters=not has_words)]

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        _check(self, ctx, args)
        return super().parse_args(ctx, args)

    def format_epilog(self, ctx: Any, formatter: Any) -> None:
        if examples := EXAMPLES.get(ctx.command_path, ()):
            with formatter.section("Examples"):
                for example in examples:
                    formatter.write(f"{'':>{formatter.current_indent}}{example}\n")
        formatter.write_paragraph()
        formatter.write_text(SHARED_HELP)


class _Group(TyperGroup):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        usual = USUAL_COMMANDS.get(ctx.command_path)
        if usual is not None and args[:1] not in [["help"], ["--help"], *([name] for name in self.commands)]:
            args = [usual, *args]
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help(), err=True)
            raise typer.Exit(NO_COMMAND)
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        _check(self, ctx, args)
        return super().parse_args(ctx, args)


def _check(command: TyperCommand | TyperGroup, ctx: Any, args: list[str]) -> None:
    """See that what is given to a command is given once, and not empty; while it is typed, all is well."""
    if ctx.resilient_parsing:
        return
    values, _, given = command.make_parser(ctx).parse_args(list(args))
    _check_once(given)
    _check_blanks(given, values)


def _check_once(given: list[Any]) -> None:
    """See that no option of one value is among these parameters, as they were given, twice."""
    once = Counter(
        max(option.opts, key=len)
        for option in given
        if isinstance(option, TyperOption) and not (option.multiple or option.is_flag or option.count)
    )
    for name, times in once.items():
        if times > 1:
            raise UsageError(f"{name}: expected once, found {times} times; give it once")


def _check_blanks(given: list[Any], values: Mapping[str, Any]) -> None:
    """See that no parameter was given an empty value; options that add up say themselves what they expect."""
    for parameter in dict.fromkeys(given):
        if isinstance(parameter, TyperOption) and parameter.multiple:
            continue
        value = values.get(parameter.name)
        texts = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(text, str) and not text.strip() for text in texts):
            named = isinstance(parameter, TyperOption)
            name = max(parameter.opts, key=len) if named else parameter.name
            raise UsageError(f"{name}: expected a value, found an empty one; give it one, or leave it out")
