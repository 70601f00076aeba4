import pytest

from passerby.redact.look.motion import FOLLOWED, frames_followed, frames_held


@pytest.mark.parametrize(("every", "frames"), [(1, 12), (4, 16), (12, 48), (60, FOLLOWED)])
def test_what_is_plain_to_see_is_followed_for_a_few_looks(every: int, frames: int) -> None:
    assert frames_followed(every) == frames


def test_a_place_that_was_followed_to_the_end_is_not_held() -> None:
    assert frames_held([None] * 16, 16) == 0
    assert frames_held([None] * 15, 16) > 0
    assert frames_held([None] * FOLLOWED) == 0
