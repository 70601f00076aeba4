"""The pipeline and the executors know no stage: neither its name, nor its module, nor a kind of its records."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import passerby
from passerby.records import Moment
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.stages.registry import make_stage

PACKAGE = Path(passerby.__file__).parent
FILES = sorted((*(PACKAGE / "pipeline").rglob("*.py"), *(PACKAGE / "executors").glob("*.py")))
# What all stages have in common.
COMMON = {"passerby.stages", *(f"passerby.stages.{name}" for name in ("base", "describing", "outside", "registry"))}
# A moment is what stages are fed with, and not only a record.
KINDS = {kind.__name__ for name in STAGES for kind in make_stage(name, Settings()).makes} - {Moment.__name__}


def known(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module)) if module.startswith("passerby.stages") and module not in COMMON:
                yield module
            case ast.Name(id=name) | ast.alias(name=name) if name in KINDS:
                yield name
            case ast.Constant(value=str(text)) if text in STAGES:
                yield text


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_file_names_a_stage_or_a_kind_of_record(path: Path) -> None:
    assert list(known(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "code", ["from passerby.stages.tags import TagsStage", "from passerby.records import Tag", 'todo["text"]']
)
def test_a_file_that_did_would_be_seen(code: str) -> None:
    assert list(known(ast.parse(code)))
