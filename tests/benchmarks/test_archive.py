"""The plan for an archive: what is reckoned from what was measured."""

import pytest

from benchmarks import archive
from benchmarks.archive import Measured, report

OF = Measured(
    plain=4.0,
    everything=2.0,
    moments=1_000_000,
    bytes_a_moment=10_000,
    vectors_a_second=1_000,
    videos_a_second=50,
    search_ms=100,
)


def test_work_money_and_storage() -> None:
    told = report(1_000, OF)
    assert "| everything | 2.0 | 1,000 | 1 | 0.1 | 0.0 | 0.030 | 30 | 26,880 |" in told
    assert "600,000 moments" in told
    assert "| the database, with its indexes | 6 GB |" in told


def test_a_number_that_no_table_has_is_an_error() -> None:
    with pytest.raises(LookupError, match="expected a row 'nothing like it'"):
        archive._cell("index.md", "nothing like it", -1)


def test_numbers_are_read_from_tables() -> None:
    assert archive._cell("index.md", "calm", -2) > 1
