"""The page in a bag verifies it in a real browser, from the disk, and asks the network for nothing."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from clips import make_clip
from passerby.casework.casework import Casework
from passerby.evidence.intake import Acquisition
from passerby.library import Library
from passerby.settings import Settings

PATIENCE = 60_000.0  # ms, for machines that do much else


@pytest.fixture(scope="module")
def casework(tmp_path_factory: pytest.TempPathFactory) -> Casework:
    folder = tmp_path_factory.mktemp("evidence")
    desk = Casework(Library(Settings(library=str(folder / "library"))))
    clip = make_clip(folder / "marché 1%.mp4", frames=24)
    desk.take([clip], Acquisition("<b>a phone</b>", "field team 2"), "Case 7", ["shots"])
    return desk


@pytest.fixture(scope="module")
def made(casework: Casework, tmp_path_factory: pytest.TempPathFactory) -> Path:
    bag = tmp_path_factory.mktemp("bags") / "bag"
    casework.export(casework.case("Case 7"), bag, sealed=False)
    return bag


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    with browser.new_context() as context:
        context.set_default_timeout(PATIENCE)
        asked: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        yield context.new_page()
        assert all(url.startswith("file:") for url in asked)


def verified(page: Page, bag: Path, key: str = "") -> str:
    page.goto((bag / "verify.html").as_uri())
    page.get_by_label("The hash of the key").fill(key)
    page.get_by_label("The folder of the bag").set_input_files(bag)
    expect(page.get_by_role("status")).to_contain_text("as it was", timeout=PATIENCE)
    return page.get_by_role("status").inner_text()


def test_a_bag_is_verified_from_the_disk(page: Page, casework: Casework, made: Path) -> None:
    assert verified(page, made, casework.key_hash()) == "All of it is as it was when the bag was made."
    expect(page.get_by_role("heading", name="marché 1%.mp4")).to_be_visible()
    expect(page.get_by_text("<b>a phone</b>; field team 2")).to_be_visible()
    expect(page.get_by_role("cell", name="take", exact=True)).to_be_visible()
    found = Axe().run(page)
    assert not found.violations_count, found.generate_report()


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 4
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lambda bag: _flip(next(bag.glob("data/items/*/original/*"))), "is not what manifest-sha256.txt says"),
        (lambda bag: next(bag.glob("data/items/*/original/*")).unlink(), "is missing"),
        (lambda bag: (bag / "data" / "more.txt").write_text("more"), "data/more.txt is not listed"),
        (lambda bag: _flip(bag / "signature" / "manifest-sha512.sig"), "was not signed by the key"),
        (lambda bag: _flip(next(bag.glob("data/items/*/custody.json"))), "custody.json is not what"),
    ],
)
def test_what_was_changed_is_told(
    page: Page, made: Path, tmp_path: Path, tamper: Callable[[Path], object], said: str
) -> None:
    bag = Path(shutil.copytree(made, tmp_path / "bag"))
    tamper(bag)
    assert verified(page, bag) == "Not all is as it was when the bag was made."
    expect(page.get_by_text(said).first).to_be_visible()


def test_a_bag_that_another_key_has_signed_is_told(page: Page, made: Path) -> None:
    assert verified(page, made, "0" * 64) == "Not all is as it was when the bag was made."
    expect(page.get_by_text("it was signed by another key")).to_be_visible()
