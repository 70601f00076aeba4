"""Which words a word may be a slip of: one letter is wrong, too many or too few, or two have changed places."""

from collections.abc import Iterable, Iterator

from passerby.store import folding

SHORTEST_SLIP = 5  # letters: of shorter words too many others are one letter away
STEMS, SAMPLES = 20, 20  # that are compared with a slip at most, and places of each


def slip_form(word: str) -> str:
    """A word as it is compared with stems of the index; "" for one that is no slip of any."""
    written = folding.folded(word).casefold()
    return written if len(written) >= SHORTEST_SLIP and written.isalpha() else ""


def lengths(written: str) -> tuple[int, int]:
    """How short and how long a stem can be: they are shorter than their words."""
    return SHORTEST_SLIP - 2, len(written) + 1


def near_stems(written: str, stems: Iterable[str]) -> Iterator[str]:
    """Those of ``stems``, the most frequent first, with which the word that was meant may begin."""
    return (stem for stem in stems if _begins_nearly_so(written, stem))


def is_slip(word: str, known: str) -> bool:
    """Whether a word is written as another, or as one of which that is the plural, but for one letter."""
    right = folding.folded(known).casefold()
    return any(_is_near(word, form) for form in (right, right.removesuffix("s"), right.removesuffix("es")))


def _begins_nearly_so(word: str, stem: str) -> bool:
    return any(_is_near(word[:length], stem) for length in range(len(stem) - 1, len(stem) + 2))


def _is_near(one: str, other: str) -> bool:
    """Whether a letter too many, too few or wrong, or two that have changed places, are all that differs.

    >>> [_is_near("botle", other) for other in ("bottle", "bolte", "battle", "botle")]
    [True, True, False, True]
    """
    start = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    a, b = one[start:], other[start:]
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or swapped
