"""A copy of a still image that was made, as one JSON document, like ``redaction_document.py`` for videos."""

from typing import Any

from passerby.redact.audit.verdict import WORDS
from passerby.redact.make.still import RedactedStill
from passerby.redact.tell.summary import STYLES, counts, not_found, not_looked_for, warnings
from passerby.version import __version__
from passerby.wording import counted, in_unicode


def still_document(made: RedactedStill) -> dict[str, Any]:
    """What was hidden, how, of what, by what and when; no pixel, and no path but the names of files."""
    plan, policy = made.plan, made.plan.policy
    return {
        "original": {"name": plan.original.name, "sha256": plan.original.sha256, "size_bytes": made.original_bytes},
        "copy": {
            "name": in_unicode(made.request.target.name),
            "sha256": made.copy_sha256,
            "signed": made.request.signing is not None,
        },
        "policy": {
            "hide": list(policy.hide),
            "objects": list(policy.objects),
            "style": policy.style,
            "shape": policy.shape,
            "effort": policy.effort,
        },
        "hidden": dict(sorted(counts(plan).items())),
        "not_looked_for": _not_looked_for(made),
        "metadata_dropped": list(made.metadata),
        "models": [{"name": name, "sha256": digest} for name, digest in plan.models],
        "versions": {"passerby": __version__},
        "began": made.began.isoformat(timespec="seconds"),
        "ended": made.ended.isoformat(timespec="seconds"),
        "state": "not_audited",
        "warnings": warnings(plan),
        "summary": _summary(made),
    }


def _not_looked_for(made: RedactedStill) -> list[str]:
    return [what for what in not_looked_for(made.plan.policy) if what != "voices"]


def _summary(made: RedactedStill) -> list[str]:
    found = ", ".join(f"{kind} in {counted(number, 'place')}" for kind, number in sorted(counts(made.plan).items()))
    return [
        f"hidden: {found} ({STYLES[made.plan.policy.style]})" if found else "hidden: nothing",
        *not_found(made.plan),
        f"not looked for: {', '.join(_not_looked_for(made))}",
        f"dropped: {', '.join(made.metadata) or 'nothing: there was no metadata'}",
        f"audit: {WORDS['not_audited']}; there is none of stills: look at the copy yourself",
    ]
