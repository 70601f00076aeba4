import numpy as np

from passerby.models.detectors.queries import chances, corners


def test_shares_become_corners() -> None:
    shares = np.array([[0.5, 0.5, 1, 1], [0.25, 0.75, 0.5, 0.1]], np.float32)

    np.testing.assert_allclose(corners(shares, 200, 100), [[0, 0, 200, 100], [0, 70, 100, 80]], atol=1e-4)


def test_logits_of_any_size_become_chances() -> None:
    found = chances(np.array([-1e4, 0, np.log(3), 1e4], np.float32))

    np.testing.assert_allclose(found, [0, 0.5, 0.75, 1], atol=1e-6)
