"""How results show themselves in a notebook: as HTML that runs no script and loads nothing.

All text in it is escaped. Its pictures are those of a library, in which people are masked: never a frame of an
original.
"""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from html import escape

MOST_ROWS = 100  # of a table; what is left out is counted


def picture(jpeg: bytes, about: str) -> str:
    """A picture within a cell."""
    return f'<img src="data:image/jpeg;base64,{b64encode(jpeg).decode()}" alt="{escape(about)}" style="height:5em">'


def table(head: Sequence[str], rows: Iterable[Sequence[str]], caption: str = "") -> str:
    """A table; cells are HTML, ``escape`` makes it of text."""
    every = list(rows)
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in every[:MOST_ROWS])
    more = f"<p>and {len(every) - MOST_ROWS} more</p>" if len(every) > MOST_ROWS else ""
    return f"<table>{title}<thead><tr>{names}</tr></thead><tbody>{body}</tbody></table>{more}"


def facts(title: str, rows: Iterable[tuple[str, str]]) -> str:
    """What there is to say of one thing, a line each; of text."""
    lines = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{escape(value)}</td></tr>' for name, value in rows)
    return f"<table><caption>{escape(title)}</caption><tbody>{lines}</tbody></table>"


__all__ = ["escape", "facts", "picture", "table"]
