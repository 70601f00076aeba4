"""The table of all findings, read back with csv."""

import csv
import io
from fractions import Fraction

import pytest

from knowns import AWKWARD, LENGTH, SAMPLED, TICKS, known
from passerby.export.table import table
from passerby.records import ScreenText
from passerby.times import Span


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_every_time_is_exact_to_the_microsecond() -> None:
    found = rows(table(known()))
    boxes = [row for row in found if row["kind"] == "box"]
    expected = [Fraction(SAMPLED[sample], TICKS) for sample in (1, 2, 4, 4, 5)]
    times = [Fraction(row["start"]) for row in boxes]
    assert all(abs(time - want) <= Fraction(1, 2_000_000) for time, want in zip(times, expected, strict=True))
    assert [(row["start"], row["end"]) for row in found if row["kind"] == "shot"] == [
        ("0", "2.224444"),
        ("2.224444", f"{LENGTH // TICKS}"),
    ]


def test_every_finding_is_there_with_what_is_known_of_it() -> None:
    found = rows(table(known()))
    kinds = [row["kind"] for row in found]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "shot": 2, "cue": 1, "object": 2, "box": 5, "text": 1, "said": 1, "tag": 1
    }  # fmt: skip
    (text,) = [row for row in found if row["kind"] == "text"]
    assert (text["label"], text["score"], text["x1"], text["y2"]) == (AWKWARD, "0.8750", "12.0", "40.0")
    dogs = [row for row in found if row["kind"] == "box" and row["track"] == "1"]
    assert {(row["label"], row["x2"], row["y2"]) for row in dogs} == {("dog", "110.0", "140.5")}


def test_boxes_end_at_the_border_of_the_picture() -> None:
    (box, *_) = [row for row in rows(table(known())) if row["kind"] == "box" and row["track"] == "2"]
    assert (box["x1"], box["y2"]) == ("0.0", "360.0")


@pytest.mark.parametrize(
    "formula",
    [
        "=HYPERLINK(1)",
        "+1",
        "-1",
        "@SUM(1)",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d2",
        "\uff20SUM",
        "\ufe66 1",
        " =1",
        "\u22121",
    ],
)
def test_a_text_is_never_a_formula(formula: str) -> None:
    texts = (ScreenText(formula, 0.5, Span(0, 10), (0.0, 0.0, 9.0, 9.0)),)
    (row,) = [row for row in rows(table(known(texts=texts))) if row["kind"] == "text"]
    assert row["label"] == "'" + formula
