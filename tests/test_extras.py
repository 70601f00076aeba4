"""What is not installed is named with the extra that brings it."""

import sys
import tomllib
from pathlib import Path

import pytest

from passerby.errors import MissingExtraError
from passerby.extras import MODULES, Extra, import_extra, needing, require_extra

ABSENT = Extra("speech", "a_package_that_is_not_there")


@pytest.mark.parametrize("ask", [import_extra, require_extra])
def test_an_absent_package_is_named_with_its_extra(ask: object) -> None:
    with pytest.raises(MissingExtraError, match=r"^a_package_that_is_not_there is needed: .*'passerby\[speech\]'"):
        ask(ABSENT)  # type: ignore[operator]


def test_imports_of_an_extra_are_named_by_what_lacks() -> None:
    with (
        pytest.raises(MissingExtraError, match=r"^a_package_that_is_not_there is needed: .*'passerby\[serve\]'"),
        needing("serve"),
    ):
        __import__("a_package_that_is_not_there")


def test_the_client_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "passerby.client", raising=False)
    monkeypatch.setitem(sys.modules, "httpx", None)
    with pytest.raises(MissingExtraError, match=r"httpx.* is needed: pip install 'passerby\[serve\]'"):
        __import__("passerby.client")


def test_each_extra_that_a_user_may_want_is_in_the_table_of_modules() -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    assert set(MODULES) == set(project["optional-dependencies"]) - {"dev", "docs", "gpu"}
