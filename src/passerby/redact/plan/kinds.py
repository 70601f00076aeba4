"""What can be hidden, by the names that options, plans, the API and the pages have in common."""

from collections.abc import Mapping
from typing import Literal, get_args

# What is looked for. "heads" are faces with the hair and the chin, and heads that show no face, from people's boxes.
Kind = Literal["faces", "heads", "people", "plates", "text", "screens"]
# "object" is what the detector of objects finds, by its label.
FoundKind = Kind | Literal["object"]
# Those that users have placed themselves.
PlacedKind = Literal["zone", "drawn"]
TrackKind = FoundKind | PlacedKind

KINDS: tuple[Kind, ...] = get_args(Kind)
PLACED_KINDS: tuple[PlacedKind, ...] = get_args(PlacedKind)
TRACK_KINDS: tuple[TrackKind, ...] = (*KINDS, "object", *PLACED_KINDS)

# In the words of the pages: what one chooses to hide, and what one track of it is.
CHOICES: Mapping[Kind, str] = {
    "faces": "Faces",
    "heads": "Heads, from behind too",
    "people": "Whole people",
    "plates": "Number plates",
    "text": "Text on screen",
    "screens": "Screens",
}
TRACK_NAMES: Mapping[TrackKind, str] = {
    "faces": "face",
    "heads": "head",
    "people": "people",
    "plates": "number plate",
    "text": "text",
    "screens": "screen",
    "object": "object",
    "zone": "zone",
    "drawn": "drawn",
}
