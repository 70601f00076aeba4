"""The documentation says what the code does: references, documents, errors, and the commands in every example."""

import inspect
import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from clips import make_clip
from libraries import add, add_rich, cue, people
from passerby import errors
from passerby.cli.command_classes import USUAL_COMMANDS
from passerby.cli.main import EXIT_CODES, main
from passerby.redact.audit.result import Answer, Audit, AuditedTrack, Leak, ShownFace
from passerby.settings import Settings
from passerby.store.audit_log import Action
from passerby.store.library import open_store
from pictures import texture
from scripts import build_docs

ROOT = Path(__file__).parents[1]
README, DOCS = ROOT / "README.md", ROOT / "docs"
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]
KINDS: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "list": list,
}
COMMANDS = dict(build_docs.commands())

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs a command in this process, in a folder of its own; its exit code and what it printed."""
    for setting in Settings.__slots__:
        monkeypatch.delenv(f"PASSERBY_{setting.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)

    def run_main(*arguments: str) -> tuple[int, str]:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(arguments)
        return int(ended.value.code or 0), capsys.readouterr().out

    return run_main


def rows(text: str) -> list[list[str]]:
    """The cells of all tables in a text, without their heads."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return [row for row, below in zip(cells, [*cells[1:], [""]], strict=True) if not {row[0], below[0]} & {"---"}]


@pytest.mark.parametrize(("name", "text"), build_docs.pages().items())
def test_pages_made_from_the_code_are_up_to_date(name: str, text: str) -> None:
    assert (DOCS / name).read_text("utf-8") == text, "run: .venv/bin/python -m scripts.build_docs"


# JSON


def documented(command: str) -> dict[str, str]:
    """Each field that ``docs/json.md`` tells of a command's document, and its type."""
    sections = re.split(r"^## ", (DOCS / "json.md").read_text("utf-8"), flags=re.MULTILINE)
    (section,) = [text for text in sections if text.partition("\n")[0] == command]
    return {field.strip("`"): kind for field, kind, *_ in rows(section)}


def fields(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The paths of all that a document holds, and the values there."""
    if isinstance(value, dict):
        for name, child in value.items():
            yield from fields(child, f"{path}.{name}".removeprefix("."))
    elif isinstance(value, list) and any(isinstance(child, dict) for child in value):
        for child in value:
            yield from fields(child, f"{path}[]")
    else:
        yield path, value


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A library with something of everything, and with something wrong with it."""
    folder = tmp_path / "library"
    with open_store(folder, create=True) as store:
        add_rich(store, "dog")
        add(store, "other.mp4", shots=[cue("black", 0)], people=[people(0)])
    (folder / "thumbnails" / "nobody.jpegs").write_bytes(b"left behind")
    return folder


@pytest.mark.parametrize(
    ("command", "arguments", "code"),
    [
        ("list", ["list"], 0),
        ("show", ["show", "dog-name.mp4"], 0),
        ("show", ["show", "other.mp4"], 0),
        ("search", ["search", "dog"], 0),
        ("add", ["add", "missing.mp4", "--stages", "shots"], 1),
        ("doctor", ["doctor"], 1),
        ("models list", ["models", "list"], 0),
        ("models verify", ["models", "verify", "nanodet"], 0),
    ],
)
def test_json_is_as_documented(command: str, arguments: list[str], code: int, library: Path, run: Run) -> None:
    ended, out = run("--library", str(library), *arguments, "--json")
    assert ended == code
    found = dict(fields(json.loads(out)))
    told = documented(command)
    parts = {"shots", "cues", "objects", "text", "speech", "unplaced", "tags", "notes", "chapters", "people.counts"}
    unknown = found.keys() - told.keys() - parts  # which may be empty
    assert not unknown, "in the document, but not in docs/json.md"
    for field, value in found.items():
        if field in told:
            assert isinstance(value, KINDS[told[field]]), field
            assert told[field] == "boolean" or not isinstance(value, bool), field


def test_every_documented_field_occurs(library: Path, run: Run) -> None:
    shown = [run("--library", str(library), "show", name, "--json")[1] for name in ("dog-name.mp4", "other.mp4")]
    found = {field for out in shown for field, _ in fields(json.loads(out))}
    assert documented("show").keys() <= found
    for command, code in (("list", 0), ("search dog", 0), ("doctor", 1), ("models list", 0), ("models verify", 0)):
        ended, out = run("--library", str(library), *command.split(), "--json")
        assert ended == code
        found = {field for field, _ in fields(json.loads(out))}
        assert documented(command.removesuffix(" dog")).keys() <= found, command


def test_the_document_of_an_audit_is_as_documented() -> None:
    leak = Leak(track=1, time=0.5, box=(1, 2, 3, 4), follows=0.9, begins_run=True)
    answer = Answer("a hat", "rita", 1.5, (0.5,), ((1, 2, 3, 4),))
    track = AuditedTrack(
        number=1, start=0.0, end=2.0, score=0.9, faces=9, leaks=(leak,), longest_run=1, plan_track=4, answer=answer
    )
    shown = ShownFace(face=2, start=0.5, end=1.5, frames=9, plan_track=3)
    audit = Audit(Path("a.mp4"), Path("b.mp4"), 9, (track,), (shown,), 4, 10, ("centerface",), False, (), (), (), ())
    found, told = dict(fields(json.loads(json.dumps(audit.document())))), documented("audit")
    assert found.keys() == told.keys()
    for field, value in found.items():
        assert isinstance(value, KINDS[told[field]]), field


def test_every_command_with_json_is_documented() -> None:
    with_json = {
        name.removeprefix("passerby ")
        for name, command in COMMANDS.items()
        if any("--json" in param.opts for param in command.params)
    }
    text = (DOCS / "json.md").read_text("utf-8")
    assert set(re.findall(r"^## (.+)$", text, flags=re.MULTILINE)) == with_json


# Errors and settings


def test_every_error_is_documented_with_its_exit_code() -> None:
    told = {
        row[0].strip("`"): int(row[1]) for row in rows((DOCS / "errors.md").read_text("utf-8")) if "Error" in row[0]
    }
    classes = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    assert told == {
        kind.__name__: next(code for base, code in EXIT_CODES if issubclass(kind, base)) for kind in classes
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_variables_that_are_named_exist(page: Path) -> None:
    named = set(re.findall(r"\bPASSERBY_([A-Z_]+)\b", page.read_text("utf-8")))
    assert named <= {*(name.upper() for name in Settings.__slots__), "CONFIG"}  # which names the file of settings


# Links


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_tests_and_files_that_are_named_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    for path in re.findall(r"`((?:tests|scripts|benchmarks|docs|src)/[\w./-]+)", text):
        assert (ROOT / path).exists(), path
    for path, name in re.findall(r"`(tests/[\w./]+\.py)::(\w+)", text):
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{path}::{name}"


def test_every_page_is_in_the_list_of_pages() -> None:
    listed = set(re.findall(r"\]\(([^)]+\.md)\)", (DOCS / "README.md").read_text("utf-8")))
    assert listed >= {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")} - {"README.md"}
    assert listed >= {f"../{page.name}" for page in ROOT.glob("*.md")} - {"../README.md"}


# Examples


def examples(page: Path) -> list[list[str]]:
    """The arguments of each `$ passerby ...` line in the console blocks of a page."""
    blocks = re.findall(r"^```console\n(.*?)^```$", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [in_full(shlex.split(line, comments=True)[2:]) for line in lines if line.startswith("$ passerby ")]


def in_full(arguments: list[str]) -> list[str]:
    """With the command that a group does where none of its own is named."""
    group = f"passerby {arguments[0]}"
    usual = USUAL_COMMANDS.get(group)
    if usual is None or arguments[1:2] in [["--help"], *([name] for name in COMMANDS[group].commands)]:
        return arguments
    return [arguments[0], usual, *arguments[1:]]


def parse(arguments: list[str]) -> None:
    """Raise what the command line would for arguments that it does not understand."""
    name, rest = "passerby", list(arguments)
    while rest and hasattr(COMMANDS[name], "commands") and not rest[0].startswith("--"):
        name = f"{name} {rest.pop(0)}"
    if not {"--help", "--version"} & set(rest):
        COMMANDS[name].make_context(name, rest)


@pytest.mark.parametrize("page", [page for page in PAGES if examples(page)], ids=lambda page: page.name)
def test_commands_in_examples_are_understood(page: Path) -> None:
    for arguments in examples(page):
        parse(arguments)


@pytest.mark.parametrize("wrong", [["find", "x"], ["search", "--colour", "red"], ["show"], ["models", "push", "x"]])
def test_commands_that_there_are_not_would_be_seen(wrong: list[str]) -> None:
    with pytest.raises(Exception, match=r"(?i)find|colour|missing|push"):
        parse(wrong)


def test_every_command_has_an_example_in_the_readme() -> None:
    shown = {" ".join(arguments) for arguments in examples(README)}
    for name, command in COMMANDS.items():
        if not hasattr(command, "commands"):
            assert any(example.startswith(name.removeprefix("passerby ")) for example in shown), name


def test_the_tutorial_runs_as_written(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSERBY_SAMPLES_PER_SECOND", "0.5")  # enough, and faster
    (tmp_path / "footage").mkdir()
    clip = tmp_path / "footage" / "street.mp4"
    make_clip(clip, size=(160, 90), rate=4, frames=28, picture=texture((160, 90)))
    # What is about a model that the reader has to bring is parsed above.
    commands = [arguments for arguments in examples(DOCS / "tutorial.md") if "d-fine-own" not in arguments]
    assert [arguments[0] for arguments in commands[:2]] == ["--version", "add"]
    for arguments in commands:
        code, out = run(*arguments)
        assert code == 0, (arguments, out)
    assert not list((tmp_path / "passerby-library" / "thumbnails").iterdir()), "the tutorial ends with forget"


def test_every_action_of_the_log_is_told_of() -> None:
    told = rows((DOCS / "serving.md").read_text("utf-8").split("## What the log notes")[1])
    assert sorted(re.findall(r"`(\w+)`", " ".join(row[0] for row in told))) == sorted(get_args(Action))
