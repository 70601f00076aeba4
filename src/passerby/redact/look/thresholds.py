"""How certain a find must be to be hidden: less than usual, which hides more, may be asked for, and never more."""

from collections.abc import Mapping, Sequence

from passerby.errors import UsageError
from passerby.redact.look.sightings import RULES
from passerby.redact.plan.kinds import FoundKind
from passerby.wording import meant_instead

Thresholds = tuple[tuple[FoundKind, float], ...]
USUAL: Mapping[FoundKind, float] = {kind: rule.start_score for kind, rule in RULES.items()}
LEAST: Mapping[FoundKind, float] = {kind: rule.weak_score for kind, rule in RULES.items()}


def parse_thresholds(texts: Sequence[str]) -> Thresholds:
    """``0.25`` for every kind, or ``faces=0.25`` for one; of several for one kind the lowest counts.

    >>> parse_thresholds(["faces=0.2"])
    (('faces', 0.2),)

    Raises UsageError, also for what would leave visible what is usually hidden, and for what nobody looks at.
    """
    lowest: dict[FoundKind, float] = {}
    for text in texts:
        for kind, score in _parsed(text).items():
            lowest[kind] = min(score, lowest.get(kind, score))
    return tuple(lowest.items())


def _parsed(text: str) -> Mapping[FoundKind, float]:
    name, is_named, number = text.rpartition("=")
    kinds = [kind for kind in RULES if kind == name.strip()] if is_named else list(RULES)
    if not kinds:
        raise UsageError(f"--threshold: no kind is called {name.strip()!r}; {meant_instead(name, RULES)}")
    least, usual = min(LEAST[kind] for kind in kinds), min(USUAL[kind] for kind in kinds)
    of_kind = f" for {kinds[0]}" if is_named else ""
    try:
        score = float(number)
    except ValueError:
        score = float("nan")
    if score > usual:
        raise UsageError(
            f"--threshold: expected at most {usual:g}{of_kind}, found {text!r}: what is usually hidden would be "
            "visible; to show what is hidden wrongly, use --tracks and --show-track"
        )
    if not score >= least:
        raise UsageError(
            f"--threshold: expected a number from {least:g} to {usual:g}{of_kind}, such as {least:g} or "
            f"{kinds[0]}={LEAST[kinds[0]]:g}, found {text!r}; less certain ones are not looked at"
        )
    return {kind: max(score, LEAST[kind]) for kind in kinds}
