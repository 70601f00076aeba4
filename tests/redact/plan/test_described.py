"""The page on plans says what is in one: each field with its type, and an example that can be added to a plan."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from passerby.redact.plan.document import PlanDocument, PointDocument, TrackDocument
from test_docs import rows

TEXT = (Path(__file__).parents[3] / "docs" / "plan.md").read_text("utf-8")
SCHEMA: dict[str, Any] = PlanDocument.model_json_schema()
TYPES = {"string": "string", "integer": "integer", "number": "number", "boolean": "boolean", "array": "list"}
MAY_BE_MISSING = "may be missing"


def parts(schema: dict[str, Any], name: str = "Its fields") -> Iterator[tuple[str, dict[str, Any]]]:
    """The schema of each part of a plan that has fields, by the heading that it has on the page."""
    yield name, schema
    for field, told in schema["properties"].items():
        below = field if name == "Its fields" else f"{name}.{field}"
        for child, ending in ((told, ""), (told.get("items", {}), "[]")):
            if "$ref" in child:
                yield from parts(SCHEMA["$defs"][child["$ref"].rpartition("/")[2]], below + ending)


PARTS = dict(parts(SCHEMA))


def section(name: str) -> dict[str, tuple[str, str]]:
    [found] = [text for text in re.split(r"^##+ ", TEXT, flags=re.MULTILINE) if text.partition("\n")[0] == name]
    return {field.strip("`"): (kind, meaning) for field, kind, meaning in rows(found)}


def type_of(told: dict[str, Any]) -> str:
    kinds = dict.fromkeys(type_of(each) for each in told.get("anyOf", []))
    plain = str(told.get("type", "object"))
    return " or ".join(kinds) or TYPES.get(plain, plain)


@pytest.mark.parametrize("name", PARTS)
def test_each_field_is_described_with_its_type(name: str) -> None:
    fields, described = PARTS[name]["properties"], section(name)
    assert {field: kind for field, (kind, _) in described.items()} == {
        field: type_of(told) for field, told in fields.items()
    }


@pytest.mark.parametrize("name", PARTS)
def test_what_may_be_missing_says_so(name: str) -> None:
    told = {field for field, (_, meaning) in section(name).items() if MAY_BE_MISSING in meaning}
    assert told == PARTS[name]["properties"].keys() - set(PARTS[name]["required"])


def test_no_part_is_described_that_there_is_not() -> None:
    headed = set(re.findall(r"^### (.+)$", TEXT, flags=re.MULTILINE))
    assert headed == PARTS.keys() - {"Its fields"}


def test_every_choice_is_named() -> None:
    def choices(schema: Any) -> Iterator[str]:
        if isinstance(schema, dict):
            yield from (each for each in schema.get("enum", []) if isinstance(each, str))
            for child in schema.values():
                yield from choices(child)
        elif isinstance(schema, list):
            for child in schema:
                yield from choices(child)

    assert [choice for choice in choices(SCHEMA) if f"`{choice}`" not in TEXT] == []


def test_the_example_is_a_track() -> None:
    [example] = re.findall(r"```json\n(.*?)```", TEXT, flags=re.DOTALL)
    track = TrackDocument.model_validate_json(example)
    assert (track.kind, len(track.boxes), json.loads(example)["reason"]) == ("drawn", 2, "a badge")
    assert isinstance(track.boxes[0], PointDocument)
