"""What is asked for when a copy is to be made."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from passerby.evidence.credentials import Signing
from passerby.media.write.encoders import AS_USUAL, CodingWish
from passerby.redact.plan.kinds import FoundKind
from passerby.redact.plan.policy import Policy, Subjects, names_in


def needs_look(changes: Mapping[str, Any]) -> list[str]:
    """Which of these changes to a policy only a new look can make."""
    named = sorted(names_in(Subjects) & changes.keys())
    return [*named, *(["audio"] if "audio" in changes and changes["audio"].pii else [])]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked for."""

    source: Path
    target: Path
    policy: Policy
    join_tracks: bool = False  # those that are one passer-by by place and time
    plan: Path | None = None  # a plan that was made before, and perhaps edited: then nothing is looked for
    overwrite: bool = False
    allow_truncated: bool = False
    allow_copy: bool = True  # of groups of pictures in which nothing is hidden
    audit: bool = False
    keep_leaky: bool = False  # keep a copy that fails the audit
    leave_doubtful: bool = False  # make no copy at whose plan a person should look first (audit.unattended)
    signing: Signing | None = None  # Content Credentials, if any
    speech_model: str = ""  # transcribes (empty: the usual one), where the policy needs to know what is said
    text_reader: str = ""  # reads (empty: the usual one), where it needs to know what is on screen
    coding: CodingWish = AS_USUAL  # of the pictures
    margins: tuple[tuple[FoundKind, float], ...] = ()  # by how much boxes of a kind are wider and higher than usual
    makes_folders: bool = False  # those of the copy that are not there are made before it is written
    run: str = ""  # in which the copy may be begun again after an attempt was lost; "": it is made once

    @property
    def plan_target(self) -> Path:
        """Where the plan is written."""
        return self.target.with_name(f"{self.target.name}.plan.json")


def from_anywhere(request: Request) -> Request:
    """The same, for a process that is in another folder."""
    signing = request.signing
    if signing is not None:
        signing = replace(signing, certificate=signing.certificate.absolute(), key=signing.key.absolute())
    return replace(request, source=request.source.absolute(), target=request.target.absolute(), signing=signing)
