"""The files of a library as another library has them: originals that were uploaded, and copies."""

import filecmp
import shutil
from typing import get_args

from passerby.errors import StoreError
from passerby.files.spool import Spool
from passerby.store.blobs.base import Blobs, blob_name
from passerby.store.files import OwnedKind
from passerby.store.library import Store

_SPOOL = Spool(1 << 62)  # one file at a time, whatever its size


def transfer_files(source: Store, target: Store) -> int:
    """Copy the files that ``target`` has the rows of and not the files; how many entries it has then.

    Raises StoreError for one that cannot be copied, or is not the same in both.
    """
    kinds: tuple[OwnedKind, ...] = get_args(OwnedKind)
    entries = [(kind, owned.name) for kind in kinds for owned in source.files.all(kind) if owned.ready]
    for kind, entry in entries:
        name = blob_name(kind, entry)
        try:
            if target.blobs.names(name) != source.blobs.names(name):  # it is not there, or was cut short
                target.blobs.remove(name)
                _copy(source.blobs, target.blobs, kind, entry)
            _require_same(source.blobs, target.blobs, name)
        except OSError as error:
            raise StoreError(
                f"{source.blobs.location(name)}: cannot be copied ({error}); mend that and copy again"
            ) from error
    return len(entries)


def _copy(source: Blobs, target: Blobs, kind: OwnedKind, entry: str) -> None:
    with target.making(kind, entry) as folder:
        for name in source.names(blob_name(kind, entry)):
            with source.local(name, _SPOOL) as path:
                shutil.copy2(path, folder / name.rpartition("/")[2])


def _require_same(source: Blobs, target: Blobs, entry: str) -> None:
    """Raise StoreError if a file is not byte for byte the same in both."""
    for name in source.names(entry):
        with source.local(name, _SPOOL) as original, target.local(name, _SPOOL) as copy:
            if not filecmp.cmp(original, copy, shallow=False):
                told = f"{target.location(name)}: not the same as {source.location(name)}"
                raise StoreError(f"{told}; remove it and copy again")
