"""What the user should know about the answer to a search, in words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from passerby.store.search import RANKED

# What narrows a search, as `Library.search` calls it; a door may spell it in its own way, as options.
PARAMETERS = ("label", "video", "on_screen", "said")
AS_IN_PYTHON: Mapping[str, str] = MappingProxyType({})


NoticeKind = Literal["refused", "too_many", "some_of", "replaced", "undated"]


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be known, and perhaps what helps: a text in which parameters stand in braces."""

    kind: NoticeKind
    words: tuple[str, ...]  # that it is about; of a number, in digits
    text: str
    advice: str = ""

    def worded(self, spelled: Mapping[str, str]) -> str:
        """The words; ``spelled`` has the parameters that whoever asks writes in another way."""
        names = {name: spelled.get(name, name) for name in PARAMETERS}
        return f"{self.text} {self.advice.format_map(names)}".strip()


def worded(notices: Iterable[Notice], spelled: Mapping[str, str] = AS_IN_PYTHON) -> str:
    """All of them as one text; "" for none."""
    return " ".join(notice.worded(spelled) for notice in notices)


def refused(terms: Sequence[str]) -> tuple[Notice, ...]:
    """Why ``terms`` are not searched for; nothing for none."""
    if not terms:
        return ()
    listed = ", ".join(f'"{term}"' for term in terms)
    text = f"Passerby does not describe people, so it does not search for {listed}."
    return (Notice("refused", tuple(terms), text, "Words that are said or on screen: {said}, {on_screen}."),)


def too_many() -> Notice:
    """That not all moments that answer were compared."""
    text = f"There are more than {RANKED:,} such moments; only the newest were compared."
    return Notice("too_many", (str(RANKED),), text, "{label} and {video} narrow it.")


def some_of(words: Sequence[str]) -> Notice:
    """That no moment has all of the words."""
    return Notice("some_of", tuple(words), f"No moment has all of: {', '.join(words)}. These have some of it.")


def replaced(word: str, near: str) -> Notice:
    """That another word was searched for than was typed."""
    return Notice("replaced", (word, near), f'"{word}" is nowhere; did you mean "{near}"? That was searched for.')


def undated(videos: int) -> Notice:
    """That so many videos may be missing from an answer by dates, since theirs are not known."""
    return Notice("undated", (str(videos),), f"Of {videos} videos no date is known.")
