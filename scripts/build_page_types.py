"""Writes the types of the elements that the page scripts ask for by id, from the templates.

    .venv/bin/python -m scripts.build_page_types

So `at("tyme")` in a script is an error of `make check`. ``tests/scripts/test_build_page_types.py`` fails when the file
is not what this script would write.
"""

import re
from collections import defaultdict
from html.parser import HTMLParser
from pathlib import Path

WEB = Path(__file__).parents[1] / "src" / "passerby" / "web"
MADE = WEB / "types" / "elements.d.ts"
_HEAD = """\
// Made by scripts/build_page_types.py: change the templates, then run it.

/** The elements that have an id in the templates, and their tags. */
interface PageElements {
"""


class _Ids(HTMLParser):
    """Collects the tags of elements by their ids."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: defaultdict[str, set[str]] = defaultdict(set)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if identity := dict(attrs).get("id"):
            self.tags[identity].add(tag)


def main() -> None:
    MADE.write_text(element_types(), "utf-8")


def element_types() -> str:
    """The text of the file."""
    found = _Ids()
    for page in sorted((WEB / "templates").glob("*.html")):
        found.feed(re.sub(r"\{%.*?%\}|\{\{.*?\}\}", "", page.read_text("utf-8"), flags=re.DOTALL))
    tags = {name: '" | "'.join(sorted(tags)) for name, tags in sorted(found.tags.items())}
    lines = [f'  "{name}": "{those}";' for name, those in tags.items()]
    return _HEAD + "\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    main()
