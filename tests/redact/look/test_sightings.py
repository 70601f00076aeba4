import numpy as np
import pytest

from passerby.redact.look.sightings import LEAST_MARGIN, LESS_MARGIN, RULES, WHOLE_MARGIN, with_margins

RULE = RULES["faces"]


@pytest.mark.parametrize(
    ("height", "share"),
    [(10, 1), (WHOLE_MARGIN, 1), ((WHOLE_MARGIN + LESS_MARGIN) / 2, (1 + LEAST_MARGIN) / 2), (400, LEAST_MARGIN)],
)
def test_the_margins_of_a_large_face_are_a_smaller_share_of_it(height: float, share: float) -> None:
    grown = with_margins("faces", np.array([[100, 100, 100 + height, 100 + height]], np.float32))[0]
    assert grown[2] - grown[0] == pytest.approx(height * (1 + 2 * share * RULE.margin_x), rel=1e-5)
    assert grown[3] - grown[1] == pytest.approx(height * (1 + 2 * share * RULE.margin_y), rel=1e-5)


def test_those_of_heads_are_the_same_share_of_all() -> None:
    boxes = np.array([[0, 0, 10, 10], [0, 0, 400, 400]], np.float32)
    grown = with_margins("heads", boxes)
    assert np.ptp((grown[:, 2] - grown[:, 0]) / (boxes[:, 2] - boxes[:, 0])) == pytest.approx(0, abs=1e-5)
