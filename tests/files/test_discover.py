"""Finding files: folders in order, each file once, never for ever."""

from collections.abc import Iterable
from pathlib import Path

from passerby.files.discover import FoundFile, UnreadPlace, video_files
from passerby.object_storage.address import ObjectAddress
from passerby.object_storage.bucket import Bucket


def found(files: Iterable[object]) -> list[object]:
    return [file.location if isinstance(file, FoundFile) else file for file in files]


def touch(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    return path


def test_a_folder_gives_its_videos_in_order(tmp_path: Path) -> None:
    b, a, c = touch(tmp_path / "b.MP4"), touch(tmp_path / "a.mkv"), touch(tmp_path / "sub" / "c.gif")
    touch(tmp_path / "notes.txt")
    assert found(video_files([tmp_path])) == [a, b, c]


def test_what_macos_keeps_beside_a_file_is_no_video(tmp_path: Path) -> None:
    video, alone, _ = touch(tmp_path / "a.mov"), touch(tmp_path / "._b.mov"), touch(tmp_path / "._a.mov")
    assert found(video_files([tmp_path])) == [alone, video]
    assert found(video_files([tmp_path / "._a.mov"])) == [tmp_path / "._a.mov"]


def test_a_file_that_is_named_is_taken_whatever_its_ending(tmp_path: Path) -> None:
    odd = touch(tmp_path / "recording")
    assert found(video_files([odd])) == [odd]


def test_a_file_is_given_once(tmp_path: Path) -> None:
    clip = touch(tmp_path / "a.mp4")
    assert found(video_files([clip, tmp_path, clip])) == [clip]


def test_a_missing_file_is_left_to_whoever_opens_it(tmp_path: Path) -> None:
    assert found(video_files([tmp_path / "none.mp4"])) == [tmp_path / "none.mp4"]


def test_a_folder_that_holds_itself_is_searched_once(tmp_path: Path) -> None:
    clip = touch(tmp_path / "a.mp4")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert found(video_files([tmp_path])) == [clip]


def test_names_with_newlines_and_signs_are_kept(tmp_path: Path) -> None:
    odd = touch(tmp_path / "two\nlines 🎥.mp4")
    assert found(video_files([tmp_path])) == [odd]


def test_a_prefix_gives_the_videos_below_it_with_their_states(bucket: str) -> None:
    keys = ["a/b.MP4", "a/c d#1.mkv", "a/folder/", "a//e.gif", "a/notes.txt", "ab/f.mp4", "recording"]
    for key in keys:
        Bucket(bucket).put(key, b"x")
    videos = [f"s3://{bucket}/{key}" for key in ("a//e.gif", "a/b.MP4", "a/c d#1.mkv")]
    for address in (ObjectAddress(bucket, "a/"), ObjectAddress(bucket, "a")):
        files = list(video_files([address, address]))
        assert [str(file.location) for file in files] == videos
        assert all(isinstance(file, FoundFile) and file.state.startswith("1 ") for file in files)
    assert found(video_files([ObjectAddress(bucket, "recording")])) == [ObjectAddress(bucket, "recording")]


def test_a_part_of_a_bucket_that_is_not_there_is_told_and_others_are_searched(bucket: str) -> None:
    Bucket(bucket).put("a/b.mp4", b"x")
    places = [ObjectAddress("no-such-bucket", "a/"), ObjectAddress(bucket, "none.mp4"), ObjectAddress(bucket)]
    missing, none, there = video_files(places)
    assert isinstance(missing, UnreadPlace)
    assert missing.message.startswith("s3://no-such-bucket: expected a bucket, found none")
    assert isinstance(none, UnreadPlace)
    assert none.message == f"s3://{bucket}/none.mp4: expected an object, found none (any more)"
    assert there.location == ObjectAddress(bucket, "a/b.mp4")
