"""What it takes to add to Passerby: the recipes of docs/recipes, applied to a copy of it, counted and tried.

``docs/CONTRIBUTING.md`` shows the same files.
"""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RECIPES = ROOT / "docs" / "recipes"
COPIED = ("docs", "tests", "pyproject.toml", "README.md")
HEAVY = Path("src", "passerby", "models", "data")  # weights, which no recipe changes


@dataclass(frozen=True)
class Change:
    """What a recipe does to one file."""

    path: str
    is_new: bool
    added: int  # lines
    removed: int


def changes(recipe: str) -> list[Change]:
    parts = re.split(
        r"^diff --git a/(\S+) b/\S+\n", (RECIPES / f"{recipe}.diff").read_text("utf-8"), flags=re.MULTILINE
    )
    return [
        Change(
            path,
            text.startswith("new file mode"),
            len(re.findall(r"^\+(?!\+\+ )", text, flags=re.MULTILINE)),
            len(re.findall(r"^-(?!-- )", text, flags=re.MULTILINE)),
        )
        for path, text in zip(parts[1::2], parts[2::2], strict=True)
    ]


def in_source(recipe: str) -> tuple[list[Change], list[Change]]:
    """The files under src that a recipe adds, and those that it changes."""
    source = [change for change in changes(recipe) if change.path.startswith("src/")]
    return [change for change in source if change.is_new], [change for change in source if not change.is_new]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A copy of Passerby, with its tests."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "data"))
    (tmp_path / HEAVY).symlink_to(ROOT / HEAVY)
    return tmp_path


def applied(recipe: str, copied: Path, *tests: str) -> None:
    """Apply a recipe to a copy, and run the tests that it brings there, and these."""
    command = ["git", "apply", "--whitespace=error", str(RECIPES / f"{recipe}.diff")]
    # In no repository, not even one that the copy may lie in.
    outside = os.environ | {"GIT_CEILING_DIRECTORIES": str(copied.parent)}
    done = subprocess.run(command, cwd=copied, env=outside, text=True, capture_output=True)
    assert done.returncode == 0, f"the recipe fits no more: {done.stderr}"
    own = [change.path for change in changes(recipe) if change.is_new and change.path.startswith("tests/")]
    assert own
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0", *own, *tests]
    done = subprocess.run(
        command, cwd=copied, env=os.environ | {"PYTHONPATH": str(copied / "src")}, text=True, capture_output=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stage_is_its_file_that_of_its_records_and_one_line() -> None:
    (new, (changed,)) = in_source("stage")
    assert len(new) == 2
    assert (changed.path, changed.added, changed.removed) == ("src/passerby/stages/__init__.py", 1, 0)


def test_the_recipe_for_a_stage_works(copied: Path) -> None:
    applied("stage", copied, "tests/pipeline/test_keys_stay.py", "tests/pipeline/test_keys.py")


def test_an_exporter_is_one_file_and_one_line() -> None:
    ((_,), (changed,)) = in_source("exporter")
    assert (changed.path, changed.added, changed.removed) == ("src/passerby/export/formats.py", 1, 0)


def test_the_recipe_for_an_exporter_works(copied: Path) -> None:
    applied("exporter", copied, "tests/export/test_formats.py")


def test_a_model_is_one_file_and_its_catalog_entry() -> None:
    ((_,), (changed,)) = in_source("model")
    assert (changed.path, changed.removed) == ("src/passerby/models/catalog.toml", 0)


def test_the_recipe_for_a_model_works(copied: Path) -> None:
    applied("model", copied, "tests/models/test_catalog.py", "tests/models/test_roles.py")
