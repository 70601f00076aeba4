"""Copies and audits of a video that there is not, for tests of what is told of them."""

from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

from passerby.redact.audit.result import Audit
from passerby.redact.plan.plan import Original, Plan
from passerby.redact.plan.policy import Policy
from passerby.redact.tell.copy import CopiedFrames, Copy
from passerby.times import TimeBase

ORIGINAL = Original("street.mp4", "ab" * 32, 160, 96, TimeBase(Fraction(1, 25)), 50, 50, "")


def copy_of_nothing() -> Copy:
    """A copy in which nothing is hidden, without an audit."""
    return Copy(
        path=Path("safe.mp4"),
        plan_path=Path("safe.mp4.plan.json"),
        sha256="cd" * 32,
        is_signed=False,
        plan=Plan(ORIGINAL, Policy(), (), ()),
        audit=None,
        video=CopiedFrames(frames=50, hidden_frames=0, copied_groups=1, muted_seconds=0.0, dropped=()),
        hidden={},
        not_looked_for=("voices",),
        metadata_dropped=(),
        original_bytes=1000,
        began=datetime(2026, 3, 8, tzinfo=UTC),
        ended=datetime(2026, 3, 8, tzinfo=UTC),
        warnings=("nothing was found to hide",),
        summary=("hidden: nothing",),
    )


def audit_of_nothing(*problems: str) -> Audit:
    """An audit that has seen no face."""
    return Audit(
        original=Path("street.mp4"),
        copy=Path("safe.mp4"),
        frames=50,
        tracks=(),
        shown_faces=(),
        every=4,
        smallest_height=10,
        looked_with=("centerface",),
        has_sound=False,
        tags=(),
        streams=(),
        problems=problems,
        notes=(),
    )
