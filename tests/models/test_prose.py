"""Which comments and descriptions say what somebody is like, and what teams may say to each other."""

import pytest

from passerby.errors import UsageError
from passerby.models.prose import check_prose, described_in

DESCRIBED = {
    "Blur the Asian woman at 0:10, please": "Asian woman",
    "two young men run": "young men",
    "2 dark-skinned persons": "dark-skinned persons",
    "he is probably a Muslim.": "he is probably a Muslim",
    "He's Turkish": "He's Turkish",
    "the man looks Arab": "man looks Arab",
    "ok. Religion: Sikh": "Religion: Sikh",
    "the Muslim-looking guy": "Muslim-looking guy",
    "an 80-year-old lady": "year-old lady",
    "a pregnant woman": "pregnant woman",
    "der Mann, a Kurdish Mann": "Kurdish Mann",
}
SAID = [
    "the white van stands at the old bridge; a man gets out",
    "German translation of the transcript is missing",
    "the female voice is louder than the music",
    "please blur the child at 0:12, he is not hidden",
    "Afghan women protest at the Turkish embassy",
    "the white van man",
    "she is happy with the old version, and too young to consent",
    "the man is dark here, against the white window",
    "he is the Turkish correspondent",
    "gay pride parade, many people: check all faces",
    "black bar over the man is a frame late",
    "made by an older Passerby",
    "black and white version please; new, not old",
    "a man with a Great Dane",
]


@pytest.mark.parametrize(("text", "found"), DESCRIBED.items())
def test_who_is_described_in_prose_is_refused(text: str, found: str) -> None:
    assert described_in(text) == found
    with pytest.raises(UsageError, match="what somebody is like"):
        check_prose("text", text)


@pytest.mark.parametrize("text", SAID)
def test_what_happens_may_be_said(text: str) -> None:
    assert described_in(text) == ""
    check_prose("text", text)
