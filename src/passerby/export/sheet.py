"""A contact sheet: a masked thumbnail of each shot, several of a long one, with its time and what is in it."""

import io
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from passerby.export.known import Known
from passerby.records import StoredVideo, Thumbnail
from passerby.store.library import Store
from passerby.times import format_timecode
from passerby.wording import counted, written_out

COLUMNS = 4
MOST_CELLS = 240  # but for shots, which all have one
CELL_WIDTH, PICTURE_HEIGHT, TEXT_HEIGHT, GAP, MARGIN = 320, 180, 62, 18, 28
HEADER_HEIGHT = 64
PAPER, INK, FAINT, EMPTY = (250, 249, 246), (32, 33, 36), (118, 120, 125), (228, 227, 222)
NOT_SHOWN = "not shown: someone may be in it"


@dataclass(frozen=True, slots=True)
class Cell:
    """One shot on the sheet, or a part of one."""

    jpeg: bytes | None
    time: str
    words: str


def contact_sheet(store: Store, video: StoredVideo) -> bytes:
    """A PNG of all shots of ``video``; of a long shot, a picture each 10 s or so, as long as they are not too many."""
    known = Known.of(store, video)
    cells = _cells(known, {thumbnail.moment: thumbnail.jpeg for thumbnail in store.records.of(video.id, Thumbnail)})
    length = format_timecode(video.time_base.seconds(video.duration))
    return _draw(f"{written_out(video.name)}  {length}  {counted(len(known.shots), 'shot')}", cells)


def _cells(known: Known, thumbnails: Mapping[int, bytes]) -> list[Cell]:
    video = known.video
    stride = -(-len(known.moments) // MOST_CELLS)  # moments that a long shot has in one cell
    cells = []
    for number, (shot, words) in enumerate(zip(known.shots, known.words(), strict=True)):
        mine = [place for place, moment in enumerate(known.moments) if moment.shot == number]
        for places in [mine[at : at + stride] for at in range(0, len(mine), max(stride, 1))] or [[]]:
            pictures = [thumbnails[place] for place in places if place in thumbnails]
            spans = [known.moments[place].span for place in places] or [shot.span]
            start, end = (format_timecode(video.time_base.seconds(pts)) for pts in (spans[0].start, spans[-1].end))
            jpeg = pictures[len(pictures) // 2] if pictures else None
            cells.append(Cell(jpeg, f"{start} to {end}", ", ".join(words)))
    return cells


def _draw(title: str, cells: Sequence[Cell]) -> bytes:
    columns = max(2, min(COLUMNS, len(cells)))
    rows = max(1, -(-len(cells) // columns))
    width = 2 * MARGIN + columns * CELL_WIDTH + (columns - 1) * GAP
    height = HEADER_HEIGHT + MARGIN + rows * (PICTURE_HEIGHT + TEXT_HEIGHT + GAP)
    sheet = Image.new("RGB", (width, height), PAPER)
    pen = ImageDraw.Draw(sheet)
    pen.text((MARGIN, 24), _shortened(title, width - 2 * MARGIN, 22), INK, ImageFont.load_default(22))
    for number, cell in enumerate(cells):
        row, column = divmod(number, columns)
        x = MARGIN + column * (CELL_WIDTH + GAP)
        y = HEADER_HEIGHT + row * (PICTURE_HEIGHT + TEXT_HEIGHT + GAP)
        _draw_cell(sheet, pen, cell, x, y)
    png = io.BytesIO()
    sheet.save(png, "PNG", optimize=True)
    return png.getvalue()


def _draw_cell(sheet: Image.Image, pen: ImageDraw.ImageDraw, cell: Cell, x: int, y: int) -> None:
    pen.rounded_rectangle((x, y, x + CELL_WIDTH - 1, y + PICTURE_HEIGHT - 1), 4, EMPTY)
    if cell.jpeg is None:
        pen.text((x + 12, y + 12), NOT_SHOWN, FAINT, ImageFont.load_default(14))
    else:
        picture = Image.open(io.BytesIO(cell.jpeg))
        picture.thumbnail((CELL_WIDTH, PICTURE_HEIGHT), Image.Resampling.LANCZOS)
        place = (x + (CELL_WIDTH - picture.width) // 2, y + (PICTURE_HEIGHT - picture.height) // 2)
        sheet.paste(picture, place)
    pen.text((x, y + PICTURE_HEIGHT + 6), cell.time, FAINT, ImageFont.load_default(13))
    lines = textwrap.wrap(cell.words, 44)[:2]
    for line, text in enumerate(lines):
        pen.text((x, y + PICTURE_HEIGHT + 24 + 17 * line), text, INK, ImageFont.load_default(14))


def _shortened(text: str, width: int, size: int) -> str:
    font = ImageFont.load_default(size)
    while len(text) > 4 and font.getlength(text) > width:
        text = text[:-4] + "…"
    return text
