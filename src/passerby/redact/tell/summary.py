"""What became of a copy, in words: what is hidden, what was not looked for, and what else is in it or is not."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from fractions import Fraction

from passerby.redact.audit.result import Audit
from passerby.redact.audit.verdict import WORDS
from passerby.redact.look.sightings import UNREAD
from passerby.redact.look.thresholds import USUAL
from passerby.redact.make.redacted_still import RedactedStill
from passerby.redact.make.redacted_video import RedactedVideo
from passerby.redact.make.shortfalls import not_hidden
from passerby.redact.plan.kinds import KINDS
from passerby.redact.plan.plan import HiddenTrack, Plan
from passerby.redact.plan.policy import Policy
from passerby.times import format_timecode
from passerby.wording import counted, in_unicode

STYLES = {
    "solid": "filled with black",
    "pixelate": "pixelated, which can be guessed at",
    "blur": "blurred, which can sometimes be undone",
}
MOST_SPANS = 5  # that are told one by one
SPOKEN_PII = "names, phone and card numbers and e-mail addresses"


def summary(made: RedactedVideo) -> list[str]:
    """Lines for the user."""
    plan = made.plan
    return [
        *_hidden(made),
        *not_found(plan),
        f"not looked for: {', '.join(not_looked_for(plan.policy))}",
        *less_certain(plan.policy),
        *_shown(plan),
        _sound(plan.policy, made.rendered.edited),
        *_unclear(plan.policy),
        *made.rendered.notes,
        *([f"the original is damaged: {plan.original.damage}"] if plan.original.damage else []),
        _audit(made.audit),
        f"plan: {in_unicode(made.request.plan_target.name)}",
    ]


def still_summary(made: RedactedStill) -> list[str]:
    """Lines for the user, of a copy of a still image."""
    plan = made.plan
    found = ", ".join(
        f"{kind} in 1 place" if number == 1 else f"{kind} in {number} places"
        for kind, number in sorted(counts(plan).items())
    )
    return [
        f"hidden: {found} ({STYLES[plan.policy.style]})" if found else "hidden: nothing",
        *not_found(plan),
        f"not looked for: {', '.join(not_looked_for_in_still(plan.policy))}",
        *less_certain(plan.policy),
        f"dropped: {', '.join(made.metadata) or 'nothing: there was no metadata'}",
        f"audit: {WORDS['not_audited']}; there is none of stills: look at the copy yourself",
    ]


def warnings(plan: Plan) -> list[str]:
    """What a user must not overlook."""
    found = [] if plan.hidden else ["nothing was found to hide: the copy shows all that the original shows"]
    audio = plan.policy.audio
    if audio.pii and not audio.spans:
        found.append("nothing was heard that is to be muted: all of the sound is in the copy")
    if unread := [track for track in plan.hidden if track.label == UNREAD]:
        found.append(_unread(plan, unread))
    if plan.policy.seconds is not None:
        found.append(f"nothing is hidden but {_within(plan)}")
    return found


def undone(made: RedactedVideo) -> list[str]:
    """What was to be hidden or muted and could not be, by what became of frames and samples."""
    plan, rendered = made.plan, made.rendered
    numbers = ", ".join(map(str, not_hidden(plan, rendered)))
    found = [f"hidden in no frame of the copy: track {numbers}"] if numbers and plan.policy.seconds is None else []
    spans = zip(plan.policy.audio.spans, rendered.edited, strict=False)
    empty = ["-".join(format_timecode(float(edge)) for edge in span) for span, seconds in spans if not seconds]
    return [*found, *([f"no sound was there to be muted in {', '.join(empty)}"] if empty else [])]


def not_found(plan: Plan) -> list[str]:
    """A line for each kind and each object that was looked for in vain."""
    kinds, labels = {track.kind for track in plan.tracks}, {track.label for track in plan.tracks}
    policy = plan.policy
    missing: list[str] = [kind for kind in policy.hide if kind not in kinds]
    if policy.text_pattern:
        missing = [f"text={policy.text_pattern}" if kind == "text" else kind for kind in missing]
    missing += [label for label in policy.objects if label not in labels]
    return [f"{what}: none found" for what in missing]


def _unread(plan: Plan, tracks: Sequence[HiddenTrack]) -> str:
    """That text could not be read and when; what it says may be all or nothing of what was to be hidden."""
    when = "" if plan.original.frames == 1 else f" ({_times(plan, tracks)})"
    numbers = ", ".join(str(track.number) for track in tracks)
    return (
        f"text in {counted(len(tracks), 'place')} could not be read, so it is hidden{when}; it may be blurred, or in "
        "letters that the reader does not know (PASSERBY_TEXT_READER names one for others); where it says nothing to "
        f"hide, show {'track' if len(tracks) == 1 else 'tracks'} {numbers} with --show-track"
    )


def _times(plan: Plan, tracks: Sequence[HiddenTrack]) -> str:
    seconds = plan.original.time_base.seconds
    spans = [
        f"{format_timecode(seconds(track.span.start))}-{format_timecode(seconds(track.span.end))}"
        for track in tracks[:MOST_SPANS]
    ]
    more = [f"and {len(tracks) - MOST_SPANS} more"] if len(tracks) > MOST_SPANS else []
    return ", ".join([*spans, *more])


def not_looked_for(policy: Policy) -> list[str]:
    """What may be in the copy, since nobody looked for it."""
    left = [kind for kind in KINDS if kind not in policy.hide]
    if "people" in policy.hide:
        left = [kind for kind in left if kind not in ("faces", "heads")]
    return [*left, "voices", "clothes and gait", "places"]


def not_looked_for_in_still(policy: Policy) -> list[str]:
    """The same of a still image, which has no voices."""
    return [what for what in not_looked_for(policy) if what != "voices"]


def counts(plan: Plan, frames: Collection[int] | None = None) -> Counter[str]:
    """How many tracks of each kind are hidden, of all or of those whose numbers are in ``frames``."""
    hidden = [track for track in plan.hidden if frames is None or track.number in frames]
    return Counter(track.kind if track.kind != "object" else track.label for track in hidden)


def _audit(audit: Audit | None) -> str:
    if audit is None:
        return f"audit: {WORDS['not_audited']}; see `passerby audit`"
    return f"audit: {WORDS[audit.state]}: {audit.verdict}"


def _hidden(made: RedactedVideo) -> Iterator[str]:
    plan, rendered = made.plan, made.rendered
    kinds = sorted(counts(plan, rendered.frames_of).items())
    found = ", ".join(f"{kind} in {counted(number, 'track')}" for kind, number in kinds)
    frames = counted(rendered.frames, "frame")
    style = STYLES[plan.policy.style]
    yield f"hidden: {found} ({style}), in {rendered.hidden_frames} of {frames}" if found else "hidden: nothing"
    if plan.policy.seconds is not None:
        yield f"hidden only {_within(plan)}: the rest of the video shows all that the original shows"


def _within(plan: Plan) -> str:
    """When anything is hidden at all, of a plan that says so."""
    start, end = plan.policy.seconds or (0, 0)
    is_open = end >= plan.original.time_base.seconds(plan.original.duration)
    return f"from {format_timecode(float(start))} to {'the end' if is_open else format_timecode(float(end))}"


def less_certain(policy: Policy) -> Iterator[str]:
    """From which scores on finds are hidden, of what was looked for, where that is less than usual."""
    asked = {*policy.hide, *(["object"] if policy.objects else [])}
    lower = [
        f"{kind} from {score:g} (usually {USUAL[kind]:g})"
        for kind, score in policy.thresholds
        if kind in asked and score < USUAL[kind]
    ]
    if lower:
        yield f"less certain finds are hidden, too: {', '.join(lower)}"


def _shown(plan: Plan) -> Iterator[str]:
    shown = [str(track.number) for track in plan.tracks if not track.hidden]
    if shown:
        yield f"left visible as asked: {'track' if len(shown) == 1 else 'tracks'} {', '.join(shown)}"


def _sound(policy: Policy, edited: Sequence[Fraction]) -> str:
    match policy.audio.mode:
        case "drop":
            return "sound: dropped; no voice is left"
        case "keep":
            return "sound: kept; voices can be heard and recognised"
        case mode:
            seconds, count = f"{float(sum(edited)):.3f} s", sum(map(bool, edited))
            spans = "1 span" if count == 1 else f"{count} spans"
            what = {"mute": "muted", "bleep": "bleeped"}[mode]
            if policy.audio.pii:
                spans = f"{spans} (with {SPOKEN_PII} that were heard, by rules that miss some)"
            return f"sound: {what} for {seconds}, in {spans}; elsewhere voices can be heard"


def _unclear(policy: Policy) -> Iterator[str]:
    """That speech is muted of which nobody knows what it says, and when, as far as the plan still mutes it."""
    audio = policy.audio
    found = [span for span in audio.unclear if any(a <= span[0] and span[1] <= b for a, b in audio.spans)]
    if found and audio.mode in ("mute", "bleep"):
        times = ["-".join(format_timecode(float(edge)) for edge in span) for span in found[:MOST_SPANS]]
        more = [f"and {len(found) - MOST_SPANS} more"] if len(found) > MOST_SPANS else []
        what = "muted" if audio.mode == "mute" else "bleeped"
        yield (
            f"{counted(len(found), 'span')} of speech that nobody understood {'is' if len(found) == 1 else 'are'} "
            f"{what}, too: {', '.join([*times, *more])}"
        )
