"""What is wrong with a library, and what this machine can do."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from passerby.documents import Document
from passerby.store.health import Problem
from passerby.store.library import is_library, open_store, shown_address


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found."""

    machine: Mapping[str, int | str | None]
    library: str  # in words
    problems: tuple[Problem, ...]

    def document(self) -> Document:
        """All of it, as ``doctor --json``."""
        problems = [asdict(problem) for problem in self.problems]
        return {"machine": dict(self.machine), "library": self.library, "problems": problems}


def examine(library: str, models: Path, *, repair: bool) -> Examination:
    """See what is wrong with the library at this address, after repairing it if asked, and what this machine can do.

    ``models`` is the folder of pulled models. Raises StoreError.
    """
    # Imported here: decoders and models take a second to load.
    from passerby.media.read.probe import ffmpeg_version
    from passerby.models.runtime import available_providers

    machine = {
        "cores": os.cpu_count(),
        "memory": f"{psutil.virtual_memory().total >> 20} MB",
        "ffmpeg": ffmpeg_version(),
        "models run on": ", ".join(available_providers()),
        "models at": str(models),
    }
    if not is_library(library):
        return Examination(machine, f"{shown_address(library)}: there is no library here yet", ())
    with open_store(library, create=False) as store:
        problems = store.health.repair() if repair else store.health.check()
        told = f"{shown_address(library)}: {len(store.videos.all())} videos, nothing wrong"
    return Examination(machine, told, tuple(problems))
