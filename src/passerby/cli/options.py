"""Commands whose arguments and options are the fields of a frozen dataclass: declared and checked in one place."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable
from typing import TypeVar, get_type_hints

import typer

Options = TypeVar("Options")


def command_of(options: type[Options], run: Callable[[typer.Context, Options], int]) -> Callable[..., int]:
    """A command for Typer, which calls ``run`` with what was given as ``options``; its help is ``run``'s docstring.

    Each field of the dataclass is annotated as a parameter of a command would be; it may check itself as all
    dataclasses do, in ``__post_init__``, with a UsageError.
    """
    hints = get_type_hints(options, include_extras=True)
    fields = dataclasses.fields(options)  # type: ignore[arg-type]
    annotations = {"context": typer.Context, **{field.name: hints[field.name] for field in fields}}

    def command(context: typer.Context, **given: object) -> int:
        return run(context, options(**given))

    command.__doc__ = run.__doc__
    command.__annotations__ = {**annotations, "return": int}
    # Typer reads the parameters from here; ``inspect`` documents the attribute, which no type of a function has.
    setattr(  # noqa: B010
        command,
        "__signature__",
        inspect.Signature(
            [
                inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=typer.Context),
                *(_parameter(field, annotations[field.name]) for field in fields),
            ],
            return_annotation=int,
        ),
    )
    return command


def _parameter(field: dataclasses.Field[object], annotation: object) -> inspect.Parameter:
    default = inspect.Parameter.empty if field.default is dataclasses.MISSING else field.default
    return inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
