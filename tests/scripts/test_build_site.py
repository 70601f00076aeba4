"""The site has every page of the documentation, and what the pages show."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts import build_site


def paths(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        for value in entry.values():
            if isinstance(value, list):
                yield from paths(value)
            else:
                yield value


def test_every_page_is_in_the_navigation_once() -> None:
    assert sorted(paths(build_site.navigation())) == build_site.pages()


def test_the_navigation_follows_the_list_of_pages() -> None:
    heads = [next(iter(entry)) for entry in build_site.navigation()]
    assert heads[:3] == ["Passerby", "Documentation", "Tutorial"]
    assert {"How to", "Reference", "The project", "Decisions", "Measured"} <= set(heads)


def test_what_is_staged_has_all_that_its_links_lead_to(tmp_path: Path) -> None:
    build_site.stage(tmp_path / "pages")
    for page in (tmp_path / "pages").rglob("*.md"):
        text = re.sub(r"^(`{3,}).*?^\1$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            assert target.startswith("https://") or (page.parent / target).exists(), (page.name, target)


def test_nothing_is_loaded_from_elsewhere() -> None:
    text = (build_site.ROOT / "mkdocs.yml").read_text("utf-8")
    assert "font: false" in text
    assert "http" not in text
