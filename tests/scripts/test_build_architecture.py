"""The picture of the floors is what the imports say."""

from scripts import build_architecture

TOWER = {"door": {"shop", "ground"}, "shop": {"ground"}, "ground": set[str]()}


def test_the_picture_and_the_table_are_up_to_date() -> None:
    words = "run: .venv/bin/python -m scripts.build_architecture"
    assert build_architecture.PICTURE.read_text("utf-8") == build_architecture.picture(), words
    page = build_architecture.PAGE.read_text("utf-8")
    assert page == build_architecture.page(page), words


def test_a_room_is_one_floor_above_the_highest_that_it_imports() -> None:
    assert build_architecture.floors(TOWER) == {"door": 2, "shop": 1, "ground": 0}


def test_an_arrow_that_others_stand_for_is_left_out() -> None:
    assert build_architecture.needed_arrows(TOWER) == [("door", "shop"), ("shop", "ground")]


def test_every_room_is_drawn_and_told_of() -> None:
    picture, page = build_architecture.picture(), build_architecture.PAGE.read_text("utf-8")
    for room in build_architecture.imports():
        assert f">{room}<" in picture or f">{room}/<" in picture, room
        assert f"| `{room}/` |" in page or f"| `{room}.py` |" in page, room
