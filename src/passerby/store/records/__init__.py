"""The kinds of records that a library keeps, one file a kind: its table, a record as a row and back, what it says.

A file here is a kind of record: there is no list of them to add it to. ``TABLE`` in it says how it is kept, ``VIEWS``
how parts of it are read. A kind that is new has its class in its file too.
"""

import importlib
import pkgutil
from collections.abc import Mapping
from typing import Any

from passerby.store.records.base import RecordTable, RecordView

_MODULES = [
    importlib.import_module(f"{__name__}.{module.name}")
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name)
    if module.name not in ("arrays", "base")
]
TABLES: tuple[RecordTable[Any], ...] = tuple(module.TABLE for module in _MODULES)
VIEWS: tuple[RecordView[Any], ...] = tuple(view for module in _MODULES for view in getattr(module, "VIEWS", ()))
BY_KIND: Mapping[type, RecordTable[Any] | RecordView[Any]] = {
    **{table.kind: table for table in TABLES},
    **{view.kind: view for view in VIEWS},
}
