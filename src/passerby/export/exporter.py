"""From the name of a format to the file of a video in it."""

from importlib import import_module
from typing import Any

from passerby.errors import EmptyExportError, PluginError, UsageError
from passerby.export.formats import FORMATS, Format, format_names
from passerby.export.known import Known
from passerby.export.speech_insight import why_no_speech
from passerby.plugins import Plugin, plugins_of
from passerby.records import StoredVideo
from passerby.store.library import Store
from passerby.wording import meant_instead


def export(store: Store, video: StoredVideo, name: str, address: str | None, *, may_be_empty: bool = True) -> bytes:
    """The file in the format ``name``; ``address`` is where the video is on the web, for formats that refer to it.

    Raises UsageError for a format that there is not, or that needs an address; MissingExtraError; PluginError for what
    another package adds and cannot be used; and, unless it ``may_be_empty``, EmptyExportError for a file that would
    hold nothing.
    """
    content = _written(store, video, name, address)
    if not may_be_empty:
        _require_content(store, video, name, content)
    return content


def _written(store: Store, video: StoredVideo, name: str, address: str | None) -> bytes:
    if name in FORMATS:
        return _own(FORMATS[name], store, video, address)
    plugin = plugins_of("passerby.exports", FORMATS).get(name)
    if plugin is None:
        raise UsageError(f"no format is called {name!r}; {meant_instead(name, format_names())}")
    return _from_outside(plugin, Known.of(store, video))


def _require_content(store: Store, video: StoredVideo, name: str, content: bytes) -> None:
    """Raise EmptyExportError, with the reason, for the file of a video in the format ``name`` that holds nothing."""
    chosen = FORMATS.get(name)
    if content not in (b"", b"" if chosen is None else chosen.empty):
        return
    if chosen is not None and chosen.holds == "speech":
        raise EmptyExportError(f"{why_no_speech(store, video)}; a file in the format {name} would hold nothing")
    raise EmptyExportError(f"{video.name}: nothing is known of it that a file in the format {name} could hold")


def _own(chosen: Format, store: Store, video: StoredVideo, address: str | None) -> bytes:
    module, _, function = chosen.function.partition(":")
    write: Any = getattr(import_module(module), function)
    match chosen.takes:
        case "known":
            content: bytes = write(Known.of(store, video))
        case "addressed":
            content = write(Known.of(store, video), address)
        case "store":
            content = write(store, video)
    return content


def _from_outside(plugin: Plugin, known: Known) -> bytes:
    write = plugin.load()
    if not callable(write):
        raise PluginError(f"{plugin.where}: expected a function of what is known of a video, found {write!r}")
    content = write(known)
    if not isinstance(content, bytes):
        raise PluginError(f"{plugin.where}: expected it to give bytes, found {type(content).__name__}")
    return content
