"""The file that may have been meant by a path at which there is none."""

import os
from difflib import get_close_matches
from pathlib import Path

ALIKE = 0.7


def near_file(path: Path) -> str:
    """The end of an error: which file beside it has nearly that name, or that the path is to be checked."""
    try:
        beside = [entry.name for entry in os.scandir(path.parent) if not entry.name.startswith(".")]
    except OSError:
        beside = []
    near = get_close_matches(path.name, beside, 1, ALIKE)
    return f"do you mean {path.parent / near[0]}?" if near else "check the path"
