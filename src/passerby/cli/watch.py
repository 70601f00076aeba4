"""``passerby watch``: cameras, streams and folders, hidden before they are kept."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.context import Context, context_of
from passerby.cli.output import JsonOption, clean, print_error, print_json, table
from passerby.errors import UsageError
from passerby.times import format_timecode

if TYPE_CHECKING:
    from passerby.service.watched_sources import Sources
    from passerby.streams.outlet_settings import OutletSettings
    from passerby.streams.watch_source import WatchSource

app = typer.Typer(
    help="Watch cameras, streams and folders: people are hidden before anything is kept. `passerby watch start --help` "
    "tells all options of `passerby watch ADDRESS`."
)


@app.command("start")
def start(
    context: typer.Context,
    address: Annotated[
        str | None,
        typer.Argument(
            help="rtsp://, rtsps://, http(s)://, a device, a folder or a file that grows.  [default: all sources that "
            "the library knows]"
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="What the source is called.", metavar="NAME")] = None,
    config: Annotated[Path | None, typer.Option(help="A file of sources: docs/cameras.md.", metavar="FILE")] = None,
    hide: Annotated[
        str | None, typer.Option(help="What is hidden, with commas between.  [default: people]", metavar="KINDS")
    ] = None,
    keep: Annotated[
        str | None,
        typer.Option(help="How long what is recorded stays, such as 7d.  [default: for good]", metavar="TIME"),
    ] = None,
    max_size: Annotated[
        str | None, typer.Option(help="How much of it stays, such as 200GB; the oldest goes.", metavar="SIZE")
    ] = None,
    segment: Annotated[str | None, typer.Option(help="Length of a video.  [default: 60s]", metavar="TIME")] = None,
    settle: Annotated[
        str | None,
        typer.Option(help="In a folder: for how long a whole file has not changed.  [default: 5s]", metavar="TIME"),
    ] = None,
    cores: Annotated[
        float | None, typer.Option(help="Cores that looking may use; with less it is done less often.", metavar="N")
    ] = None,
    transport: Annotated[str | None, typer.Option(help="tcp or udp, for RTSP.  [default: tcp]", metavar="NAME")] = None,
    login: Annotated[
        str | None,
        typer.Option(help="Where user:password is: env:NAME or file:PATH; never in the address.", metavar="PLACE"),
    ] = None,
    zone: Annotated[
        str | None, typer.Option("--zone", help="The source's time zone, such as Europe/Berlin.  [default: UTC]")
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="The http(s) address may be in a private network.")
    ] = False,
    keep_original: Annotated[
        bool, typer.Option("--keep-original", help="Keep pictures as they are, people and all. This is noted.")
    ] = False,
    restream: Annotated[
        bool, typer.Option("--restream", help="Offer the hidden pictures as a stream in `passerby serve`.")
    ] = False,
    mqtt: Annotated[
        str | None, typer.Option(help="A broker that is told of events: mqtt://HOST or mqtts://HOST.", metavar="URL")
    ] = None,
    mqtt_login: Annotated[
        str | None, typer.Option(help="Where its user:password is: env:NAME or file:PATH.", metavar="PLACE")
    ] = None,
    events: Annotated[bool, typer.Option("--events", help="Write events to stdout, as lines of JSON.")] = False,
) -> int:
    """Watch until Ctrl-C. What is recorded is in the library minutes later, in a collection of the source's name."""
    options = context_of(context)
    told: dict[str, object] = {
        "address": address, "name": name, "hide": None if hide is None else [kind.strip() for kind in hide.split(",")],
        "keep": keep, "max_size": max_size, "segment": segment, "settle": settle, "cores": cores,
        "transport": transport, "login": login, "zone": zone, "allows_private": allow_private or None,
        "keep_original": keep_original or None, "restream": restream or None,
    }  # fmt: skip
    given = {key: value for key, value in told.items() if value is not None}
    sources, outlets = _asked(given, config, mqtt, mqtt_login)
    _watch(options, sources, outlets, events=events)
    return 0


@app.command("list")
def list_sources(context: typer.Context, as_json: JsonOption = False) -> None:
    """The sources that the library knows, and how each is."""
    from passerby.callers import CONSOLE

    with _opened(context_of(context)) as sources:
        found = sources.all(CONSOLE)
    if as_json:
        print_json({"sources": found})
        return
    rows = [("NAME", "KIND", "STATUS", "HIDDEN", "ADDRESS")]
    for each in found:
        state = each["state"]
        rows.append(
            (each["name"], each["kind"], state["status"], ",".join(each["hide"]), clean(str(each.get("address", ""))))
        )
    table(rows)


@app.command("status")
def status(context: typer.Context, as_json: JsonOption = False) -> None:
    """How each source is: pictures a second, delay, what is paused, what was lost."""
    from passerby.callers import CONSOLE

    with _opened(context_of(context)) as sources:
        found = sources.all(CONSOLE)
    if as_json:
        print_json({"sources": [{"name": each["name"], **each["state"]} for each in found]})
        return
    rows = [("NAME", "STATUS", "SIZE", "FRAMES/S", "DELAY", "LOOKS EVERY", "PAUSED", "DROPPED", "NOT LOOKED AT", "")]
    for each in found:
        state = each["state"]
        rows.append(
            (
                each["name"],
                state["status"],
                "x".join(map(str, state["size"])),
                f"{state['rate']:.1f}",
                f"{state['lag']:.1f} s",
                f"{state['look_interval']:.2f} s",
                ", ".join(state["paused"]) or "nothing",
                str(state["dropped"]),
                format_timecode(state["unlooked"]),
                clean(state["message"]),
            )
        )
    table(rows)


@app.command("remove")
def remove(context: typer.Context, name: Annotated[str, typer.Argument(help="Of the source.")]) -> None:
    """Have a source be watched no more. What was recorded stays in the library until it is forgotten."""
    from passerby.callers import CONSOLE

    with _opened(context_of(context)) as sources:
        sources.remove(CONSOLE, name)
    typer.echo(f"{name} is watched no more")


def _asked(
    given: dict[str, object], config: Path | None, mqtt: str | None, mqtt_login: str | None
) -> tuple[tuple[WatchSource, ...], OutletSettings]:
    """What is to be watched, by a file or by options; nothing, for all that the library knows."""
    from passerby.streams.outlet_settings import OutletSettings, parse_broker
    from passerby.streams.source_document import parse_source
    from passerby.streams.source_file import read_source_file, with_units

    outlets = OutletSettings(None if mqtt is None else parse_broker(mqtt, "--mqtt", login=mqtt_login or ""))
    if config is not None:
        if given:
            raise UsageError(f"--config: expected no other description of a source beside it, found {', '.join(given)}")
        found = read_source_file(config)
        return found.sources, found.outlets if mqtt is None else outlets
    if not given:
        return (), outlets
    if "address" not in given or "name" not in given:
        raise UsageError("expected an address and --name; or neither, for all sources that the library knows")
    return (parse_source(with_units(given, "watch"), "watch"),), outlets


def _watch(options: Context, wanted: tuple[WatchSource, ...], outlet_settings: OutletSettings, *, events: bool) -> None:
    from passerby.extras import needing
    from passerby.service.watch.watching import watching

    with needing("watch"):
        import watchfiles  # noqa: F401
    library = options.open_library()

    def say(line: str) -> None:
        if not options.quiet:
            print_error(f"passerby: {line}")

    with watching(library, wanted, outlet_settings, say, lines=sys.stdout if events else None) as watcher:
        if not options.quiet:
            what = ", ".join(source.name for source in wanted) or "all sources of the library"
            print_error(f"passerby: watching {what}; Ctrl-C ends it")
        with _ended_by_signals() as stop:
            watcher.run(stop)


@contextmanager
def _ended_by_signals() -> Iterator[threading.Event]:
    """An event that Ctrl-C or SIGTERM sets; a second Ctrl-C does not wait for what is being written."""
    stop = threading.Event()

    def end(number: int, frame: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _opened(options: Context) -> Iterator[Sources]:
    from passerby.service.watched_sources import Sources

    sources = Sources(options.settings(), options.open_custody())
    try:
        yield sources
    finally:
        sources.close()
