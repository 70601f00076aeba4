"""A copy that was made, as whoever asked for it gets it, and as ``redact --json`` and ``--report`` tell of it.

The document is the copy's manifest: what was hidden, how, of what, by what and when; no pixel, and no path but the
names of files (docs/json.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Self

from passerby.documents import Document
from passerby.media.read.probe import ffmpeg_version
from passerby.notebook import facts
from passerby.redact.audit.result import Audit
from passerby.redact.audit.verdict import WORDS, State
from passerby.redact.make.redacted_still import RedactedStill
from passerby.redact.make.redacted_video import RedactedVideo
from passerby.redact.plan.plan import Plan
from passerby.redact.plan.policy import Policy
from passerby.redact.tell.summary import (
    counts,
    not_looked_for,
    not_looked_for_in_still,
    still_summary,
    summary,
    undone,
    warnings,
)
from passerby.version import __version__
from passerby.wording import in_unicode


@dataclass(frozen=True, slots=True)
class CopiedFrames:
    """What became of the pictures and the sound of a video."""

    frames: int  # in the copy
    hidden_frames: int  # of them with something hidden
    copied_groups: int  # groups of pictures that were taken over as they are
    muted_seconds: float
    dropped: tuple[str, ...]  # streams


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a video or a still image that is safer to share."""

    path: Path
    plan_path: Path | None  # where its plan is; that of a still image is not kept
    sha256: str  # in hex; "" for a copy that was not kept, since its audit failed
    is_signed: bool  # with Content Credentials
    plan: Plan
    audit: Audit | None  # None where it was not asked for; there is none of still images
    video: CopiedFrames | None  # None for a still image
    hidden: Mapping[str, int]  # how many tracks, or places of a still image, by kind or label
    not_looked_for: tuple[str, ...]  # what may be in it, since nobody looked for it
    metadata_dropped: tuple[str, ...]
    original_bytes: int
    began: datetime  # UTC
    ended: datetime
    warnings: tuple[str, ...]  # what must not be overlooked
    summary: tuple[str, ...]  # lines of words

    @classmethod
    def of_video(cls, made: RedactedVideo) -> Self:
        plan, rendered = made.plan, made.rendered
        return cls(
            path=made.request.target,
            plan_path=made.request.plan_target,
            sha256=made.copy_sha256,
            is_signed=made.is_kept and made.request.signing is not None,
            plan=plan,
            audit=made.audit,
            video=CopiedFrames(
                frames=rendered.frames,
                hidden_frames=rendered.hidden_frames,
                copied_groups=rendered.copied_groups,
                muted_seconds=float(sum(rendered.edited)),
                dropped=tuple(rendered.dropped),
            ),
            hidden=dict(sorted(counts(plan, rendered.frames_of).items())),
            not_looked_for=tuple(not_looked_for(plan.policy)),
            metadata_dropped=tuple(rendered.tags),
            original_bytes=made.original_bytes,
            began=made.began,
            ended=made.ended,
            warnings=(*warnings(plan), *undone(made)),
            summary=tuple(summary(made)),
        )

    @classmethod
    def of_still(cls, made: RedactedStill) -> Self:
        return cls(
            path=made.request.target,
            plan_path=None,
            sha256=made.copy_sha256,
            is_signed=made.request.signing is not None,
            plan=made.plan,
            audit=None,
            video=None,
            hidden=dict(sorted(counts(made.plan).items())),
            not_looked_for=tuple(not_looked_for_in_still(made.plan.policy)),
            metadata_dropped=made.metadata,
            original_bytes=made.original_bytes,
            began=made.began,
            ended=made.ended,
            warnings=tuple(warnings(made.plan)),
            summary=tuple(still_summary(made)),
        )

    @classmethod
    def of(cls, made: RedactedVideo | RedactedStill) -> Self:
        return cls.of_video(made) if isinstance(made, RedactedVideo) else cls.of_still(made)

    @property
    def is_kept(self) -> bool:
        """Whether the copy is there."""
        return bool(self.sha256)

    @property
    def state(self) -> State:
        """What its audit says of it."""
        return "not_audited" if self.audit is None else self.audit.state

    def document(self) -> Document:
        """All of it, as ``redact --json``."""
        original, video = self.plan.original, self.video
        made = {"name": in_unicode(self.path.name)} | ({} if video is None else {"kept": self.is_kept})
        head: Document = {
            "original": {"name": original.name, "sha256": original.sha256, "size_bytes": self.original_bytes},
            "copy": made | {"sha256": self.sha256, "signed": self.is_signed},
        }
        tail: Document = {
            "warnings": list(self.warnings),
            "summary": list(self.summary),
        }
        return head | (self._of_still() if video is None else self._of_video(video)) | tail

    def _of_video(self, video: CopiedFrames) -> Document:
        plan = self.plan
        return {
            "plan": "" if self.plan_path is None else in_unicode(self.plan_path.name),
            "policy": policy_document(plan.policy) | {"audio": plan.policy.audio.mode},
            "hidden": dict(self.hidden),
            "shown_tracks": [track.number for track in plan.tracks if not track.hidden],
            "not_looked_for": list(self.not_looked_for),
            "frames": video.frames,
            "frames_with_something_hidden": video.hidden_frames,
            "copied_groups": video.copied_groups,
            "muted_seconds": round(video.muted_seconds, 3),
            "dropped": list(video.dropped),
            "metadata_dropped": list(self.metadata_dropped),
            "damage": plan.original.damage,
            **self._made_by({"ffmpeg": ffmpeg_version()}),
            "audit": None if self.audit is None else self.audit.document(),
        }

    def _of_still(self) -> Document:
        return {
            "policy": policy_document(self.plan.policy),
            "hidden": dict(self.hidden),
            "not_looked_for": list(self.not_looked_for),
            "metadata_dropped": list(self.metadata_dropped),
            **self._made_by({}),
        }

    def _made_by(self, versions: Mapping[str, str]) -> Document:
        """By what and when, and what an audit says of it."""
        return {
            "models": [{"name": name, "sha256": digest} for name, digest in self.plan.models],
            "versions": {"passerby": __version__, **versions},
            "began": self.began.isoformat(timespec="seconds"),
            "ended": self.ended.isoformat(timespec="seconds"),
            "state": self.state,
        }

    def __repr__(self) -> str:
        told = ", ".join(f"{kind}: {count}" for kind, count in self.hidden.items())
        return f"Copy({str(self.path)!r}, hidden {{{told}}}, {self.state})"

    def _repr_html_(self) -> str:
        told = [("warning", line) for line in self.warnings] + [("", line) for line in self.summary]
        return facts(f"{self.path.name}: {WORDS[self.state]}", told)


def policy_document(policy: Policy) -> Document:
    """What was looked for and how it is hidden, as documents of copies tell it."""
    return {
        "hide": list(policy.hide),
        "objects": list(policy.objects),
        "style": policy.style,
        "shape": policy.shape,
        "effort": policy.effort,
        "thresholds": dict(policy.thresholds),
    }
