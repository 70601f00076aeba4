import numpy as np
import pytest

from passerby.redact.look.sightings import LESS_OF_LARGE, RULES, with_margins
from passerby.redact.plan.kinds import FoundKind


@pytest.mark.parametrize("kind", sorted(LESS_OF_LARGE))
def test_the_margins_of_what_is_large_are_a_smaller_share_of_it(kind: FoundKind) -> None:
    whole, less, least = LESS_OF_LARGE[kind]
    rule = RULES[kind]
    for height, share in ((10, 1), (whole, 1), ((whole + less) / 2, (1 + least) / 2), (900, least)):
        grown = with_margins(kind, np.array([[100, 100, 100 + height, 100 + height]], np.float32))[0]
        assert grown[2] - grown[0] == pytest.approx(
            height * (1 + 2 * share * min(rule.margin_x, rule.most_x)), rel=1e-5
        )
        assert grown[3] - grown[1] == pytest.approx(height * (1 + 2 * share * rule.margin_y), rel=1e-5)


def test_those_of_heads_are_the_same_share_of_all() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 400, 400]], np.float32)
    grown = with_margins("heads", boxes)
    assert np.ptp((grown[:, 2] - grown[:, 0]) / (boxes[:, 2] - boxes[:, 0])) == pytest.approx(0, abs=1e-5)
