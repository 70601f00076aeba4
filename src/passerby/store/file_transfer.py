"""The files of a library as another library has them: originals that were uploaded, and copies."""

import filecmp
import shutil
from pathlib import Path
from typing import get_args

from passerby.errors import StoreError
from passerby.files import private
from passerby.store.files import OwnedKind
from passerby.store.library import Store

_UNFINISHED = ".copying"


def transfer_files(source: Store, target: Store) -> int:
    """Copy the files that ``target`` has the rows of and not the files; how many it has then.

    Raises StoreError for one that cannot be copied, or is not the same in both.
    """
    kinds: tuple[OwnedKind, ...] = get_args(OwnedKind)
    pairs = [
        (source.blobs.path(kind, owned.name), target.blobs.path(kind, owned.name))
        for kind in kinds
        for owned in source.files.all(kind)
        if owned.ready
    ]
    for original, copy in pairs:
        try:
            if not copy.exists():
                _copy(original, copy)
            if not _are_same(original, copy):
                raise StoreError(f"{copy}: not the same as {original}; remove it and copy again")
        except OSError as error:
            raise StoreError(f"{original}: cannot be copied to {copy} ({error}); mend that and copy again") from error
    return len(pairs)


def _copy(original: Path, copy: Path) -> None:
    """Copy a file or a folder: all of it has its name, or nothing."""
    unfinished = copy.with_name(copy.name + _UNFINISHED)
    copy.parent.mkdir(private.FOLDER_MODE, parents=True, exist_ok=True)
    if unfinished.is_dir():
        shutil.rmtree(unfinished)
    if original.is_dir():
        shutil.copytree(original, unfinished)
    else:
        shutil.copy2(original, unfinished)
    unfinished.replace(copy)


def _are_same(original: Path, copy: Path) -> bool:
    """Whether a file, or each file of a folder, is byte for byte the same."""
    if not original.is_dir():
        return filecmp.cmp(original, copy, shallow=False)
    names = sorted(path.relative_to(original) for path in original.rglob("*"))
    return names == sorted(path.relative_to(copy) for path in copy.rglob("*")) and all(
        (original / name).is_dir() or filecmp.cmp(original / name, copy / name, shallow=False) for name in names
    )
