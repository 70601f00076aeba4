"""What the shell offers when a value is being typed: names of videos, labels, kinds, models, formats.

Typer asks while nothing has been run; whatever goes wrong here, there is nothing to offer, and no word on it.
"""

from __future__ import annotations

from collections.abc import Iterable

import typer

from passerby.cli.context import Context
from passerby.cli.label_counts import label_counts
from passerby.errors import PasserbyError

MOST = 200  # names, of which nobody reads more


def video_names(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of the library's videos; files are completed by the shell itself."""
    try:
        videos = _console(ctx).open_library().videos()
    except (PasserbyError, OSError):
        return []
    return _beginning((video.name for video in videos), incomplete)


def object_labels(ctx: typer.Context, incomplete: str) -> list[str]:
    """Labels that the detector of objects knows which the settings name."""
    return _beginning(_labels_to_find(_console(ctx)), incomplete)


def known_labels(ctx: typer.Context, incomplete: str) -> list[str]:
    """Those, and the ones that videos of the library have."""
    console = _console(ctx)
    try:
        there = [label for label, _ in label_counts(console.open_library())]
    except (PasserbyError, OSError):
        there = []
    return _beginning([*there, *_labels_to_find(console)], incomplete)


def _labels_to_find(console: Context) -> Iterable[str]:
    from passerby.models.catalog import find
    from passerby.models.roles import model_for

    try:
        return find(model_for("objects", console.settings())).labels
    except PasserbyError:
        return ()


def hidden_kinds(incomplete: str) -> list[str]:
    """Kinds behind those that are there already, with commas between."""
    from passerby.redact.plan.kinds import KINDS

    return _behind_comma([*KINDS, "text=pii", "none"], incomplete)


def stage_names(incomplete: str) -> list[str]:
    """Stages, the same way."""
    from passerby.stages import STAGES

    return _behind_comma(STAGES, incomplete)


def model_names(incomplete: str) -> list[str]:
    """Models of the catalog."""
    from passerby.model_shop import RECOMMENDED
    from passerby.models.catalog import entries

    return _beginning([RECOMMENDED, *(entry.name for entry in entries())], incomplete)


def export_formats(incomplete: str) -> list[str]:
    """Formats, of other packages too."""
    from passerby.export.formats import format_names

    return _beginning(format_names(), incomplete)


def _console(ctx: typer.Context) -> Context:
    """The options before the command, as far as they are typed: no command has begun that could have kept them."""
    return Context(library=ctx.find_root().params.get("library"))


def _behind_comma(names: Iterable[str], incomplete: str) -> list[str]:
    before, comma, last = incomplete.rpartition(",")
    given = before.split(",")
    return [f"{before}{comma}{name}" for name in names if name.startswith(last) and name not in given]


def _beginning(names: Iterable[str], incomplete: str) -> list[str]:
    return sorted({name for name in names if name.startswith(incomplete)})[:MOST]
