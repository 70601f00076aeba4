"""Draws the floors of the house, from the imports, and writes what each room is for: for ``ARCHITECTURE.md``.

    .venv/bin/python -m scripts.build_architecture

``tests/scripts/test_build_architecture.py`` fails when the picture or the page is not what this script would make.
"""

import ast
from collections import defaultdict
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "passerby"
PAGE, PICTURE = ROOT / "ARCHITECTURE.md", ROOT / "docs" / "floors.svg"
BEGIN, END = "<!-- Rooms, made by scripts/build_architecture.py: change the code, then run it. -->", "<!-- /Rooms -->"

WIDTH, HEIGHT, GAP, FLOOR = 1180, 30, 12, 84  # pixels: of the picture, of a room, between two, from floor to floor
LETTER = 7.6  # pixels, about
INK, PAPER, LINE, FOLDER, FILE = "#1d2b2a", "#fbfaf6", "#7c9a96", "#cfe6e1", "#eef1ec"

Imports = Mapping[str, set[str]]


def main() -> None:
    PICTURE.write_text(picture(), "utf-8")
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")


def page(text: str) -> str:
    """The page with the table of rooms as it should be."""
    rooms = imports()
    levels = floors(rooms)
    rows = ["| room | what it is |", "| --- | --- |"]
    for room in sorted(rooms, key=lambda room: (-levels[room], room)):
        rows.append(f"| `{room}{'/' if (PACKAGE / room).is_dir() else '.py'}` | {_sentence(room)} |")
    table = "\n".join(rows)
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}"


def _sentence(room: str) -> str:
    """The first paragraph of what a room says of itself."""
    path = PACKAGE / room / "__init__.py" if (PACKAGE / room).is_dir() else PACKAGE / f"{room}.py"
    told = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
    return " ".join(told.partition("\n\n")[0].replace("``", "`").split()).replace("|", "\\|")


# Imports


@cache
def imports() -> Imports:
    """Which rooms, that is top-level files and folders, each room imports."""
    found: dict[str, set[str]] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if not room.startswith("__"):
            found.setdefault(room, set())
            found[room] |= set(_rooms_imported(ast.parse(path.read_text("utf-8")))) - {room}
    return {room: {other for other in others if other in found} for room, others in found.items()}


def _rooms_imported(tree: ast.Module) -> list[str]:
    names: list[str] = []
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=aliases):
                names += [alias.name for alias in aliases]
            case ast.ImportFrom(module=str(module), names=aliases, level=0):
                names += [f"{module}.{alias.name}" for alias in aliases]
    return [name.split(".")[1] for name in names if name.startswith("passerby.")]


def floors(rooms: Imports) -> dict[str, int]:
    """The floor of each room, 0 the ground: one above the highest that it imports."""

    @cache
    def floor(room: str) -> int:
        return 1 + max((floor(other) for other in rooms[room]), default=-1)

    return {room: floor(room) for room in rooms}


def needed_arrows(rooms: Imports) -> list[tuple[str, str]]:
    """The arrows that no way over other rooms stands for."""

    @cache
    def below(room: str) -> frozenset[str]:
        return frozenset(rooms[room]).union(*(below(other) for other in rooms[room]))

    return [
        (room, other)
        for room, others in sorted(rooms.items())
        for other in sorted(others)
        if not any(other in below(between) for between in others)
    ]


# The picture


def picture() -> str:
    """An SVG: the rooms by floors, the doors at the top; an arrow leads from a room to one that it imports."""
    rooms = imports()
    places = _places(rooms)
    height = 40 + FLOOR * (1 + max(floors(rooms).values()))
    arrows = [_arrow(places[room], places[other]) for room, other in needed_arrows(rooms)]
    boxes = [_box(room, *places[room]) for room in sorted(rooms)]
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-label="The rooms of the package by floors; each imports from lower floors only" '
        'font-family="ui-monospace, monospace" font-size="12.5">'
    )
    paper = f'<rect width="{WIDTH}" height="{height}" rx="10" fill="{PAPER}"/>'
    return "\n".join([head, paper, *arrows, *boxes, "</svg>", ""])


def _places(rooms: Imports) -> dict[str, tuple[float, float, float]]:
    """For each room the left, the top and the width of its box; rooms stand near those that import them."""
    levels = floors(rooms)
    rows: defaultdict[int, list[str]] = defaultdict(list)
    for room in sorted(rooms):
        rows[levels[room]].append(room)
    highest = max(rows)
    places: dict[str, tuple[float, float, float]] = {}
    arrows = needed_arrows(rooms)
    for level in range(highest, -1, -1):
        row = sorted(rows[level], key=lambda room: (_middle_of_importers(room, arrows, places), room))
        widths = [LETTER * len(_name(room)) + 22 for room in row]
        space = (WIDTH - 40 - sum(widths)) / (len(row) + 1)
        left = 20 + space
        for room, width in zip(row, widths, strict=True):
            places[room] = (left, 30 + FLOOR * (highest - level), width)
            left += width + max(space, GAP)
    return places


def _middle_of_importers(
    room: str, arrows: list[tuple[str, str]], places: Mapping[str, tuple[float, float, float]]
) -> float:
    middles = [places[one][0] + places[one][2] / 2 for one, other in arrows if other == room and one in places]
    return sum(middles) / len(middles) if middles else WIDTH / 2


def _name(room: str) -> str:
    return f"{room}/" if (PACKAGE / room).is_dir() else room


def _box(room: str, left: float, top: float, width: float) -> str:
    fill = FOLDER if (PACKAGE / room).is_dir() else FILE
    size = f'width="{width:.0f}" height="{HEIGHT}" rx="6"'
    shape = f'<rect x="{left:.0f}" y="{top:.0f}" {size} fill="{fill}" stroke="{INK}"/>'
    middle, line = left + width / 2, top + HEIGHT / 2 + 4
    name = f'<text x="{middle:.0f}" y="{line:.0f}" text-anchor="middle" fill="{INK}">{escape(_name(room))}</text>'
    return f"<g><title>{escape(_sentence(room))}</title>{shape}{name}</g>"


def _arrow(one: tuple[float, float, float], other: tuple[float, float, float]) -> str:
    x1, y1 = one[0] + one[2] / 2, one[1] + HEIGHT
    x2, y2 = other[0] + other[2] / 2, other[1]
    bend = (y2 - y1) / 2
    way = f"M{x1:.0f} {y1:.0f}C{x1:.0f} {y1 + bend:.0f} {x2:.0f} {y2 - bend:.0f} {x2:.0f} {y2:.0f}"
    return f'<path d="{way}" fill="none" stroke="{LINE}" stroke-width="1.2"/>'


if __name__ == "__main__":
    main()
