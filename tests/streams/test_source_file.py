"""Files of sources: amounts with their units, and one clear line for what is wrong."""

from pathlib import Path

import pytest

from passerby.errors import UsageError, VocabularyError
from passerby.streams.source_file import parse_size, parse_span, read_source_file

GATE = """
[[sources]]
name = "gate"
address = "rtsp://camera.local/stream1"
keep = "7d"
keep_original = true
keep_original_for = "12 h"
segment = "30s"
settle = 2.5
max_size = "1.5GB"
"""
YARD = '[[sources]]\nname = "yard"\naddress = "/srv/drop/"\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cameras.toml"


def test_sources_are_read_with_their_units(path: Path) -> None:
    path.write_text(GATE + YARD, "utf-8")
    gate, yard = read_source_file(path).sources
    assert (gate.keep_seconds, gate.original_seconds, gate.segment_seconds) == (604_800, 43_200, 30)
    assert (gate.settle_seconds, gate.max_bytes) == (2.5, 1_500_000_000)
    assert (yard.kind, yard.keep_seconds, yard.max_bytes) == ("folder", None, None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources = [", "expected a file of sources in TOML"),
        ("", "expected at least one table [[sources]]"),
        ("sources = 3", "expected at least one table [[sources]]"),
        ("sources = [1]", "source 1: expected a table with a name and an address, found 1"),
        ("[mqqt]\n" + YARD, "there is no table 'mqqt'; expected one of: sources, mqtt, webhooks"),
        (YARD + "keep_orignal = true", "source 1: a source has no 'keep_orignal'; do you mean keep_original?"),
        (YARD + 'keep = "7 fortnights"', "keep: expected a time such as 60s, 12h or 7d, found '7 fortnights'"),
        (YARD + 'keep = "7"', "expected a time such as 60s"),
        (YARD + 'max_size = "200"', "expected a size such as 500MB"),
        (YARD + 'max_size = "1kg"', "expected a size such as 500MB"),
        (GATE + YARD.replace("yard", "Gate"), "expected one source of each name, found two that are called 'gate'"),
        ('[[sources]]\nname = "gate"', "found none of its address"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(path: Path, text: str, said: str) -> None:
    path.write_text(text, "utf-8")
    with pytest.raises(UsageError) as caught:
        read_source_file(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_told(path: Path) -> None:
    with pytest.raises(UsageError, match="expected a file of sources"):
        read_source_file(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="expected a file of sources"):
        read_source_file(path)


def test_no_rule_of_a_file_asks_who_somebody_is(path: Path) -> None:
    path.write_text(YARD + '[[sources.rules]]\nname = "who"\nlabels = ["woman"]\n', "utf-8")
    with pytest.raises(VocabularyError):
        read_source_file(path)


def test_units_are_those_of_the_world() -> None:
    assert [parse_span(text, "keep") for text in ("90s", "2m", "1.5 h", "1d", "2w")] == [
        90, 120, 5400, 86_400, 1_209_600,
    ]  # fmt: skip
    assert [parse_size(text, "size") for text in ("500mb", "2 GB", "0.5TB")] == [
        500_000_000, 2_000_000_000, 500_000_000_000,
    ]  # fmt: skip
