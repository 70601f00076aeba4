"""Zones of a picture: polygons in shares of its width and height, so that another size of picture changes nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from passerby.errors import UsageError
from passerby.wording import meant_instead

Corner = tuple[float, float]  # from the left and from the top, each from 0 to 1
FEWEST_CORNERS, MOST_CORNERS, MOST_ZONES = 3, 50, 50
# It stands in topics of MQTT and in addresses.
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,49}")
WHOLE = ""  # the name of the whole picture, where numbers are told of each zone
_KEYS = ("name", "corners")


@dataclass(frozen=True, slots=True)
class WatchZone:
    """A part of the picture that has a name."""

    name: str
    corners: tuple[Corner, ...]

    def holds(self, point: Corner) -> bool:
        """Whether a point is in it, by how many of its sides lie to the right of the point.

        >>> WatchZone("left", ((0, 0), (0.5, 0), (0.5, 1), (0, 1))).holds((0.25, 0.5))
        True
        """
        x, y = point
        inside = False
        for (x1, y1), (x2, y2) in zip(self.corners, (*self.corners[1:], self.corners[0]), strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                inside = not inside
        return inside

    def document(self) -> dict[str, object]:
        return {"name": self.name, "corners": [list(corner) for corner in self.corners]}


def parse_zones(documents: object, where: str) -> tuple[WatchZone, ...]:
    """Zones as a file of sources or a page tells them. Raises UsageError for what is none, and a name told twice."""
    if not isinstance(documents, Sequence) or isinstance(documents, str) or len(documents) > MOST_ZONES:
        raise UsageError(f"{where}: expected at most {MOST_ZONES} zones, each with a name and corners")
    zones = tuple(_parse(document, where) for document in documents)
    names = [zone.name for zone in zones]
    for name in names:
        if names.count(name) > 1:
            raise UsageError(f"{where}: expected one zone of each name, found two that are called {name!r}")
    return zones


def parse_name(name: object, where: str) -> str:
    """The name of a zone or a rule. Raises UsageError."""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise UsageError(f"{where}: expected a name of letters, digits, - and _, at most 50, found {name!r}")
    return name


def _parse(document: object, where: str) -> WatchZone:
    if not isinstance(document, Mapping):
        raise UsageError(f"{where}: expected a zone with a name and corners, found {document!r}")
    for key in document:
        if key not in _KEYS:
            raise UsageError(f"{where}: a zone has no {key!r}; {meant_instead(str(key), _KEYS)}")
    name = parse_name(document.get("name"), f"{where}: a zone")
    corners = document.get("corners")
    few = f"{where}: zone {name}: expected {FEWEST_CORNERS} to {MOST_CORNERS} corners"
    if not isinstance(corners, Sequence) or not FEWEST_CORNERS <= len(corners) <= MOST_CORNERS:
        raise UsageError(few)
    return WatchZone(name, tuple(_corner(corner, f"{where}: zone {name}") for corner in corners))


def _corner(corner: object, where: str) -> Corner:
    match corner:
        case [int() | float() as x, int() | float() as y] if not isinstance(x, bool) and not isinstance(y, bool):
            if 0 <= x <= 1 and 0 <= y <= 1:
                return float(x), float(y)
    raise UsageError(f"{where}: expected corners such as [0.25, 1.0], in shares of the picture, found {corner!r}")
