"""Bring the languages of the pages in line with what the pages say: ``python -m scripts.build_languages``.

New sentences are added to each file of ``static/languages`` with an empty translation, to be written by hand; those
that nobody says any more are taken out; all are sorted. A test compares.
"""

import ast
import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TypedDict, TypeVar

from jinja2 import Environment, nodes

SOURCE = Path(__file__).parents[1] / "src" / "passerby"
WEB = SOURCE / "web"
FOLDER = WEB / "static" / "languages"
# Calls of words.js, with what they say as a literal: anything else could not be looked up.
CALLS = re.compile(r'(?<![\w.])(t|te|tn)\(\s*"((?:[^"\\]|\\.)*)"(?:,\s*"((?:[^"\\]|\\.)*)")?')
STRING = r'"(?:[^"\\]|\\.)*"'
# A sentence and its translation, or its forms by number.
FORMS = rf"\{{(?:\s*{STRING}:\s*{STRING},?)*\s*\}}"
ENTRY = re.compile(rf"^\s*({STRING}): ({STRING}|{FORMS})", re.MULTILINE)
HOLE = re.compile(r"\{[^{}]*\}")

Translation = str | dict[str, str]
T = TypeVar("T")


class Told(TypedDict):
    """A language's file."""

    name: str
    sentences: dict[str, Translation]
    answers: dict[str, Translation]


def read(path: Path) -> Told:
    """A language's file, entry by entry: after a merge a comma may be missing, or a sentence be there twice."""
    text = path.read_text(encoding="utf-8")
    head, _, rest = text.partition('"sentences": {')
    sentences, _, answers = rest.partition('"answers": {')
    name = re.search(r'"name": ("[^"]*")', head)
    return {
        "name": json.loads(name[1]) if name else path.stem,
        "sentences": _entries(sentences),
        "answers": _entries(answers),
    }


def _entries(text: str) -> dict[str, Translation]:
    return {json.loads(key): json.loads(value) for key, value in ENTRY.findall(text)}


def said_by_pages() -> dict[str, bool]:
    """Each sentence that the pages say, and whether it counts; of one that counts the form for many."""
    found: dict[str, bool] = {}
    for path in (WEB / "static").glob("*.js"):
        for function, sentence, many in CALLS.findall(path.read_text(encoding="utf-8")):
            found[_unquoted(many if function == "tn" else sentence)] = function == "tn"
    templates = Environment(autoescape=True)
    for path in (WEB / "templates").glob("*.html"):
        for call in templates.parse(path.read_text(encoding="utf-8")).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "_" and isinstance(call.args[0], nodes.Const):
                found[call.args[0].value] = False
    return found


def _unquoted(literal: str) -> str:
    return str(json.loads(f'"{literal}"'))


def said_by_server() -> set[str]:
    """All that the code's own strings and its written policies say, the names of their holes left out."""
    policies = [tomllib.loads(path.read_text(encoding="utf-8")) for path in SOURCE.rglob("presets/*.toml")]
    found = {policy[name] for policy in policies for name in ("title", "why")}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.add(without_names(node.value))
            elif isinstance(node, ast.JoinedStr):
                pieces = (str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values)
                found.add("".join(pieces))
    return found


def without_names(sentence: str) -> str:
    """``sentence`` with the names of its holes left out.

    >>> without_names("expected {a}, found {b!r}")
    'expected {}, found {}'
    """
    return HOLE.sub("{}", sentence)


def brought_in_line(path: Path) -> str:
    """What a language's file should say: one sentence a line, so that what two people add can be merged."""
    told = read(path)
    sentences = {key: told["sentences"].get(key, _empty(counts=counts)) for key, counts in said_by_pages().items()}
    parts = [_part("sentences", _sorted(sentences)), _part("answers", _sorted(told["answers"]))]
    return f'{{\n "name": {_json(told["name"])},\n' + ",\n".join(parts) + "\n}\n"


def _part(name: str, entries: Mapping[str, Translation]) -> str:
    lines = ",\n".join(f"  {_json(key)}: {_json(value)}" for key, value in entries.items())
    return f' "{name}": {{\n{lines}\n }}'


def _json(value: Translation) -> str:
    return json.dumps(value, ensure_ascii=False)


def _empty(*, counts: bool) -> Translation:
    return {"one": "", "other": ""} if counts else ""


def _sorted(sentences: Mapping[str, T]) -> dict[str, T]:
    return dict(sorted(sentences.items(), key=lambda each: (each[0].casefold(), each[0])))


def main() -> None:
    for path in sorted(FOLDER.glob("*.json")):
        path.write_text(brought_in_line(path), encoding="utf-8")
        sentences = read(path)["sentences"]
        missing = [
            key for key, said in sentences.items() if "" in (said.values() if isinstance(said, dict) else [said])
        ]
        print(f"{path.name}: {len(sentences)} sentences, {len(missing)} without a translation", *missing, sep="\n  ")


if __name__ == "__main__":
    main()
