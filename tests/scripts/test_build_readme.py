"""The README's example, taken apart and put together, and what is left out of an output."""

from scripts.build_readme import BLOCK, README, as_before, read, written


def test_the_example_is_put_together_as_it_was() -> None:
    found = BLOCK.search(README.read_text("utf-8"))
    assert found is not None
    shown = read(found[2])
    assert written(shown) == found[2]
    assert sum(one.is_run and bool(one.output) for one in shown) > 10


def test_as_much_is_left_out_as_before() -> None:
    new = ["head", "a", "b", "c", "end"]
    assert as_before(("old", "…", "last"), new) == ("head", "…", "end")
    assert as_before(("old", "…"), new) == ("head", "…")
    assert as_before(("two", "lines"), new) == tuple(new)
    assert as_before(("abc…",), ["longer", "x"]) == ("lon…", "x")
