"""The options of ``passerby watch start``, and what they add up to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from passerby.errors import UsageError

if TYPE_CHECKING:
    from passerby.streams.outlet_settings import OutletSettings
    from passerby.streams.watch_source import WatchSource


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """All of them, in the order of the help. What is None was not said."""

    address: Annotated[
        str | None,
        typer.Argument(
            help="rtsp://, rtsps://, http(s)://, a device, a folder or a file that grows.  [default: all sources that "
            "the library knows]",
            metavar="[ADDRESS]",
        ),
    ] = None
    name: Annotated[str | None, typer.Option("--name", help="What the source is called.", metavar="NAME")] = None
    config: Annotated[
        Path | None, typer.Option("--config", help="A file of sources: docs/cameras.md.", metavar="FILE")
    ] = None
    hide: Annotated[
        str | None,
        typer.Option("--hide", help="What is hidden, with commas between.  [default: people]", metavar="KINDS"),
    ] = None
    keep: Annotated[
        str | None,
        typer.Option(
            "--keep", help="How long what is recorded stays, such as 7d.  [default: for good]", metavar="TIME"
        ),
    ] = None
    max_size: Annotated[
        str | None,
        typer.Option("--max-size", help="How much of it stays, such as 200GB; the oldest goes.", metavar="SIZE"),
    ] = None
    segment: Annotated[
        str | None, typer.Option("--segment", help="Length of one recording.  [default: 60s]", metavar="TIME")
    ] = None
    settle: Annotated[
        str | None,
        typer.Option(
            "--settle", help="In a folder: for how long a whole file has not changed.  [default: 5s]", metavar="TIME"
        ),
    ] = None
    cores: Annotated[
        float | None,
        typer.Option("--cores", help="Cores that looking may use; with less it is done less often.", metavar="N"),
    ] = None
    transport: Annotated[
        str | None, typer.Option("--transport", help="tcp or udp, for RTSP.  [default: tcp]", metavar="PROTOCOL")
    ] = None
    login: Annotated[
        str | None,
        typer.Option(
            "--login", help="Where user:password is: env:NAME or file:PATH; never in the address.", metavar="PLACE"
        ),
    ] = None
    zone: Annotated[
        str | None,
        typer.Option("--time-zone", help="The source's, such as Europe/Berlin.  [default: UTC]", metavar="ZONE"),
    ] = None
    allows_private: Annotated[
        bool, typer.Option("--allow-private", help="The http(s) address may be in a private network.")
    ] = False
    keep_original: Annotated[
        bool, typer.Option("--keep-original", help="Keep pictures as they are, people and all. This is noted.")
    ] = False
    keep_original_for: Annotated[
        str | None,
        typer.Option(
            "--keep-original-for",
            help="How long pictures with people in them stay.  [default: as --keep]",
            metavar="TIME",
        ),
    ] = None
    restream: Annotated[
        bool, typer.Option("--restream", help="Offer the hidden pictures as a stream in `passerby serve`.")
    ] = False
    mqtt: Annotated[
        str | None,
        typer.Option("--mqtt", help="A broker that is told of events: mqtt://HOST or mqtts://HOST.", metavar="URL"),
    ] = None
    mqtt_login: Annotated[
        str | None,
        typer.Option("--mqtt-login", help="Where its user:password is: env:NAME or file:PATH.", metavar="PLACE"),
    ] = None
    events: Annotated[bool, typer.Option("--events", help="Write events to stdout, as lines of JSON.")] = False

    def asked(self) -> tuple[tuple[WatchSource, ...], OutletSettings]:
        """What is to be watched, and whom events are told. No sources stands for all that the library knows.

        Raises UsageError, VocabularyError.
        """
        from passerby.streams.outlet_settings import OutletSettings, parse_broker
        from passerby.streams.source_document import parse_source
        from passerby.streams.source_file import read_source_file, with_units

        given = self._description()
        outlets = OutletSettings(
            None if self.mqtt is None else parse_broker(self.mqtt, "--mqtt", login=self.mqtt_login or "")
        )
        if self.config is not None:
            if given:
                raise UsageError(f"--config: expected no source described beside it, found {', '.join(given)}")
            found = read_source_file(self.config)
            return found.sources, found.outlets if self.mqtt is None else outlets
        if not given:
            return (), outlets
        if "address" not in given or "name" not in given:
            raise UsageError("expected an address and --name; or neither, for all sources that the library knows")
        if self.keep_original_for is not None and not self.keep_original:
            raise UsageError("--keep-original-for: expected --keep-original beside it; without it, nobody is kept")
        return (parse_source(with_units(given, "watch"), "watch"),), outlets

    def _description(self) -> dict[str, object]:
        told: dict[str, object] = {
            "address": self.address,
            "name": self.name,
            "hide": None if self.hide is None else [kind.strip() for kind in self.hide.split(",")],
            "keep": self.keep,
            "max_size": self.max_size,
            "segment": self.segment,
            "settle": self.settle,
            "cores": self.cores,
            "transport": self.transport,
            "login": self.login,
            "zone": self.zone,
            "allows_private": self.allows_private or None,
            "keep_original": self.keep_original or None,
            "keep_original_for": self.keep_original_for,
            "restream": self.restream or None,
        }
        return {key: value for key, value in told.items() if value is not None}
