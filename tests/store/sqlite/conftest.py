"""A library whose folder is that of the test."""

from pathlib import Path

import pytest


@pytest.fixture
def address(tmp_path: Path) -> str:
    return str(tmp_path)
