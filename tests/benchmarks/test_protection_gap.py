"""The gap between groups: counts, and nothing of a row."""

from pathlib import Path

import pytest

from benchmarks.corruptions import CORRUPTIONS
from benchmarks.protection_gap import FEWER, Tally, count, interval, large_groups, report, rows


def test_small_groups_are_not_told_apart() -> None:
    assert large_groups(["a"] * 3 + ["b"], 2) == {"a"}


def test_a_table_without_the_column_is_told(tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("picture,part\n1.jpg,a\n", "utf-8")
    assert [*rows(table, "picture", "part")] == [("1.jpg", "a")]
    with pytest.raises(SystemExit, match="expected the columns picture and group, found no group"):
        next(rows(table, "picture", "group"))


def test_a_gap_is_told_with_what_chance_may_do() -> None:
    tally = Tally()
    tally.found.update({"a": 400, "b": 400, FEWER: 5})
    tally.bare.update({("a", CORRUPTIONS[0].name): 100, ("b", CORRUPTIONS[0].name): 20})
    first, second = report(tally)[2:4]
    assert first.startswith(f"| {CORRUPTIONS[0].name} |")
    assert "25.0% (21.0% to 29.5%)" in first
    assert first.endswith("| 20.0% |")
    assert second.endswith("0.0%, may be chance |")


def test_the_interval_holds_the_share() -> None:
    for part, whole in ((0, 10), (10, 10), (3, 7), (0, 0)):
        low, high = interval(part, whole)
        assert 0 <= low <= part / max(whole, 1) <= high <= 1


def test_a_picture_that_cannot_be_read_is_counted_and_not_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tally = Tally()
    count(tmp_path / "nobody.jpg", "a", tally)
    assert tally.unread == 1
    assert not tally.found
    assert capsys.readouterr() == ("", "")
