"""Options that take one value are given once: or the last would silently replace what else was asked for.

And what is given is not empty: the name of a file that is, as of a variable that nobody has set, would be the folder
one is in.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

from passerby.errors import UsageError


def refuse_repeats(app: typer.Typer) -> None:
    """Have all commands of ``app``, and of the groups in it, refuse an option with one value that is given again."""
    if app.registered_callback is not None:
        app.registered_callback.cls = _OnceGroup
    for command in app.registered_commands:
        command.cls = _Command
    for group in app.registered_groups:
        if group.typer_instance is not None:
            refuse_repeats(group.typer_instance)


class _Command(TyperCommand):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        values, _, given = self.make_parser(ctx).parse_args(list(args))
        _check(given)
        _check_blanks(given, values)
        return super().parse_args(ctx, args)


class _OnceGroup(TyperGroup):
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        values, _, given = self.make_parser(ctx).parse_args(list(args))
        _check(given)
        _check_blanks(given, values)
        return super().parse_args(ctx, args)


def _check(given: list[Any]) -> None:
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
