"""All that goes on while sources are watched: them, their outlets, and the jobs that look through what they record."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from passerby.errors import UsageError
from passerby.files.scratch import Scratch
from passerby.library import Library
from passerby.service.runner import JobRunner
from passerby.service.watch.drop_folder import require_folder
from passerby.service.watch.source_watches import SourceWatches
from passerby.store.library import kept_quick, open_store
from passerby.streams.openers import login_of
from passerby.streams.outlet_settings import OutletSettings
from passerby.streams.outlets import open_outlets
from passerby.streams.source_document import source_document
from passerby.streams.watch_source import WatchSource


@contextmanager
def watching(
    library: Library,
    sources: Sequence[WatchSource],
    outlets: OutletSettings,
    say: Callable[[str], None],
    *,
    lines: TextIO | None = None,
) -> Iterator[SourceWatches]:
    """What watches these sources, or, if there are none, all that the library knows, whose jobs are done meanwhile.

    Raises UsageError for a source that cannot be watched as it is described, StoreError for the library.
    """
    settings = library.settings
    for source in sources:
        require_folder(source)
        login_of(source)
    with open_store(settings.library, create=True, blobs=settings.blobs) as store:
        store.require_writable_blobs()
        known = {each.name.lower(): each.name for each in store.streams.sources()}
        for source in sources:
            if known.get(source.name.lower(), source.name) != source.name:
                raise UsageError(f"{source.name}: expected a new name, found one that {known[source.name.lower()]} has")
            store.streams.put_source(source.name, json.dumps(source_document(source)))
    for source in sources:
        library.custody.note(
            library.caller,
            "change_source" if source.name in known.values() else "add_source",
            f"source:{source.name}",
            masked=int(not source.keep_original),
        )
    scratch = Scratch()
    runner = JobRunner(settings, scratch.path)
    runner.start()
    try:
        with (
            kept_quick(settings.library),
            open_outlets(outlets, sources, lines=lines, allow_private=bool(settings.private_hooks)) as told,
        ):
            yield SourceWatches(library, told, say, frozenset(source.name for source in sources))
    finally:
        runner.end()
        scratch.close()
