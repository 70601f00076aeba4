from pathlib import Path

import pytest

from passerby.errors import OutputError, UsageError
from passerby.files.publish import check_target, publish, unfinished


def _file(path: Path, text: str = "original") -> Path:
    path.write_text(text)
    return path


def test_a_new_name_in_a_folder_that_is_there_is_fine(tmp_path: Path) -> None:
    check_target(_file(tmp_path / "in.mp4"), tmp_path / "out.mp4", overwrite=False)


@pytest.mark.parametrize("overwrite", [False, True])
def test_the_original_is_never_written_over(tmp_path: Path, overwrite: bool) -> None:
    source = _file(tmp_path / "in.mp4")
    link, hard = tmp_path / "link.mp4", tmp_path / "hard.mp4"
    link.symlink_to(source)
    hard.hardlink_to(source)
    for target in (source, tmp_path / "." / "in.mp4", link, hard):
        with pytest.raises(UsageError, match="expected another file than the original"):
            check_target(source, target, overwrite=overwrite)


def test_a_file_that_is_there_is_kept_unless_it_may_be_written_over(tmp_path: Path) -> None:
    source, target = _file(tmp_path / "in.mp4"), _file(tmp_path / "out.mp4")
    with pytest.raises(UsageError, match="--overwrite"):
        check_target(source, target, overwrite=False)
    check_target(source, target, overwrite=True)


def test_a_missing_folder_and_a_folder_in_place_of_a_file_are_named(tmp_path: Path) -> None:
    source = _file(tmp_path / "in.mp4")
    with pytest.raises(UsageError, match=r"found none at .*missing"):
        check_target(source, tmp_path / "missing" / "out.mp4", overwrite=True)
    with pytest.raises(UsageError, match="found a folder"):
        check_target(source, tmp_path, overwrite=True)


def test_nothing_is_left_after_an_error(tmp_path: Path) -> None:
    def fail() -> None:
        with unfinished(tmp_path / "out.mp4") as part:
            part.write_bytes(b"half")
            raise OutputError("the disk is full")

    with pytest.raises(OutputError, match="full"):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_an_unfinished_copy_lies_beside_its_target_and_has_its_suffix(tmp_path: Path) -> None:
    with unfinished(tmp_path / "out.mp4") as part:
        assert (part.parent, part.suffix) == (tmp_path, ".mp4")
        assert part.name.startswith(".")


def test_what_a_killed_run_has_left_is_written_over(tmp_path: Path) -> None:
    with unfinished(tmp_path / "out.mp4") as part:
        left = part
    left.write_bytes(b"rest of a killed run")
    with unfinished(tmp_path / "out.mp4") as part:
        assert part.read_bytes() == b""
    assert list(tmp_path.iterdir()) == []


def _second_run(target: Path) -> str:
    try:
        with unfinished(target):
            return "written"
    except UsageError as error:
        return str(error)


def test_a_second_run_at_once_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"
    with unfinished(target) as part:
        part.write_bytes(b"the first run's")
        assert "another run is writing this copy" in _second_run(target)
        assert part.read_bytes() == b"the first run's"
    assert _second_run(target) == "written"


def test_a_lost_attempt_that_comes_back_has_nothing_to_give_the_name_to(tmp_path: Path) -> None:
    target = tmp_path / "out.mp4"

    def come_back() -> None:
        with unfinished(target, "run") as lost:
            lost.write_text("of the lost attempt")
            with unfinished(target, "run") as part:
                assert not lost.exists()
                part.write_text("of the second attempt")
                assert "another run is writing this copy" in _second_run(target)
                publish(part, target)
            publish(lost, target)

    with pytest.raises(OutputError, match=r"out\.mp4: cannot be written \(No such file"):
        come_back()
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"out.mp4": "of the second attempt"}


def test_what_attempts_of_a_killed_run_have_left_is_removed_by_the_next_run(tmp_path: Path) -> None:
    for name in (".out.unfinished-killed-1.mp4", ".out.unfinished.mp4", "out.unfinished-mine.mp4"):
        _file(tmp_path / name, "killed")
    with unfinished(tmp_path / "out.mp4") as part:
        assert part.read_bytes() == b""
    assert [path.name for path in tmp_path.iterdir()] == ["out.unfinished-mine.mp4"]


def test_publishing_replaces_the_target_in_one_step(tmp_path: Path) -> None:
    target = _file(tmp_path / "out.mp4", "older copy")
    with target.open() as open_before, unfinished(target) as part:
        part.write_text("newer copy")
        assert target.read_text() == "older copy"
        publish(part, target)
        assert target.read_text() == "newer copy"
        assert open_before.read() == "older copy"  # another file, not the same one written over
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]


def test_a_folder_that_cannot_be_written_to_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="check the folder"), unfinished(tmp_path / "missing" / "out.mp4"):
        pass
    with pytest.raises(OutputError, match="cannot be written"):
        publish(tmp_path / "never made.mp4", tmp_path / "out.mp4")


def test_a_target_that_is_a_link_to_itself_is_none_of_the_original(tmp_path: Path) -> None:
    loop = tmp_path / "loop.mp4"
    loop.symlink_to("loop.mp4")
    check_target(_file(tmp_path / "in.mp4"), loop, overwrite=False)  # publishing puts the copy in its place
