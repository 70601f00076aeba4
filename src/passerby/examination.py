"""What is wrong with a library and with the settings, and what this machine can do."""

import os
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from passerby.documents import Document
from passerby.errors import PasserbyError
from passerby.extras import installed_extras
from passerby.records import StoredVideo
from passerby.settings import Settings
from passerby.store.health import Problem
from passerby.store.library import is_library, open_store, shown_address
from passerby.wording import counted

LEAST_FREE = 1e9  # bytes on the library's disk
MOST_NAMED = 3  # files in one line


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


def examine(settings: Settings, models: Path, missing_models: Sequence[str], *, repair: bool) -> Examination:
    """See what is wrong with a library and the settings, after repairing it if asked, and what this machine can do.

    ``models`` is the folder of pulled models, ``missing_models`` are those that can be fetched and are not here. Raises
    StoreError.
    """
    problems = [*_provider_problems(settings)]
    machine = _machine(settings, models, missing_models)
    if not is_library(settings.library):
        told = f"{shown_address(settings.library)}: there is no library here yet"
        return Examination(machine, told, tuple(problems))
    problems += _disk_problems(settings.library)
    with open_store(settings.library, create=False) as store:
        problems += store.health.repair() if repair else store.health.check()
        videos = store.videos.all()
    problems += _missing_files(videos)
    told = f"{shown_address(settings.library)}: {counted(len(videos), 'video')}"
    return Examination(machine, told if problems else f"{told}, nothing wrong", tuple(problems))


def _machine(settings: Settings, models: Path, missing_models: Sequence[str]) -> dict[str, int | str | None]:
    # Imported here: decoders and models take a second to load.
    from passerby.media.read.probe import ffmpeg_version
    from passerby.models.runtime import available_providers

    here, missing = installed_extras()
    return {
        "cores": os.cpu_count(),
        "memory": f"{psutil.virtual_memory().total >> 20} MB",
        "disk": _disk_in_words(settings.library),
        "ffmpeg": ffmpeg_version(),
        "models run on": ", ".join(available_providers()),
        "models at": str(models),
        "models not here": ", ".join(missing_models) or "none",
        "extras": ", ".join(here) or "none",
        "extras not here": ", ".join(missing) or "none",
    }


def _provider_problems(settings: Settings) -> Iterable[Problem]:
    from passerby.models.runtime import require_provider

    try:
        require_provider(settings.provider)
    except PasserbyError as error:
        yield Problem(f"the setting {error}", "name another, or install what it needs", repairable=False)


def _disk_problems(library: str) -> Iterable[Problem]:
    if "://" not in library and (free := shutil.disk_usage(library).free) < LEAST_FREE:
        told = f"{free / 1e6:.0f} MB are free on the library's disk"
        yield Problem(told, "make room: a full disk ends what is being written", repairable=False)


def _disk_in_words(library: str) -> str:
    if "://" in library:
        return "that of the database"
    there = next(path for path in (Path(library), *Path(library).absolute().parents) if path.exists())
    usage = shutil.disk_usage(there)
    return f"{usage.free / 1e9:.1f} GB free of {usage.total / 1e9:.1f} GB at {there}"


def _missing_files(videos: Iterable[StoredVideo]) -> Iterable[Problem]:
    """Videos whose file is gone: what is known of them stays, and no copy can be made. Of objects nobody looks."""
    gone = [video.path for video in videos if "://" not in video.path and not Path(video.path).exists()]
    if gone:
        named = ", ".join(gone[:MOST_NAMED]) + (f" and {len(gone) - MOST_NAMED} more" if gone[MOST_NAMED:] else "")
        remedy = "put the files back or add them where they are now, or erase the videos by `passerby forget --missing`"
        yield Problem(f"{counted(len(gone), 'video')} without a file: {named}", remedy, repairable=False)
