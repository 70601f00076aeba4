"""What the Content Credentials of a copy say."""

from passerby.evidence.credentials import Statement
from passerby.redact.plan.plan import Plan


def statement_of(plan: Plan) -> Statement:
    """Of which original a copy is, by its hash, and which kinds of things are hidden in it, and how."""
    hidden = sorted({track.kind for track in plan.hidden})
    policy = plan.policy
    edits = f"{', '.join(hidden) or 'nothing'} hidden ({policy.style}); sound: {policy.audio.mode}"
    return Statement(plan.original.sha256, edits)
