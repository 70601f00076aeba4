"""What ``--hide`` names: kinds, with a pattern of text among them."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from passerby.errors import UsageError
from passerby.redact.plan.kinds import KINDS
from passerby.redact.plan.policy import PII

if TYPE_CHECKING:
    from passerby.redact.make.copy_options import PolicyChanges

TEXT_PATTERN = "text="
NOTHING = "none"  # kinds
ALIKE = 0.75  # a misspelt kind, not the end of a pattern


def parse_hides(texts: Sequence[str]) -> PolicyChanges:
    """All kinds of all these texts, and the one pattern; where text is asked for without any, it is all text."""
    asked = [parse_hide(text) for text in texts]
    kinds = {kind for one in asked for kind in one["hide"]}
    if len(asked) > 1 and not all(one["hide"] for one in asked):
        raise UsageError(f"--hide: expected kinds or {NOTHING}, found {NOTHING} and more")
    patterns = list(dict.fromkeys(one["text_pattern"] for one in asked if "text" in one["hide"]))
    if len(patterns) > 1 and "" not in patterns:
        raise UsageError(f"--hide: expected one {TEXT_PATTERN}PATTERN, found {len(patterns)}; join them with | to one")
    pattern = "" if "" in patterns else next(iter(patterns), "")
    return {"hide": tuple(kind for kind in KINDS if kind in kinds), "text_pattern": pattern}


def parse_hide(text: str) -> PolicyChanges:
    """The kinds, and the pattern of ``text=PATTERN``, which may hold commas; ``none`` alone for no kind.

    Kinds behind it are kinds, not the end of the pattern: or "text=pii,faces" would leave all faces visible.
    """
    if text.strip() == NOTHING:
        return {"hide": (), "text_pattern": ""}
    before, pattern_given, rest = text.partition(TEXT_PATTERN)
    pattern = ""
    behind: list[str] = []
    if pattern_given:
        before = before.removesuffix(",")
        pattern, behind = _pattern_of(rest)
    names = before.split(",") if before or not pattern_given else []
    names = [name.strip() for name in (*names, *behind)]
    for name in names:
        if name not in KINDS:
            raise UsageError(_no_kind(name))
    if "text" in names:
        pattern = ""  # all text is more than what matches
    kinds = {*names, *(["text"] if pattern_given else [])}
    return {"hide": tuple(kind for kind in KINDS if kind in kinds), "text_pattern": pattern}


def _pattern_of(text: str) -> tuple[str, list[str]]:
    """The pattern at the start of a text, and the kinds behind it."""
    parts = text.split(",")
    behind: list[str] = []
    # What follows "pii" is no part of a pattern, or one that is misspelt would leave all visible.
    while len(parts) > 1 and (parts[-1].strip() in KINDS or parts[0].strip().lower() == PII):
        behind.insert(0, parts.pop())
    if len(parts) > 1 and get_close_matches(parts[-1].strip(), KINDS, 1, ALIKE):
        raise UsageError(_no_kind(parts[-1].strip()))
    pattern = ",".join(parts)
    if not pattern.strip() or f",{TEXT_PATTERN}" in pattern:
        raise UsageError(
            f"--hide: expected one pattern behind {TEXT_PATTERN}, found {pattern!r}; for all text say text"
        )
    return (PII if pattern.strip().lower() == PII else pattern), behind


def _no_kind(name: str) -> str:
    if not name:
        return f"--hide: expected some of {', '.join(KINDS)}, found an empty one; say {NOTHING} to look for nothing"
    close = get_close_matches(name, KINDS, 1)
    hint = f"; do you mean {close[0]}?" if close else ""
    return f"nothing that can be hidden is called {name!r}; expected some of: {', '.join(KINDS)}{hint}"
