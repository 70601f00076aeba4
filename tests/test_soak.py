"""Law 5: adds, forgets, searches, checks and repairs side by side, killed at random; afterwards nothing is amiss."""

from pathlib import Path

from soaked import assert_wholly_there_or_not, documents, make_clips, soak
from soaking import WORK

SECONDS, KILLS = 90, 60  # at most; at least
SEED = 5


def test_nothing_is_lost_and_nothing_left_whoever_is_killed(tmp_path: Path) -> None:
    clips = make_clips(tmp_path)
    told = soak(tmp_path / "soaked", clips, SECONDS, SEED, KILLS)
    assert told["wrong"] == []
    assert sum(count for end, count in told["counts"].items() if "killed" in end) > KILLS / 2, told
    assert told["counts"].keys() >= WORK
    assert_wholly_there_or_not(tmp_path / "soaked")
    assert documents(tmp_path / "soaked", clips) == documents(tmp_path / "undisturbed", clips)
