"""The options of ``passerby redact``, and what they add up to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from passerby.cli.complete import hidden_kinds, object_labels, video_names
from passerby.cli.hide_kinds import NOTHING, parse_hides
from passerby.cli.output import JsonOption
from passerby.errors import UsageError
from passerby.files.publish import check_side_file
from passerby.redact.plan.kinds import KINDS
from passerby.redact.plan.policy import parse_audios, parse_drawn, parse_until, parse_zone
from passerby.redact.plan.presets import PRESETS

if TYPE_CHECKING:
    from passerby.evidence.credentials import Signing
    from passerby.redact.make.copy_options import CopyOptions, PolicyChanges

Given = TypeVar("Given")
Value = TypeVar("Value")


class StyleChoice(StrEnum):
    """How a place is hidden."""

    SOLID = "solid"
    PIXELATE = "pixelate"
    BLUR = "blur"


class CodecChoice(StrEnum):
    """How pictures are coded."""

    H264 = "h264"
    HEVC = "hevc"
    VP9 = "vp9"
    AV1 = "av1"


class QualityChoice(StrEnum):
    """How well."""

    LOW = "low"
    USUAL = "usual"
    HIGH = "high"


class Kept(StrEnum):
    """Streams that can be kept."""

    SUBTITLES = "subtitles"
    CHAPTERS = "chapters"
    DATA = "data"
    ATTACHMENTS = "attachments"
    COVERS = "covers"


@dataclass(frozen=True, slots=True)
class RedactOptions:
    """All of them, in the order of the help."""

    sources: Annotated[
        list[str],
        typer.Argument(
            help="Videos, still images, and folders of them; a video may be s3://BUCKET/KEY, or one of the library.",
            metavar="SOURCE...",
            autocompletion=video_names,
        ),
    ]
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The copy: a new file; of a folder or several, a folder.")
    ] = None
    preset: Annotated[
        str | None,
        typer.Option(
            help=f"A written policy, {', '.join(PRESETS)}: what else is named here is done in place of what it says.",
            metavar="NAME",
        ),
    ] = None
    hide: Annotated[
        list[str] | None,
        typer.Option(
            help=f"What, with commas between: {','.join(KINDS)}; text=PATTERN for text that matches a regular "
            f"expression, text=pii for e-mail addresses, phone and card numbers and names with a title; {NOTHING}, to "
            "hide what other options name alone. May be repeated.  [default: faces]",
            metavar="KINDS",
            autocompletion=hidden_kinds,
        ),
    ] = None
    hide_object: Annotated[
        list[str] | None,
        typer.Option(
            help="An object by its label, such as laptop; may be repeated.",
            metavar="LABEL",
            autocompletion=object_labels,
        ),
    ] = None
    zone: Annotated[
        list[str] | None,
        typer.Option(
            "--zone",
            help="A fixed place: X1,Y1,X2,Y2, with @START-END for a while only; may be repeated.",
            metavar="ZONE",
        ),
    ] = None
    draw: Annotated[
        list[str] | None,
        typer.Option(
            help="A place that moves: TIME=X1,Y1,X2,Y2 for each time, semicolons between; may be repeated.",
            metavar="PLACES",
        ),
    ] = None
    since: Annotated[str | None, typer.Option("--from", help="Hide from this time on.", metavar="TIME")] = None
    until: Annotated[str | None, typer.Option("--to", help="Hide up to this time.", metavar="TIME")] = None
    show_track: Annotated[
        list[int] | None, typer.Option(help="A track that stays visible, by its number; may be repeated.", metavar="N")
    ] = None
    only_track: Annotated[
        list[int] | None,
        typer.Option(help="Hide this track, no other that was found; may be repeated.", metavar="N"),
    ] = None
    style: Annotated[StyleChoice | None, typer.Option(help="How places are hidden.  [default: solid]")] = None
    round_: Annotated[bool, typer.Option("--round", help="Hide ellipses instead of boxes.")] = False
    margin: Annotated[
        list[str] | None,
        typer.Option(
            "--margin",
            help="Boxes so many times as wide and as high as usual, from 1 to 4: 1.5, or of one kind faces=1.5; may be "
            "repeated.",
            metavar="FACTOR",
        ),
    ] = None
    threshold: Annotated[
        list[str] | None,
        typer.Option(
            "--threshold",
            help="How certain a find must be to be hidden, where less than usual is enough: 0.25, or of one kind "
            "faces=0.2. Lower hides more, higher is refused. May be repeated.",
            metavar="SCORE",
        ),
    ] = None
    careful: Annotated[bool, typer.Option("--careful", help="Look at every frame, closely; takes long.")] = False
    fast: Annotated[bool, typer.Option("--fast", help="Look at fewer frames.")] = False
    audio: Annotated[
        list[str] | None,
        typer.Option(
            help="drop, keep, mute=SPANS or bleep=SPANS, as in mute=0:10-0:12,1:00-1:01; among the spans may be pii, "
            "for names, phone and card numbers and e-mail addresses that are said. May be repeated: spans add up.  "
            "[default: drop]",
            metavar="SOUND",
        ),
    ] = None
    keep: Annotated[list[Kept] | None, typer.Option(help="A kind of stream that is not dropped; may be repeated.")] = (
        None
    )
    join_tracks: Annotated[
        bool,
        typer.Option("--join-tracks", help="Make one track of those that are one passer-by, by place and time."),
    ] = False
    plan: Annotated[
        Path | None, typer.Option(help="A plan that was made before, perhaps edited: nothing is looked for.")
    ] = None
    tracks: Annotated[
        Path | None,
        typer.Option(help="Make no copy, but a page with a picture and the number of each track.", metavar="HTML"),
    ] = None
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Tell what would be looked for, made, dropped and refused, without a look; write nothing."
        ),
    ] = False
    codec: Annotated[
        CodecChoice | None,
        typer.Option("--codec", help="Code all pictures so.  [default: as the original, where the file takes it]"),
    ] = None
    quality: Annotated[
        QualityChoice,
        typer.Option(
            "--quality", help="Code all pictures so well: low halves the size or more, high doubles it or more."
        ),
    ] = QualityChoice.USUAL
    no_copy: Annotated[
        bool, typer.Option("--no-copy", help="Encode groups of pictures with nothing to hide anew, too.")
    ] = False
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over files that are there.")] = False
    allow_truncated: Annotated[
        bool, typer.Option("--allow-truncated", help="Take a damaged original as far as it can be read.")
    ] = False
    audit: Annotated[bool, typer.Option("--audit", help="Look at the copy again; write none that shows a face.")] = (
        False
    )
    keep_leaky: Annotated[bool, typer.Option("--keep-leaky", help="Keep a copy that fails the audit.")] = False
    leave_doubtful: Annotated[
        bool,
        typer.Option("--leave-doubtful", help="Make no copy at which a person should look first; keep its plan."),
    ] = False
    c2pa: Annotated[
        Path | None,
        typer.Option(
            "--c2pa", help="Sign the copy (C2PA) with this chain of certificates, a PEM file.", metavar="CERTIFICATES"
        ),
    ] = None
    c2pa_key: Annotated[
        Path | None, typer.Option("--c2pa-key", help="The private key to sign with, a PEM file.", metavar="KEY")
    ] = None
    report: Annotated[Path | None, typer.Option(help="Write all about the copy to this JSON file.")] = None
    jobs: Annotated[int, typer.Option(min=1, help="How many files at once, of several.", metavar="N")] = 1
    engine: Annotated[
        str | None,
        typer.Option(
            "--engine", help="What copies the files of a folder: local, ray or ray://HOST:PORT.", metavar="ENGINE"
        ),
    ] = None
    as_json: JsonOption = False

    @property
    def is_of_several(self) -> bool:
        """Whether copies go to a folder."""
        to_folder = self.out is not None and self.out.is_dir()
        return len(self.sources) > 1 or os.path.isdir(self.sources[0]) or to_folder

    def policy_changes(self) -> PolicyChanges:
        """What a policy asks for that differs from its defaults, or from a plan's. Raises UsageError."""
        changes = self._looked_for()
        if self.zone:
            changes["zones"] = [_named("--zone", parse_zone, text) for text in self.zone]
        if self.draw:
            changes["drawn"] = [_named("--draw", parse_drawn, text) for text in self.draw]
        if self.show_track:
            changes["show_tracks"] = self.show_track
        if self.only_track:
            changes["only_tracks"] = self.only_track
        if self.style:
            changes["style"] = self.style.value
        if self.round_:
            changes["shape"] = "round"
        if self.audio:
            changes["audio"] = _named("--audio", parse_audios, self.audio)
        if self.keep:
            changes["keep_streams"] = [kind.value for kind in self.keep]
        if self.since is not None or self.until is not None:
            changes["seconds"] = parse_until(self.since, self.until)
        return changes

    def _looked_for(self) -> PolicyChanges:
        """Those changes that a new look is needed for."""
        if self.careful and self.fast:
            raise UsageError("expected --careful or --fast, found both")
        changes: PolicyChanges = {}
        if self.careful or self.fast:
            changes["effort"] = "careful" if self.careful else "fast"
        if self.threshold:
            changes["thresholds"] = self.threshold
        if self.hide_object:
            changes["objects"] = self.hide_object
        if self.hide:
            changes.update(parse_hides(self.hide))
        return changes

    def check(self) -> None:
        """See that the options go together, and, before any work is done, that what is written besides the copy can be.

        Raises UsageError, and OutputError for a file that cannot be written.
        """
        if self.keep_leaky and not self.audit:
            raise UsageError("--keep-leaky: expected --audit with it, found none; no copy is audited without")
        taken = [
            *map(Path, self.sources),
            *([] if self.out is None else [self.out, self.out.with_name(f"{self.out.name}.plan.json")]),
        ]
        taken += [] if self.plan is None else [self.plan]
        for what, path in {"the page": self.tracks, "the report": self.report}.items():
            if path is not None:
                check_side_file(path, what, taken, overwrite=self.overwrite)
                taken.append(path)

    def copy_options(self, changes: PolicyChanges) -> CopyOptions:
        """Those changes, and how the copy is made and checked. Raises UsageError."""
        return {
            **changes,
            "preset": self.preset or "",
            "join_tracks": self.join_tracks,
            "plan": self.plan,
            "overwrite": self.overwrite,
            "allow_truncated": self.allow_truncated,
            "allow_copy": not self.no_copy,
            "audit": self.audit,
            "keep_leaky": self.keep_leaky,
            "leave_doubtful": self.leave_doubtful,
            "signing": self._signing(),
            "codec": None if self.codec is None else self.codec.value,
            "quality": self.quality.value,
            "margins": self.margin or [],
        }

    def _signing(self) -> Signing | None:
        """What the copy is signed with; None if it is not to be. Raises UsageError."""
        from passerby.evidence.credentials import Signing

        if self.c2pa is None and self.c2pa_key is None:
            return None
        if self.c2pa is None or self.c2pa_key is None:
            raise UsageError("expected both --c2pa and --c2pa-key, found one of them")
        return Signing(self.c2pa, self.c2pa_key)


def _named(option: str, parse: Callable[[Given], Value], given: Given) -> Value:
    """What ``parse`` makes of what was given; its errors say which option that was."""
    try:
        return parse(given)
    except UsageError as error:
        raise UsageError(f"{option}: {str(error).removeprefix(f'{option}: ')}") from error
