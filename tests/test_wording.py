import pytest

from passerby.wording import counted


@pytest.mark.parametrize(("number", "expected"), [(0, "0 tracks"), (1, "1 track"), (2, "2 tracks"), (11, "11 tracks")])
def test_one_thing_is_told_in_the_singular(number: int, expected: str) -> None:
    assert counted(number, "track") == expected
