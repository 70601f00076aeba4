"""What all commands have in common: help, examples, shared options, near names, completion, ends of pipes."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.conftest import Passerby, Result, call_passerby, command_line, environment
from passerby.cli.examples import EXAMPLES
from passerby.cli.main import app
from passerby.errors import UsageError


def commands() -> list[str]:
    """The full names of all commands."""
    found = []
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"passerby {name} {each}" for each in inner] if inner else [f"passerby {name}"]
    return found


def test_without_a_command_the_help_is_shown_as_it_is_written(called: Passerby, tmp_path: Path) -> None:
    bare = subprocess.run(
        [sys.executable, "-m", "passerby"], capture_output=True, text=True, check=False, env=environment()
    )
    assert (bare.returncode, bare.stdout) == (2, "")
    assert bare.stderr.startswith("Usage: passerby [OPTIONS] COMMAND")
    assert bare.stderr.count("\n") > 20
    assert called("models").err.startswith("Usage: passerby models")
    assert called("-h").out == called("--help").out != ""
    assert called("list", "-h").out.startswith("Usage: passerby list")
    assert called("-V").out == called("--version").out


def test_every_command_has_examples_and_each_can_be_understood() -> None:
    assert sorted(EXAMPLES) == sorted(commands())
    for command, examples in EXAMPLES.items():
        for example in examples:
            assert example.startswith(command)
            words = shlex.split(example.partition(" > ")[0])[1:]  # what a shell does with it is not ours
            group: Any = typer.main.get_command(app)
            context = group.make_context("passerby", words)
            while hasattr(context.command, "commands"):
                name, inner, rest = context.command.resolve_command(context, [*context._protected_args, *context.args])
                context = inner.make_context(name, rest, parent=context)


def test_examples_are_in_the_help(called: Passerby) -> None:
    told = called("search", "--help").out
    assert all(example in told for example in EXAMPLES["passerby search"])
    assert "--library" in told


def test_shared_options_stand_before_a_command_or_behind_it(filled_library: Path, tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere"
    there = call_passerby(filled_library, "list")

    def main(*arguments: object) -> Result:
        return call_passerby(None, *arguments)

    assert main("list", "--library", filled_library) == there
    assert main("list", f"--library={filled_library}", "--quiet", "--debug") == there
    assert main("models", "verify", "silero", "--library", nowhere).code == 0
    twice = call_passerby(nowhere, "list", "--library", filled_library)
    assert twice.code == 2
    assert "--library: expected once" in twice.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["lst"], "; did you mean 'list'? See `passerby --help`"),
        (["list", "--jsn"], "did you mean --json? See `passerby list --help`"),
        (["models", "pul"], "; did you mean 'pull'? See `passerby models --help`"),
        (["models", "verify", "speech_tiny"], "do you mean speech-tiny?"),
        (["redact", "x.mp4", "-o", "y.mp4", "--hide", "face"], "do you mean faces?"),
        (["show", "three shot.mp4"], "did you mean three shots.mp4"),
        (["redact", "three shot.mp4", "-o", "y.mp4"], "do you mean three shots.mp4, which is in the library?"),
        (["redact", "{folder}/three shot.mp4", "-o", "y.mp4"], "do you mean {folder}/three shots.mp4?"),
    ],
)
def test_near_names_are_suggested(filled: Passerby, cut_clip: Path, arguments: list[str], told: str) -> None:
    result = filled(*(argument.format(folder=cut_clip.parent) for argument in arguments))
    assert result.code in (1, 2)
    assert told.format(folder=cut_clip.parent) in result.err
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    ("asked", "usage"),
    [
        (["help"], "Usage: passerby [OPTIONS]"),
        (["help", "redact"], "Usage: passerby redact"),
        (["models", "help", "pull"], "Usage: passerby models pull"),
    ],
)
def test_help_is_a_command_too(asked: list[str], usage: str) -> None:
    result = call_passerby(None, *asked)
    assert (result.code, result.err) == (0, "")
    assert usage in result.out


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        (["li"], ["list", "library"]),
        (["list", "--js"], ["--json"]),
        (["show", "thr"], ["three shots.mp4"]),
        (["redact", "x.mp4", "--hide", "faces,pl"], ["faces,plates"]),
        (["search", "--label", "ca"], ["cake", "car", "carrot", "cat"]),
        (["models", "pull", "speech-t"], ["speech-tiny"]),
        (["export", "x", "--format", "co"], ["coco"]),
        (["add", "x", "--stages", "shots,obj"], ["shots,objects"]),
    ],
)
def test_the_shell_completes(
    filled_library: Path, monkeypatch: pytest.MonkeyPatch, typed: list[str], offered: list[str]
) -> None:
    words = ["passerby", "--library", str(filled_library), *typed]
    monkeypatch.setenv("_PASSERBY_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", shlex.join(words))
    monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
    told = call_passerby(None)
    assert (told.out.splitlines(), told.err) == (offered, "")


def test_the_script_for_the_shell_is_told(filled_library: Path) -> None:
    command = shlex.join(map(str, command_line(filled_library, "--show-completion")))
    told = subprocess.run(["bash", "-c", f"{command}; true"], capture_output=True, check=False, env=environment())
    assert b"_PASSERBY_COMPLETE" in told.stdout, told.stderr


def test_a_pipe_that_nobody_reads_any_more_is_no_error(filled_library: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        command_line(filled_library, "show", "three shots.mp4", "--json"),
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
        env=environment(),
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


def test_what_a_test_of_examples_would_find() -> None:
    with pytest.raises((typer.TyperException, UsageError)):
        typer.main.get_command(app).make_context("passerby", ["--nothing"])


def test_options_are_written_small_whatever_their_values_are_called() -> None:
    group = typer.main.get_command(app)
    every = [group, *group.commands.values()]  # type: ignore[attr-defined]
    every += [inner for command in every[1:] for inner in getattr(command, "commands", {}).values()]
    long = [name for command in every for option in command.params for name in option.opts if name.startswith("--")]
    assert [name for name in long if name != name.lower()] == []


def test_a_label_that_is_said_to_be_wrong_may_begin_as_a_short_option_does(
    filled_library: Path, tmp_path: Path
) -> None:
    library = shutil.copytree(filled_library, tmp_path / "library")
    labels = ["-horse", "-vase", "-quilt", "-h", "+van"]
    said = call_passerby(library, "tag", "three shots.mp4", "0:00-0:01", *labels)
    assert sorted(line.split("  ")[1] for line in said.out.splitlines()) == sorted(labels)
    assert "not horse" in call_passerby(library, "show", "three shots.mp4").out
