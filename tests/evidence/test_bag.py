"""Bags verify without Passerby, and whatever is changed in one is found, by Passerby and by the bag's own script."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import bagit
import pytest

from authorities import Keys, serving
from clips import make_clip
from gop_clips import GROUPED, covered, spliced
from passerby.casework.casework import Casework
from passerby.errors import OutputError, StampError, UsageError
from passerby.evidence.bag_check import check_bag, is_bag
from passerby.evidence.intake import Acquisition
from passerby.evidence.library_key import LibraryKey
from passerby.evidence.stamps import Authority, Stamp
from passerby.library import Library
from passerby.settings import Settings

NAMES = ("one.mp4", "two.mp4")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of the library."""
    return tmp_path_factory.mktemp("evidence") / "library"


@pytest.fixture(scope="module")
def casework(folder: Path) -> Casework:
    """Two items in a case, and one in another."""
    clips = [make_clip(folder.with_name(name), frames=24 + 12 * n) for n, name in enumerate((*NAMES, "other.mp4"))]
    folder.with_name("one.mp4.sha256").write_text("0" * 64)
    desk = Casework(Library(Settings(library=str(folder))))
    desk.take(clips[:2], Acquisition("a phone"), "Case 7", ["shots"])
    desk.take(clips[2:], Acquisition("a phone"), "Case 8", ["shots"])
    return desk


@pytest.fixture(scope="module")
def made(casework: Casework, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(casework, tmp_path_factory.mktemp("bags"))


@pytest.fixture(scope="module")
def sealed(casework: Casework, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bag with a copy of one of the two, and no original."""
    folder = tmp_path_factory.mktemp("sealed")
    copies = folder / "copies"
    copies.mkdir()
    item = casework.items(casework.case("Case 7"))[0]
    (copies / "safe.mp4").write_bytes(b"a copy")
    report = {"original": {"sha256": item.video}, "copy": {"name": "safe.mp4", "sha256": _sha256(copies / "safe.mp4")}}
    (copies / "safe.json").write_text(json.dumps(report))
    bag = folder / "bag"
    casework.export(casework.case("Case 7"), bag, sealed=True, copies=copies)
    return bag


def _sha256(path: Path) -> str:
    return subprocess.run(["sha256sum", path], capture_output=True, text=True, check=True).stdout.split()[0]


def exported(casework: Casework, folder: Path) -> Path:
    casework.export(casework.case("Case 7"), folder / "bag", sealed=False)
    return folder / "bag"


def script(bag: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The bag's own script, with nothing else of this project in sight."""
    command = ["sh", str(bag / "verify.sh"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={"PATH": os.defpath})


def test_a_bag_is_verified_by_bagit_by_its_own_script_and_here(casework: Casework, made: Path) -> None:
    assert is_bag(made)
    bagit.Bag(str(made)).validate()
    run = script(made, casework.key_hash())
    assert run.returncode == 0, run.stdout + run.stderr
    found = check_bag(made, casework.key_hash())
    assert found.is_sound, found
    assert [item.name for item in found.items] == sorted(NAMES, key=[each.name for each in found.items].index)
    originals = {path.name for path in made.glob("data/items/*/original/*")}
    assert originals == set(NAMES)
    assert len(list(made.glob("data/items/*/sidecars/*"))) == 1


def test_a_sealed_bag_has_no_original_and_nothing_found_in_one(casework: Casework, sealed: Path) -> None:
    assert check_bag(sealed, casework.key_hash()).is_sound
    assert script(sealed).returncode == 0
    names = {path.name for path in sealed.rglob("*") if path.is_file()}
    assert "safe.mp4" in names
    assert not names & {*NAMES, "insights.json"}
    originals = {item.intake.digests.sha256 for item in casework.items()}
    assert not originals & {_sha256(path) for path in sealed.rglob("*") if path.is_file()}


def test_a_sealed_bag_shows_which_pictures_are_the_originals(tmp_path: Path) -> None:
    original = make_clip(tmp_path / "clip.mp4", rate=25, **GROUPED)
    desk = Casework(Library(Settings(library=str(tmp_path / "library"))))
    desk.take([original], Acquisition("a phone"), "Case 9", ["shots"])
    (tmp_path / "copies").mkdir()
    copy = tmp_path / "copies" / "safe.mp4"
    spliced(original, copy, lambda pts: pts < 4096, lambda frame: covered(frame, (48, 32, 112, 80)))
    report = {"original": {"sha256": _sha256(original)}, "copy": {"name": copy.name, "sha256": _sha256(copy)}}
    copy.with_suffix(".json").write_text(json.dumps(report))
    bag = tmp_path / "bag"
    desk.export(desk.case("Case 9"), bag, sealed=True, copies=copy.parent)
    [item] = check_bag(bag).items
    assert item.shown == ("safe.mp4: 32 of 40 frames, in 4 of 5 groups of pictures, are the original's to the bit",)
    [groups] = bag.rglob("groups.json")
    told = json.loads(groups.read_text())
    groups.write_text(json.dumps(told | {"root": "00" * 32}))
    assert check_bag(bag).items[0].faults


def test_a_bag_tells_of_its_case_only(casework: Casework, made: Path) -> None:
    (other,) = casework.items(casework.case("Case 8"))
    texts = [path.read_bytes() for path in made.rglob("*") if path.suffix in (".json", ".txt")]
    assert not any(other.video.encode() in text or b"/library" in text or b"other.mp4" in text for text in texts)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 4
    path.write_bytes(content)


def _halve(path: Path) -> None:
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join(lines[: len(lines) // 2]))


def resign(bag: Path, key: LibraryKey) -> None:
    """As somebody would who changes a bag and has another key: every list made anew."""
    made = bagit.Bag(str(bag))
    (bag / "signature" / "key.pem").write_bytes(key.public())
    made.save(manifests=True)
    (bag / "signature" / "manifest-sha512.sig").write_bytes(key.sign((bag / "manifest-sha512.txt").read_bytes()))
    made.save()


TAMPERINGS: dict[str, Callable[[Path], object]] = {
    "a bit of an original": lambda bag: flip(next(bag.glob("data/items/*/original/one.mp4"))),
    "the end of an original": lambda bag: next(bag.glob("data/items/*/original/one.mp4")).write_bytes(b"short"),
    "an original that is gone": lambda bag: next(bag.glob("data/items/*/original/one.mp4")).unlink(),
    "another name": lambda bag: (p := next(bag.glob("data/items/*/original/one.mp4"))).rename(p.with_name("x.mp4")),
    "a file more": lambda bag: (bag / "data" / "more.txt").write_text("more"),
    "what was noted": lambda bag: flip(next(bag.glob("data/items/*/intake.json"))),
    "the custody": lambda bag: flip(next(bag.glob("data/items/*/custody.json"))),
    "the end of the log": lambda bag: flip(bag / "data" / "log.json"),
    "a list": lambda bag: flip(bag / "manifest-sha512.txt"),
    "the other list": lambda bag: flip(bag / "manifest-sha256.txt"),
    "a list of lists": lambda bag: (bag / "tagmanifest-sha256.txt").write_text(""),
    "half of one": lambda bag: _halve(bag / "tagmanifest-sha512.txt"),
    "the signature": lambda bag: flip(bag / "signature" / "manifest-sha512.sig"),
    "no signature": lambda bag: shutil.rmtree(bag / "signature"),
    "a link out of it": lambda bag: (bag / "data" / "link").symlink_to("/etc/hostname"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_is_changed_in_a_bag_is_found_by_both(made: Path, tmp_path: Path, name: str) -> None:
    bag = Path(shutil.copytree(made, tmp_path / "bag"))
    TAMPERINGS[name](bag)
    assert not check_bag(bag).is_sound
    assert script(bag).returncode != 0


def _swap(bag: Path) -> None:
    one, two = sorted(bag.glob("data/items/*/custody.json"))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)


def _say_something_else(bag: Path) -> None:
    path = next(bag.glob("data/items/*/intake.json"))
    path.write_text(path.read_text().replace("a phone", "a drone"))


def _cut_the_custody(bag: Path) -> None:
    path = next(bag.glob("data/items/*/custody.json"))
    path.write_text(json.dumps([entry for entry in json.loads(path.read_bytes()) if entry["action"] != "take"]))


def _say_who_else(bag: Path) -> None:
    path = next(bag.glob("data/items/*/custody.json"))
    path.write_text(path.read_text().replace("(python)", "(mcp)"))


def _leave_an_item_out(bag: Path) -> None:
    shutil.rmtree(next(bag.glob("data/items/*")))


@pytest.mark.parametrize("change", [_swap, _say_something_else, _cut_the_custody, _say_who_else, _leave_an_item_out])
def test_a_bag_that_was_signed_anew_is_found_by_the_key_and_by_what_hangs_together(
    casework: Casework, made: Path, tmp_path: Path, change: Callable[[Path], None]
) -> None:
    bag = Path(shutil.copytree(made, tmp_path / "bag"))
    change(bag)
    resign(bag, LibraryKey.of(tmp_path))
    found = check_bag(bag, casework.key_hash())
    assert any("found that of" in fault for fault in found.faults)
    assert script(bag, casework.key_hash()).returncode != 0
    assert not check_bag(bag).is_sound  # also for who does not know the key


@pytest.mark.usefixtures("casework")
def test_no_bag_is_made_of_an_original_that_is_not_what_was_taken(folder: Path, tmp_path: Path) -> None:
    library = Path(shutil.copytree(folder, tmp_path / "library"))
    desk = Casework(Library(Settings(library=str(library))))
    flip(next(library.glob("originals/*/one.mp4")))
    with pytest.raises(OutputError, match="expected the bytes that were noted"):
        exported(desk, tmp_path)
    assert not list(tmp_path.glob("*bag*"))


def test_a_stamp_says_when_the_list_was_there_and_is_found_if_it_is_of_another(
    casework: Casework, made: Path, tmp_path: Path
) -> None:
    bag = Path(shutil.copytree(made, tmp_path / "bag"))
    keys = Keys.made(tmp_path / "keys")
    with serving(keys) as address, serving(keys, "rubbish") as wrong:
        asked = [Authority(wrong, keys.root), Authority(address, keys.root)]
        failed, stamp = (answer for _, answer in casework.stamp(bag, asked))
    assert isinstance(failed, StampError)
    assert isinstance(stamp, Stamp)
    found = check_bag(bag, casework.key_hash())
    assert found.is_sound, found
    assert found.stamps == (f"{stamp.time.isoformat()} {asked[1].name}",)
    run = script(bag, casework.key_hash())
    assert run.returncode == 0, run.stdout
    assert "the list was there at" in run.stdout
    flip(bag / "stamps" / f"{asked[1].name}.tsr")
    assert not check_bag(bag).is_sound
    assert script(bag).returncode != 0


def test_what_cannot_be_made_is_refused_before(casework: Casework, made: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nothing there yet"):
        casework.export(casework.case("Case 7"), made, sealed=False)
    with pytest.raises(UsageError, match="make it first"):
        casework.export(casework.case("Case 7"), tmp_path / "none" / "bag", sealed=False)
    with pytest.raises(UsageError, match="expected copies with their reports"):
        casework.export(casework.case("Case 7"), tmp_path / "bag", sealed=True, copies=tmp_path)
