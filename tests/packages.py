"""Other packages, planted where Python finds them: a module, and the metadata that names what it adds."""

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest


def plant(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, code: str, groups: Mapping[str, Mapping[str, str]]
) -> None:
    """Install a package of one module, as version 1.0, for the rest of a test; ``groups`` are its entry points."""
    metadata = folder / f"{name}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (folder / f"{name}.py").write_text(f"{code}\n", "utf-8")
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
    lines = [
        line
        for group, entries in groups.items()
        for line in (f"[{group}]", *(f"{entry} = {value}" for entry, value in entries.items()))
    ]
    (metadata / "entry_points.txt").write_text("\n".join(lines), "utf-8")
    if str(folder) not in sys.path:
        monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delitem(sys.modules, name, raising=False)
    importlib.invalidate_caches()
