"""What of a moment is in the index of words: its columns, and how much a word counts in each."""

import json
from collections.abc import Sequence

# A column holds one label, line of text or utterance a line, so that a match can be traced to it (highlights.py).
IndexedWords = tuple[str, str, str, str, str, str, str]
COLUMNS = ("objects", "tags", "text", "speech", "cues", "people", "name")
# How much a word counts where it is found, in the order of COLUMNS: what a detector saw before what a classifier
# guessed, and a video's name, which all of its moments share, least.
WEIGHTS = (10.0, 6.0, 8.0, 8.0, 6.0, 4.0, 1.0)
TIERS = (("objects",), ("tags", "text", "speech", "cues", "people"), ("name",))  # those that count most first


def as_written(row: Sequence[str]) -> IndexedWords:
    """The columns of a row of the index as they were written, from those and what is ``shown``."""
    *columns, kept = row
    objects, tags, text, speech, cues, people, name = json.loads(kept) if kept else columns
    return objects, tags, text, speech, cues, people, name
