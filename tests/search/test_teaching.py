import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from libraries import unit
from passerby.search.teaching import ALONE, LEAST, found_again, threshold_of


@given(st.lists(st.integers(0, 50), min_size=1, max_size=6))
def test_the_threshold_finds_each_example_by_the_others_unless_they_are_unlike(seeds: list[int]) -> None:
    examples = [unit(0) * 3 + unit(seed) for seed in seeds]
    examples = [np.asarray(example / np.linalg.norm(example), np.float32) for example in examples]
    threshold = threshold_of(examples)
    assert LEAST <= threshold <= 1
    if len(examples) == 1:
        assert (threshold, found_again(examples, threshold)) == (ALONE, 0)
    elif threshold > LEAST:
        assert found_again(examples, threshold) == len(examples)


def test_unlike_examples_are_told_by_those_that_are_not_found_again() -> None:
    examples = [unit(0), unit(0), unit(7)]
    assert threshold_of(examples) == LEAST
    assert found_again(examples, LEAST) == 2
