import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from passerby.models.hedging import Hedger
from passerby.models.vocabulary import check_labels
from passerby.records import Floats

EGYPTIAN_CAT, TABBY, TIGER_CAT, LYNX, TAXI, SPORTS_CAR, RESTAURANT = 285, 281, 282, 287, 468, 817, 762
KIMONO, SUIT, BALLPLAYER, GROOM, SCUBA_DIVER, GORILLA, SUNGLASSES = 614, 834, 981, 982, 983, 366, 837


def chances(**named: float) -> Floats:
    """Chances of the classes named, the rest spread evenly over all."""
    result = np.full(1000, (1 - sum(named.values())) / 1000, np.float32)
    for name, chance in named.items():
        result[globals()[name]] += chance
    return result


def names(probabilities: Floats, threshold: float = 0.6) -> list[str]:
    return [label for label, _ in Hedger(threshold).tags(probabilities)]


def test_a_sure_class_is_said_by_its_own_name() -> None:
    ((label, score),) = Hedger().tags(chances(TAXI=0.9))
    assert label == "taxi"
    assert score == pytest.approx(0.9, abs=0.001)


def test_where_classes_compete_the_broader_one_is_said() -> None:
    assert names(chances(EGYPTIAN_CAT=0.4, TABBY=0.3, TIGER_CAT=0.2)) == ["cat"]
    assert names(chances(TAXI=0.4, SPORTS_CAR=0.4)) == ["car"]


def test_the_more_telling_of_two_sure_names_is_said() -> None:
    assert names(chances(EGYPTIAN_CAT=0.5, LYNX=0.4)) == ["feline"]
    assert names(chances(EGYPTIAN_CAT=0.5, LYNX=0.4), threshold=0.4) == ["egyptian cat"]


def test_where_only_a_vague_class_is_sure_nothing_is_said() -> None:
    assert names(chances(TAXI=0.45, RESTAURANT=0.45)) == []


def test_a_guess_that_knows_nothing_says_nothing() -> None:
    assert names(np.full(1000, 0.001, np.float32), threshold=0.1) == []


def test_things_that_share_nothing_can_be_said_together() -> None:
    assert sorted(names(chances(RESTAURANT=0.45, TAXI=0.45), threshold=0.4)) == ["restaurant", "taxi"]


@pytest.mark.parametrize("person", ["KIMONO", "SUIT", "BALLPLAYER", "GROOM", "SCUBA_DIVER", "GORILLA", "SUNGLASSES"])
def test_people_what_they_wear_and_apes_are_never_said_however_sure(person: str) -> None:
    assert names(chances(**{person: 0.99}), threshold=0.05) == []


def test_what_people_wear_counts_for_no_broader_name() -> None:
    hedger = Hedger()
    said = hedger.labels
    assert len(said) == len(set(said))
    together = chances(KIMONO=0.2, SUIT=0.2, BALLPLAYER=0.2, GORILLA=0.2, SUNGLASSES=0.2)
    assert names(together, threshold=0.05) == []


def test_every_name_that_can_be_said_passes_the_vocabulary_check() -> None:
    assert len(Hedger().labels) > 900
    check_labels(Hedger().labels, "the ImageNet classes")


def test_broader_names() -> None:
    assert {"cat", "feline", "animal"} <= set(Hedger().broader("egyptian cat"))
    assert "taxi" not in Hedger().broader("car")


def test_another_number_of_classes_is_refused() -> None:
    with pytest.raises(ValueError, match=r"expected \(1000,\), found \(999,\)"):
        Hedger().tags(np.zeros(999, np.float32))


@settings(deadline=None, max_examples=50)
@given(arrays(np.float64, 12, elements=st.floats(0, 1)), st.floats(0.05, 0.95), st.integers(0, 988))
def test_tags_are_sure_enough_and_share_no_class(values: NDArray[np.float64], threshold: float, first: int) -> None:
    probabilities = np.zeros(1000, np.float32)
    probabilities[first : first + 12] = values / max(values.sum(), 1)
    hedger = Hedger(threshold)
    tags = hedger.tags(probabilities)
    assert all(threshold <= score <= 1 for _, score in tags)
    assert sum(score for _, score in tags) <= 1.001
    for label, _ in tags:
        assert not set(hedger.broader(label)) & {other for other, _ in tags}
