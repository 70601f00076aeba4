"""The shape of the page scripts: short functions and files, and types that hold.

A function is what has a body of its own between braces: one that is called, a method, or an arrow.
"""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "src" / "passerby" / "web" / "static"
SCRIPTS = sorted(STATIC.glob("*.js"))
MOST_LINES, MOST_FUNCTION_LINES = 400, 60

# What opens a function at the end of a line: `function f(…) {`, `name(…) {` of a method, `… => {`.
_OPENS = re.compile(r"(?:\)|=>) \{$")
_CONTROLS = re.compile(r"^\s*(?:\} )?(?:if|for|while|switch|catch|else)\b")


def functions(text: str) -> list[tuple[int, int]]:
    """The first line of each function, and how many lines it has; by indentation, which all scripts keep."""
    lines = text.splitlines()
    found = []
    for number, line in enumerate(lines):
        if _OPENS.search(line) and not _CONTROLS.match(line):
            indent = re.match(r"\s*", line)[0]  # type: ignore[index]
            end = next(n for n, later in enumerate(lines) if n > number and later.startswith(f"{indent}}}"))
            found.append((number + 1, end - number + 1))
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_scripts_and_their_functions_are_short(script: Path) -> None:
    text = script.read_text("utf-8")
    assert len(text.splitlines()) <= MOST_LINES
    assert [(line, size) for line, size in functions(text) if size > MOST_FUNCTION_LINES] == []


def test_a_long_function_would_be_seen() -> None:
    body = "  work();\n" * 60
    assert functions(f"export function long(a) {{\n{body}}}\n") == [(1, 62)]
    assert functions(f"const long = (a) => {{\n{body}}};\n") == [(1, 62)]
    assert functions(f"class Long {{\n  #run(a) {{\n  {body}  }}\n}}\n") == [(2, 62)]
    assert functions(f"if (a) {{\n{body}}}\n") == []


def test_no_script_keeps_state_of_its_own_that_others_change() -> None:
    """Module-level ``let``s are few, and each is within one short page."""
    lets = {script.name: re.findall(r"^let (\w+)", script.read_text("utf-8"), re.MULTILINE) for script in SCRIPTS}
    kept = {name: names for name, names in lets.items() if names}
    assert kept == {
        "fields.js": ["isPressed"],
        "incoming.js": ["ended"],
        "jobs.js": ["oldest"],
        "library.js": ["wanted", "collections", "asking", "last", "refreshed", "placing", "typing"],
        "search.js": ["asking", "typing"],
        "batches.js": ["asking"],
        "source.js": ["source", "stream", "asked", "clockAhead"],
        "words.js": ["shapes"],
    }


def test_every_script_is_checked_and_says_what_it_is() -> None:
    for script in SCRIPTS:
        text = script.read_text("utf-8")
        assert text.startswith("// "), script.name
        assert "@ts-ignore" not in text, script.name
        assert "@ts-nocheck" not in text, script.name
        assert "getElementById" not in text or script.name == "page.js", script.name
