"""``passerby watch``: cameras, streams and folders, hidden before they are kept."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.cli.context import Context, context_of
from passerby.cli.options import command_of
from passerby.cli.output import JsonOption, clean, print_error, print_json, table
from passerby.cli.watch_options import WatchOptions
from passerby.times import format_timecode

if TYPE_CHECKING:
    from passerby.service.watched_sources import Sources

app = typer.Typer(
    help="Watch cameras, streams and folders: people are hidden before anything is kept. `passerby watch start --help` "
    "tells all options of `passerby watch ADDRESS`."
)


def run(context: typer.Context, options: WatchOptions) -> int:
    """Watch until Ctrl-C. What is recorded is in the library minutes later, in a collection of the source's name."""
    from passerby.extras import needing

    with needing("watch"):
        from passerby.service.watch.watching import watching
    sources, outlets = options.asked()
    here = context_of(context)

    def say(line: str) -> None:
        if not here.quiet:
            print_error(f"passerby: {line}")

    with watching(here.open_library(), sources, outlets, say, lines=sys.stdout if options.events else None) as watch:
        say(f"watching {', '.join(source.name for source in sources) or 'all sources of the library'}; Ctrl-C ends it")
        with _ended_by_signals() as stop:
            watch.run(stop)
    return 0


app.command("start")(command_of(WatchOptions, run))


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
