from fractions import Fraction

from passerby.media.damage import Damage


def test_nothing_amiss_says_nothing() -> None:
    assert Damage().describe(Fraction(40), Fraction(40)) == ""
    assert Damage().describe(Fraction(40), None) == ""


def test_a_header_that_is_a_little_off_is_not_damage() -> None:
    assert Damage().describe(Fraction(39), Fraction(40)) == ""
    assert Damage().describe(Fraction(990), Fraction(1000)) == ""


def test_of_a_file_that_is_cut_off_every_missing_frame_is_damage() -> None:
    assert Damage().describe(Fraction("3.96"), Fraction(4), Fraction("0.02")) == "readable to 3.960 s of 4.000 s"
    assert Damage().describe(Fraction("3.99"), Fraction(4), Fraction("0.02")) == ""
    assert Damage(missing=1).describe(Fraction("3.99"), Fraction(4)) == "readable to 3.990 s of 4.000 s"
    assert Damage(missing=1).describe(Fraction(4), Fraction(4)) == "cut off after 4.000 s"
    assert Damage().describe(Fraction(4), None, Fraction("0.02")) == "cut off after 4.000 s"


def test_all_that_is_amiss_is_told_in_one_line() -> None:
    damage = Damage(packets=3, frames=1, times=2, sounds=1, lost_sound=True)
    assert damage.describe(Fraction("12.3"), Fraction(40)) == (
        "3 damaged packets, 1 damaged frame, 2 repaired time stamps, 1 damaged packet of sound, "
        "sound of an unknown kind, left out, readable to 12.300 s of 40.000 s"
    )
