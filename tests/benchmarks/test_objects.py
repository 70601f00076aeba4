"""The scorer of the objects benchmark: which boxes are right, wrong or of no account."""

from collections import Counter

import numpy as np

from benchmarks.objects import Tally, Things, match
from passerby.records import Detections

Box = tuple[float, float, float, float]
HERE: Box = (10, 10, 30, 30)
THERE: Box = (60, 10, 80, 30)


def found(*rows: tuple[str, float, Box]) -> Detections:
    return Detections(
        np.array([row[2] for row in rows], np.float32).reshape(-1, 4),
        np.array([row[1] for row in rows], np.float32),
        tuple(row[0] for row in rows),
    )


def things(*rows: tuple[str, Box]) -> Things:
    return Things.read([(name, list(box)) for name, box in rows])


def counts(tally: Tally) -> tuple[int, int, int]:
    return tally.right.total(), tally.wrong.total(), tally.missed.total()


def test_a_box_of_the_right_name_and_place_is_right() -> None:
    assert counts(match(found(("car", 0.9, (12, 10, 32, 30))), things(("car", HERE)), things())) == (1, 0, 0)


def test_the_right_name_elsewhere_is_wrong_and_the_thing_is_missed() -> None:
    assert counts(match(found(("car", 0.9, THERE)), things(("car", HERE)), things())) == (0, 1, 1)


def test_the_right_place_by_another_name_is_wrong() -> None:
    tally = match(found(("boat", 0.9, HERE)), things(("car", HERE)), things())
    assert (tally.wrong, tally.missed) == (Counter(boat=1), Counter(car=1))


def test_a_second_box_on_the_same_thing_is_wrong() -> None:
    assert counts(match(found(("car", 0.9, HERE), ("car", 0.8, HERE)), things(("car", HERE)), things())) == (1, 1, 0)


def test_the_surer_box_chooses_first() -> None:
    twice = found(("car", 0.5, (14, 10, 34, 30)), ("car", 0.9, HERE))
    assert counts(match(twice, things(("car", HERE), ("car", (18, 10, 38, 30))), things())) == (2, 0, 0)


def test_a_thing_of_several_names_may_be_called_any_of_them() -> None:
    assert counts(match(found(("truck", 0.9, HERE)), things(("car|truck", HERE)), things())) == (1, 0, 0)


def test_what_lies_in_an_ignored_place_is_neither_right_nor_wrong() -> None:
    assert counts(match(found(("car", 0.9, HERE)), things(), things(("", (0, 0, 40, 40))))) == (0, 0, 0)


def test_a_place_ignored_for_one_name_counts_for_others() -> None:
    ignored = things(("book", (0, 0, 40, 40)))
    assert counts(match(found(("car", 0.9, HERE), ("book", 0.9, HERE)), things(), ignored)) == (0, 1, 0)


def test_nothing_found_among_nothing_is_nothing() -> None:
    assert counts(match(found(), things(), things())) == (0, 0, 0)
