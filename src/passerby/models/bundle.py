"""Models to carry to a machine without a network: a folder that is laid out as that of pulled models, with its hashes.

``sha256sum -c SHA256SUMS`` checks it anywhere; ``passerby models pull --from FOLDER`` takes all of it in.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from passerby.errors import UsageError, WeightsError
from passerby.models.catalog import entries
from passerby.models.entry import Entry, File
from passerby.models.weights import digest, expected_hash, locate, own_file

SUMS = "SHA256SUMS"


def bundle(chosen: Sequence[Entry], models_dir: Path, target: Path) -> int:
    """Copy all files of these models to the folder ``target``, checked; gives how many bytes they have.

    Raises MissingModelError for one that is not here, WeightsError for one that is not what it should be or cannot be
    written, UsageError for one that has no files to carry.
    """
    for entry in chosen:
        if entry.core or not entry.file:
            raise UsageError(f"{entry.name}: expected a model that is pulled; this one comes with its package")
        if not _has_files(entry, models_dir):
            locate(entry, models_dir)  # says how to get them
    size, sums = 0, dict[str, str]()
    try:
        for entry in chosen:
            for file in entry.files:
                size += _carry(entry, file, models_dir, target / file.name)
                sums[file.name] = expected_hash(entry, file, models_dir)
        (target / SUMS).write_text("".join(f"{found}  {name}\n" for name, found in sorted(sums.items())), "utf-8")
    except OSError as error:
        raise WeightsError(f"{target}: expected a folder that can be written, found: {error}") from error
    return size


def _carry(entry: Entry, file: File, models_dir: Path, path: Path) -> int:
    """Copy one file to ``path``; gives how long it is. Raises WeightsError for one that is not what it should be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(models_dir / file.name, path)
    if digest(path) != expected_hash(entry, file, models_dir):
        path.unlink()
        raise WeightsError(
            f"{models_dir / file.name}: expected the hash that {entry.name} has, found another; get it again with: "
            f"passerby models pull {entry.name}"
        )
    return path.stat().st_size


def pulled(models_dir: Path) -> tuple[Entry, ...]:
    """The models whose files were pulled."""
    return tuple(entry for entry in entries() if not entry.core and entry.file and _has_files(entry, models_dir))


def found_in(folder: Path) -> tuple[Entry, ...]:
    """The models whose files are all in a folder, such as a bundle. Raises UsageError where there is none."""
    some = entries() if folder.is_dir() else ()
    found = tuple(entry for entry in some if not entry.core and entry.file and _lies_in(entry, folder))
    if not found:
        raise UsageError(f"{folder}: expected a folder with files of models, as `passerby models bundle` makes one")
    return found


def _has_files(entry: Entry, models_dir: Path) -> bool:
    return all((models_dir / file.name).is_file() for file in entry.files)


def _lies_in(entry: Entry, folder: Path) -> bool:
    try:
        return all(own_file(entry, file, folder).is_file() for file in entry.files)
    except UsageError:
        return False
