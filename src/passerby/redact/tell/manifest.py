"""A copy that was made, as one JSON document: the manifest of ``redact --report`` and ``--json``, in docs/json.md."""

from typing import Any

from passerby.media.read.probe import ffmpeg_version
from passerby.redact.make.video import Redacted
from passerby.redact.tell.summary import counts, not_looked_for, summary, undone, warnings
from passerby.version import __version__
from passerby.wording import in_unicode


def redaction_document(made: Redacted) -> dict[str, Any]:
    """What was hidden, how, of what, by what and when; no pixel, and no path but the names of files."""
    plan = made.plan
    original, policy = plan.original, plan.policy
    return {
        "original": {"name": original.name, "sha256": original.sha256, "size_bytes": made.original_bytes},
        "copy": {
            "name": in_unicode(made.request.target.name),
            "kept": made.is_kept,
            "sha256": made.copy_sha256,
            "signed": made.is_kept and made.request.signing is not None,
        },
        "plan": in_unicode(made.request.plan_target.name),
        "policy": {
            "hide": list(policy.hide),
            "objects": list(policy.objects),
            "style": policy.style,
            "shape": policy.shape,
            "effort": policy.effort,
            "audio": policy.audio.mode,
        },
        "hidden": dict(sorted(counts(plan, made.rendered.frames_of).items())),
        "shown_tracks": [track.number for track in plan.tracks if not track.hidden],
        "not_looked_for": not_looked_for(policy),
        "frames": made.rendered.frames,
        "frames_with_something_hidden": made.rendered.hidden_frames,
        "copied_groups": made.rendered.copied_groups,
        "muted_seconds": round(float(sum(made.rendered.edited)), 3),
        "dropped": list(made.rendered.dropped),
        "metadata_dropped": list(made.rendered.tags),
        "damage": original.damage,
        "models": [{"name": name, "sha256": digest} for name, digest in plan.models],
        "versions": {"passerby": __version__, "ffmpeg": ffmpeg_version()},
        "began": made.began.isoformat(timespec="seconds"),
        "ended": made.ended.isoformat(timespec="seconds"),
        "state": "not_audited" if made.audit is None else made.audit.state,
        "audit": None if made.audit is None else made.audit.document(),
        "warnings": [*warnings(plan), *undone(made)],
        "summary": summary(made),
    }
