"""A copy that was made, as one JSON document: the manifest of ``redact --report`` and ``--json``, in docs/json.md.

What was hidden, how, of what, by what and when; no pixel, and no path but the names of files.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from passerby.media.read.probe import ffmpeg_version
from passerby.redact.make.made_copy import MadeCopy
from passerby.redact.make.still import RedactedStill
from passerby.redact.make.video import Redacted
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

# The order in which people read it; a still image has fewer of them.
KEYS = (
    *("original", "copy", "plan", "policy"),
    *("hidden", "shown_tracks", "not_looked_for"),
    *("frames", "frames_with_something_hidden", "copied_groups", "muted_seconds"),
    *("dropped", "metadata_dropped", "damage"),
    *("models", "versions", "began", "ended"),
    *("state", "audit", "warnings", "summary"),
)

NOTHING: Mapping[str, Any] = MappingProxyType({})


def redaction_document(made: Redacted) -> dict[str, Any]:
    """The manifest of a copy of a video."""
    plan, rendered = made.plan, made.rendered
    return _in_order(
        {
            **_shared(made, copy={"kept": made.is_kept}, policy={"audio": plan.policy.audio.mode}),
            "plan": in_unicode(made.request.plan_target.name),
            "hidden": dict(sorted(counts(plan, rendered.frames_of).items())),
            "shown_tracks": [track.number for track in plan.tracks if not track.hidden],
            "not_looked_for": not_looked_for(plan.policy),
            "frames": rendered.frames,
            "frames_with_something_hidden": rendered.hidden_frames,
            "copied_groups": rendered.copied_groups,
            "muted_seconds": round(float(sum(rendered.edited)), 3),
            "dropped": list(rendered.dropped),
            "metadata_dropped": list(rendered.tags),
            "damage": plan.original.damage,
            "versions": {"passerby": __version__, "ffmpeg": ffmpeg_version()},
            "state": "not_audited" if made.audit is None else made.audit.state,
            "audit": None if made.audit is None else made.audit.document(),
            "warnings": [*warnings(plan), *undone(made)],
            "summary": summary(made),
        }
    )


def still_document(made: RedactedStill) -> dict[str, Any]:
    """The manifest of a copy of a still image."""
    return _in_order(
        {
            **_shared(made),
            "hidden": dict(sorted(counts(made.plan).items())),
            "not_looked_for": not_looked_for_in_still(made.plan.policy),
            "metadata_dropped": list(made.metadata),
            "versions": {"passerby": __version__},
            "state": "not_audited",
            "warnings": warnings(made.plan),
            "summary": still_summary(made),
        }
    )


def _shared(made: MadeCopy, copy: Mapping[str, Any] = NOTHING, policy: Mapping[str, Any] = NOTHING) -> dict[str, Any]:
    """What is told of both; ``copy`` and ``policy`` are what is told of these in one of them only."""
    original, chosen, request = made.plan.original, made.plan.policy, made.request
    return {
        "original": {"name": original.name, "sha256": original.sha256, "size_bytes": made.original_bytes},
        "copy": {
            "name": in_unicode(request.target.name),
            **copy,
            "sha256": made.copy_sha256,
            "signed": made.is_kept and request.signing is not None,
        },
        "policy": {
            "hide": list(chosen.hide),
            "objects": list(chosen.objects),
            "style": chosen.style,
            "shape": chosen.shape,
            "effort": chosen.effort,
            **policy,
        },
        "models": [{"name": name, "sha256": digest} for name, digest in made.plan.models],
        "began": made.began.isoformat(timespec="seconds"),
        "ended": made.ended.isoformat(timespec="seconds"),
    }


def _in_order(document: Mapping[str, Any]) -> dict[str, Any]:
    return {key: document[key] for key in KEYS if key in document}
