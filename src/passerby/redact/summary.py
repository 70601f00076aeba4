"""What became of a copy, in words: what is hidden, what was not looked for, and what else is in it or is not."""

from collections import Counter
from collections.abc import Iterator

from passerby.redact.audited import AuditResult
from passerby.redact.plan import Plan, printable_name
from passerby.redact.policy import KINDS, Policy
from passerby.redact.run import Redacted
from passerby.redact.verdict import WORDS
from passerby.times import format_timecode
from passerby.wording import counted

STYLES = {
    "solid": "filled with black",
    "pixelate": "pixelated, which can be guessed at",
    "blur": "blurred, which can sometimes be undone",
}
SPOKEN_PII = "names, phone and card numbers and e-mail addresses"


def summary(made: Redacted) -> list[str]:
    """Lines for the user."""
    plan = made.plan
    return [
        *_hidden(plan),
        f"not looked for: {', '.join(not_looked_for(plan.policy))}",
        *_shown(plan),
        _sound(plan.policy),
        *made.rendered.notes,
        *([f"the original is damaged: {plan.original.damage}"] if plan.original.damage else []),
        _audit(made.audit),
        f"plan: {printable_name(made.request.plan_target)}",
    ]


def warnings(plan: Plan) -> list[str]:
    """What a user must not overlook."""
    found = [] if plan.hidden else ["nothing was found to hide: the copy shows all that the original shows"]
    audio = plan.policy.audio
    if audio.pii and not audio.spans:
        found.append("nothing was heard that is to be muted: all of the sound is in the copy")
    if plan.policy.seconds is not None:
        found.append(f"nothing is hidden but {_within(plan)}")
    return found


def not_looked_for(policy: Policy) -> list[str]:
    """What may be in the copy, since nobody looked for it."""
    left = [kind for kind in KINDS if kind not in policy.hide]
    if "people" in policy.hide:
        left = [kind for kind in left if kind not in ("faces", "heads")]
    return [*left, "voices", "clothes and gait", "places"]


def counts(plan: Plan) -> Counter[str]:
    """How many tracks of each kind are hidden."""
    return Counter(track.kind if track.kind != "object" else track.label for track in plan.hidden)


def _audit(audit: AuditResult | None) -> str:
    if audit is None:
        return f"audit: {WORDS['not_audited']}; see `passerby audit`"
    return f"audit: {WORDS[audit.state]}: {audit.verdict}"


def _hidden(plan: Plan) -> Iterator[str]:
    found = ", ".join(f"{kind} in {counted(number, 'track')}" for kind, number in sorted(counts(plan).items()))
    yield f"hidden: {found or 'nothing'}" + (f" ({STYLES[plan.policy.style]})" if found else "")
    if plan.policy.seconds is not None:
        yield f"hidden only {_within(plan)}: the rest of the video shows all that the original shows"


def _within(plan: Plan) -> str:
    """When anything is hidden at all, of a plan that says so."""
    start, end = plan.policy.seconds or (0, 0)
    is_open = end >= plan.original.time_base.seconds(plan.original.duration)
    return f"from {format_timecode(float(start))} to {'the end' if is_open else format_timecode(float(end))}"


def _shown(plan: Plan) -> Iterator[str]:
    shown = [str(track.number) for track in plan.tracks if not track.hidden]
    if shown:
        yield f"left visible as asked: {'track' if len(shown) == 1 else 'tracks'} {', '.join(shown)}"


def _sound(policy: Policy) -> str:
    match policy.audio.mode:
        case "drop":
            return "sound: dropped; no voice is left"
        case "keep":
            return "sound: kept; voices can be heard and recognised"
        case mode:
            spans = counted(len(policy.audio.spans), "span")
            what = {"mute": "muted", "bleep": "bleeped"}[mode]
            heard = f" (with {SPOKEN_PII} that were heard, by rules that miss some)" if policy.audio.pii else ""
            return f"sound: {what} in {spans}{heard}; elsewhere voices can be heard"
