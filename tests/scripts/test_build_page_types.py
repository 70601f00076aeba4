"""The types of the elements of pages are those of the templates."""

from scripts import build_page_types


def test_the_types_of_elements_are_up_to_date() -> None:
    made = build_page_types.MADE.read_text("utf-8")
    assert made == build_page_types.element_types(), "run: .venv/bin/python -m scripts.build_page_types"


def test_an_id_has_the_tags_of_all_pages() -> None:
    text = build_page_types.element_types()
    assert '  "time": "input";\n' in text
    assert '  "empty": "p" | "section";\n' in text
