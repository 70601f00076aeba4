"""How two shots of a made edit are joined: cuts, dissolves, fades through a colour, wipes of several forms."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchmarks.edit_traps import HEIGHT, WIDTH, Track
from passerby.records import Pixels

# What is left of the old shot, the frames between, what is left of the new one.
Join = tuple[Pixels, Pixels, Pixels]
# What a fade leads through, and how often.
BLANKS = {"black": 0.5, "white": 0.2, "grey": 0.2, "colour": 0.1}


def _cut(old: Pixels, new: Pixels, rng: np.random.Generator) -> Join:
    return old, old[:0], new


def _mix(old: Pixels, new: Pixels, share: Track) -> Pixels:
    """``old`` and ``new`` mixed by the share (n, 1, 1, 1) or (n, h, w, 1) of the new."""
    return (old * (1 - share) + new * share + 0.5).astype(np.uint8)


def _rise(length: int) -> Track:
    """From next to nought to next to one (n, 1, 1, 1)."""
    return ((np.arange(length) + 1.0) / (length + 1))[:, None, None, None]


def _dissolve(old: Pixels, new: Pixels, rng: np.random.Generator) -> Join:
    n = min(int(np.exp(rng.uniform(np.log(4), np.log(50)))), len(old) // 3, len(new) // 3)
    return old[:-n], _mix(old[-n:], new[:n], _rise(n)), new[n:]


def _fade(old: Pixels, new: Pixels, rng: np.random.Generator) -> Join:
    """Out to a blank picture within up to a second, a short hold, and in again."""
    out, hold, back = (int(rng.integers(*limits)) for limits in ((5, 25), (1, 12), (1, 25)))
    out, back = min(out, len(old) // 3), min(back, len(new) // 3)
    level = {
        "black": np.zeros(3),
        "white": np.full(3, 255.0),
        "grey": np.full(3, rng.uniform(60, 200)),
        "colour": rng.uniform(20, 235, 3),
    }[str(rng.choice(list(BLANKS), p=list(BLANKS.values())))]
    blank = np.broadcast_to(level, old.shape[1:]).astype(np.uint8)
    dark_out = _mix(old[-out:], blank[None], _rise(out))
    dark_in = _mix(blank[None], new[:back], _rise(back))
    return old[:-out], np.concatenate([dark_out, np.repeat(blank[None], hold, axis=0), dark_in]), new[back:]


def _wipe(old: Pixels, new: Pixels, rng: np.random.Generator) -> Join:
    """From a side or a corner, as an iris, a clock or doors, with a hard edge or a soft one; or the new shot pushes."""
    n = min(int(rng.integers(6, 32)), len(old) // 3, len(new) // 3)
    form = int(rng.integers(len(_FORMS) + 1))
    if form == len(_FORMS):
        return old[:-n], _push(old[-n:], new[:n], rng), new[n:]
    x, y = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))
    if rng.random() < 0.5:
        x = 1 - x
    when = _FORMS[form](x, y)
    when = 1 - when if rng.random() < 0.25 else when
    soft = float(rng.choice([0.0, 0.0, 0.1, 0.2]))
    share = (np.arange(n)[:, None, None] + 1.0) / (n + 1)
    mask = np.clip((share * (1 + soft) - when[None]) / soft, 0, 1) if soft else (share > when[None]).astype(np.float64)
    return old[:-n], _mix(old[-n:], new[:n], mask[..., None]), new[n:]


def _push(old: Pixels, new: Pixels, rng: np.random.Generator) -> Pixels:
    """The new shot slides in from a side, over the old one or pushing it out."""
    is_push, is_back = rng.random() < 0.5, rng.random() < 0.5
    frames = old.copy()
    for index in range(len(old)):
        edge = round(WIDTH * (index + 1) / (len(old) + 1))
        frames[index, :, :edge] = new[index, :, WIDTH - edge :]
        if is_push:
            frames[index, :, edge:] = old[index, :, : WIDTH - edge]
    return frames[:, :, ::-1] if is_back and not is_push else frames


Grid = NDArray[np.float64]
_FORMS: tuple[Callable[[Grid, Grid], Grid], ...] = (
    lambda x, y: x,
    lambda x, y: y,
    lambda x, y: (x + y) / 2,
    lambda x, y: np.hypot(x - 0.5, y - 0.5) / np.hypot(0.5, 0.5),
    lambda x, y: (np.arctan2(y - 0.5, x - 0.5) / np.pi + 1) / 2,
    lambda x, y: np.abs(x - 0.5) * 2,
)

JOINS: dict[str, Callable[[Pixels, Pixels, np.random.Generator], Join]] = {
    "cut": _cut,
    "dissolve": _dissolve,
    "fade": _fade,
    "wipe": _wipe,
}
