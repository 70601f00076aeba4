"""Writes the pages that are made from the code, all of them or in parts: commands, settings, and the recipes.

    .venv/bin/python -m scripts.build_docs

``tests/test_docs.py`` fails when a page is not what this script would write.
"""

import inspect
import json
import re
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import typer

from passerby.cli.examples import EXAMPLES
from passerby.cli.main import app
from passerby.pipeline.keys import plan
from passerby.settings import FIELDS, Settings
from passerby.stages import STAGES

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
_DECIDED = DOCS / "decisions"
MADE = "<!-- Made by scripts/build_docs.py: change the code, then run it. -->"
_DECISIONS = "## Decisions, and why"
SETTINGS_LEAD = """\
A setting has a default. A file goes before it, an environment variable before the file, and an option of the command
line before all. `passerby config` shows each value and where it is from.

A file is TOML, with a line for each setting that it changes. `passerby.toml` in the current folder goes before
`config.toml` in your folder for settings (`~/.config/passerby` on Linux, `~/Library/Application Support/passerby` on
macOS); `PASSERBY_CONFIG` names one instead of both. `passerby config --template` prints one with all settings.

```toml
library = "/archive/passerby-library"
workers = 2
speech = "speech-base"
```

`threads`, `workers`, `provider` and the limits change how fast a video is indexed; `samples_per_second` and the names
of models change what is found, so `passerby add` does again what depends on them. Where a setting names no model, the
best that is on the machine is used, and what another one found stays until `passerby add --renew`
([more models](models.md)). Redaction and audits look with the same `people`, `faces`, `plates`, `text_finder` and
`text_reader`."""
_SHOWN_FILE = re.compile(r"<!-- (docs/recipes/\w+\.diff) -->\n(?:\n\[[^\n]*:\n\n`````diff\n.*?\n`````\n)?", re.DOTALL)
_DEFAULT_IN_HELP = re.compile(r"\s*\[default: (.*)\]$")


def main() -> None:
    for name, text in pages().items():
        (DOCS / name).write_text(text, "utf-8")


def pages() -> dict[str, str]:
    """The name of each page that is made, and its text."""
    return {
        "README.md": list_of_pages(),
        "commands.md": commands_page(),
        "settings.md": settings_page(),
        "notebook.ipynb": notebook(),
        "../CONTRIBUTING.md": contributing_page(),
    }


def commands_page() -> str:
    parts = [
        MADE,
        "# Commands",
        "VIDEO is a path, a name, or the start of an id (4 digits or more). TIME is `75`, `1:15` or `0:01:15.5`.\n"
        "With `--json` one JSON document goes to stdout, and nothing else: [json.md](json.md). Each error is one line\n"
        "on stderr; exit codes: [errors.md](errors.md). What is not an option can be a [setting](settings.md).\n\n"
        "`--library`, `--blobs`, `--quiet`, `--verbose` and `--debug` may stand before a command or behind it.\n"
        "`passerby --install-completion` has the shell complete commands, options, names of videos, labels, kinds and\n"
        "models.",
        *(section for path, command in commands() for section in _command(path, command)),
        *_stages(),
    ]
    return "\n\n".join(parts) + "\n"


def settings_page() -> str:
    options = {param.name: f"`{param.opts[0]}`" for _, command in commands() for param in command.params}
    rows = [
        (f"`{name}`", _variable(name), options.get(name, ""), _shown(field.default), _help_of(field))
        for name, field in FIELDS.items()
    ]
    parts = [
        MADE,
        "# Settings",
        SETTINGS_LEAD,
        _table(("in a file", "in the environment", "option", "default", "meaning"), rows),
    ]
    return "\n\n".join(parts) + "\n"


def notebook() -> str:
    """docs/example.py, which a test runs, as a notebook without results."""
    cells = [
        cell.partition("\n") for cell in re.split(r"^# %%", (DOCS / "example.py").read_text("utf-8"), flags=re.M)[1:]
    ]
    document = {
        "cells": [_cell(number, head.strip(), text.strip("\n")) for number, (head, _, text) in enumerate(cells)],
        "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _cell(number: int, head: str, text: str) -> dict[str, object]:
    cell: dict[str, object] = {"cell_type": "code", "execution_count": None, "outputs": []}
    if head == "[markdown]":
        text = re.sub(r"^# ?", "", text, flags=re.M)
        cell = {"cell_type": "markdown"}
    return {**cell, "id": f"cell-{number}", "metadata": {}, "source": text.splitlines(keepends=True)}


def list_of_pages() -> str:
    """The list of pages with all decisions, by their numbers."""
    before = (DOCS / "README.md").read_text("utf-8").partition(_DECISIONS)[0]
    lines = [
        f"{int(path.name[:4])}. [{_head_of(path)}](decisions/{path.name})" for path in sorted(_DECIDED.glob("*.md"))
    ]
    return f"{before}{_DECISIONS}\n\n" + "\n".join(lines) + "\n"


def _head_of(decision: Path) -> str:
    """The title of a decision, without its number."""
    return re.sub(r"# \d+\W+", "", decision.read_text("utf-8").partition("\n")[0])


def contributing_page() -> str:
    """The page with each recipe below the comment that names it."""
    return _SHOWN_FILE.sub(_shown_file, (ROOT / "CONTRIBUTING.md").read_text("utf-8"))


def _shown_file(found: re.Match[str]) -> str:
    path = ROOT / found[1]
    if not path.exists():
        return f"<!-- {found[1]} -->\n"
    return f"<!-- {found[1]} -->\n\n[{found[1]}]({found[1]}):\n\n`````diff\n{path.read_text('utf-8').rstrip()}\n`````\n"


def commands() -> Iterator[tuple[str, Any]]:
    """Every command with its full name, `passerby` itself first; they are Typer's own objects."""
    yield from _below("passerby", typer.main.get_command(app))


def _below(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _below(f"{path} {name}", child)


def _command(path: str, command: Any) -> Iterator[str]:
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [param for param in command.params if param.param_type_name == "option" and not param.hidden]
    yield f"## {path}"
    required = [_option(param) for param in options if param.required]
    free = ["[OPTIONS]"] if len(options) > len(required) else []
    ending = [*free, "COMMAND"] if hasattr(command, "commands") else [*map(_argument, arguments), *required, *free]
    yield f"    {' '.join([path, *ending])}"
    yield str(command.help)
    if arguments:
        yield _table(("argument", "meaning"), [(f"`{_argument(param)}`", param.help) for param in arguments])
    if options:
        yield _table(("option", "default", "meaning"), [_option_row(param) for param in options])
    if examples := EXAMPLES.get(path):
        yield "```console\n" + "\n".join(f"$ {example}" for example in examples) + "\n```"


def _argument(param: Any) -> str:
    name = param.name.upper().removesuffix("S") if param.nargs == -1 else param.name.upper()
    shown = f"{name}..." if param.nargs == -1 else name
    return shown if param.required else f"[{shown}]"


def _option(param: Any) -> str:
    """``--out FILE``: the option and what comes after it."""
    return " ".join([param.opts[0], *_value(param)])


def _value(param: Any) -> list[str]:
    if param.is_flag:
        return []
    if isinstance(param.default, Enum):
        return ["|".join(str(choice.value) for choice in type(param.default))]
    return [
        (param.metavar or "").strip("<>") or {"out": "FILE", "source": "FILE", "limit": "N"}.get(param.name, "NAME")
    ]


def _option_row(param: Any) -> tuple[str, str, str]:
    names = ", ".join(f"`{' '.join([name, *_value(param)])}`" for name in param.opts)
    return names, _default(param), _DEFAULT_IN_HELP.sub("", param.help)


def _default(param: Any) -> str:
    if param.required:
        return "required"
    if told := _DEFAULT_IN_HELP.search(param.help):
        return told[1]
    if param.default in (None, False):
        return _shown(getattr(Settings(), param.name, ""))
    return _shown(param.default)


def _stages() -> Iterator[str]:
    yield "## Stages"
    yield (
        "What `--stages` chooses from. A stage brings the stages that it needs. What is found is kept under a hash\n"
        "of the video, the stage's version and parameters, its models' weights and the stages that it needs; `add`\n"
        "runs a stage again when that hash has changed, and not otherwise."
    )
    rows = [
        (f"`{stage.name}`", ", ".join(stage.needs), ", ".join(stage.models), _first_sentences(stage))
        for stage in plan(STAGES, Settings())
    ]
    yield _table(("stage", "needs", "models", "gives"), rows)


def _first_sentences(stage: object) -> str:
    return " ".join((inspect.getdoc(type(stage)) or "").partition("\n\n")[0].split())


def _variable(name: str) -> str:
    return f"`PASSERBY_{name.upper()}`"


def _help_of(field: Any) -> str:
    return str(field.metadata["help"])


def _shown(value: object) -> str:
    value = value.value if isinstance(value, Enum) else value
    return "" if value == "" else f"`{value}`"


def _table(head: tuple[str, ...], rows: list[Any]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines)


if __name__ == "__main__":
    main()
