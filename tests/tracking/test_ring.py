import numpy as np
import pytest

from passerby.tracking.ring import Ring


def test_what_is_forgotten_is_wiped_and_not_given_any_more() -> None:
    rows: Ring[np.int64] = Ring(4, (1,), np.int64)
    for number in range(6):
        rows.put(np.array([number + 1]))
    assert rows.oldest == 2
    view = rows[3]
    rows.forget(4)
    assert rows.oldest == 4
    assert view.tolist() == [0]
    assert rows.stretch(4, 6).tolist() == [[5], [6]]
    with pytest.raises(IndexError, match=r"expected rows of 4\.\.6"):
        rows.stretch(3, 5)
    rows.forget(9)
    assert rows.oldest == 6
    rows.put(np.array([7]))
    assert rows[6].tolist() == [7]
