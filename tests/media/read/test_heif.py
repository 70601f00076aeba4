"""HEIC is read whole and upright, and what it hides stays hidden."""

import io
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from odd_clips import box, clean_aperture, exif
from odd_stills import heic
from passerby.errors import DamagedError, NotVideoError
from passerby.media.formats import boxes
from passerby.media.read.probe import probe
from passerby.media.still import read_still
from passerby.records import Pixels


def with_property(data: bytes, new: bytes) -> bytes:
    """A file of one picture, told of first, with one property more."""
    at = data.index(b"ipma") + 4
    associations = at + 4 + 4 + 2
    count = data[associations]
    properties = data.index(b"ipco") - 4
    end = properties + int.from_bytes(data[properties : properties + 4], "big")
    number = 1 + sum(1 for _ in boxes.boxes(io.BytesIO(data), properties + 8, end))
    where = associations + 1 + count
    entry = data[associations + 1 : where] + bytes([0x80 | number])
    changed = bytearray(data[:associations] + bytes([count + 1]) + entry)
    changed += data[where:]
    changed[end:end] = new
    for kind, more in ((b"ipma", 1), (b"ipco", len(new)), (b"iprp", len(new) + 1), (b"meta", len(new) + 1)):
        place = changed.index(kind) - 4
        changed[place : place + 4] = (int.from_bytes(changed[place : place + 4], "big") + more).to_bytes(4, "big")
    return _moved(bytes(changed), len(new) + 1)


def _moved(data: bytes, by: int) -> bytes:
    """The same with its items so many bytes later: libavif writes one extent an item, places in four bytes."""
    changed = bytearray(data)
    at = data.index(b"iloc") + 4
    assert changed[at] == 0
    assert changed[at + 4] == 0x44
    for entry in range(int.from_bytes(changed[at + 6 : at + 8], "big")):
        place = at + 8 + 14 * entry + 6
        changed[place : place + 4] = (int.from_bytes(changed[place : place + 4], "big") + by).to_bytes(4, "big")
    return bytes(changed)


def spotted(width: int = 128, height: int = 64) -> Pixels:
    """Another colour in each corner, and gray between."""
    pixels = np.full((height, width, 3), 128, np.uint8)
    pixels[:24, :24], pixels[:24, -24:] = (250, 0, 0), (0, 250, 0)
    pixels[-24:, :24], pixels[-24:, -24:] = (0, 0, 250), (250, 250, 0)
    return pixels


def is_like(found: Pixels, wanted: Pixels) -> bool:
    return found.shape == wanted.shape and float(np.abs(found.astype(int) - wanted).mean()) < 4


def test_a_film_behind_or_within_is_told(tmp_path: Path) -> None:
    plain = heic(tmp_path / "a.heic", [spotted()]).read_bytes()
    film = b"\0\0\0\x14ftypmp42\0\0\0\0isom" + b"\0\0\0\x08moov"
    for name, behind in (("b.heic", film), ("c.heic", b"\0\0\0\x24mpvd" + film)):
        (tmp_path / name).write_bytes(plain + behind)
        told = f"{len(behind)} bytes behind the picture (MP4)"
        assert read_still(tmp_path / name).metadata[-1:] == (told,)
    assert not any("behind" in told for told in read_still(tmp_path / "a.heic").metadata)


def test_a_picture_is_read(tmp_path: Path) -> None:
    found = read_still(heic(tmp_path / "a.heic", [spotted()]))
    assert is_like(found.pixels, spotted())
    assert found.metadata == ()


def test_all_tiles_are_read_in_their_places(tmp_path: Path) -> None:
    whole = spotted(192, 128)
    tiles = [whole[y : y + 64, x : x + 64] for y in (0, 64) for x in (0, 64, 128)]
    tiled = heic(tmp_path / "a.HEIC", tiles, grid=(3, 2, 180, 120))
    assert is_like(read_still(tiled).pixels, whole[:120, :180])


_TURNS: list[tuple[list[bytes], Callable[[Pixels], Pixels]]] = [
    ([box(b"irot", b"\1")], np.rot90),
    ([box(b"irot", b"\3")], lambda pixels: np.rot90(pixels, 3)),
    ([box(b"imir", b"\0")], lambda pixels: pixels[:, ::-1]),
    ([box(b"imir", b"\1")], lambda pixels: pixels[::-1]),
    ([box(b"irot", b"\1"), box(b"imir", b"\0")], lambda pixels: np.rot90(pixels)[:, ::-1]),
    ([clean_aperture((64, 64), Fraction(-32), Fraction(0))], lambda pixels: pixels[:, :64]),
]


@pytest.mark.parametrize("number", range(len(_TURNS)))
def test_the_container_turns_a_picture_and_exif_does_not_turn_it_again(tmp_path: Path, number: int) -> None:
    properties, wanted = _TURNS[number]
    turned = heic(tmp_path / "a.heic", [spotted()], properties=properties, exif=exif(6)[6:])
    found = read_still(turned)
    assert is_like(found.pixels, np.asarray(wanted(spotted())))
    assert found.metadata == ("EXIF",)


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    opaque = np.full((64, 128, 3), 255, np.uint8)
    opaque[:, 64:] = 0
    found = read_still(heic(tmp_path / "a.heic", [spotted()], alpha=opaque))
    assert is_like(found.pixels[:, :60], spotted()[:, :60])
    assert found.pixels[:, 68:].min() > 245
    assert found.metadata == ()


def test_what_is_cut_short_is_damaged(tmp_path: Path) -> None:
    whole = heic(tmp_path / "a.heic", [spotted()])
    for keep in (0.3, 0.9):
        cut = tmp_path / "b.heic"
        cut.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * keep)])
        with pytest.raises((DamagedError, NotVideoError)):
            read_still(cut)


def test_a_name_says_nothing_of_what_is_inside(tmp_path: Path) -> None:
    Image.fromarray(spotted()).save(tmp_path / "a.avif", quality=95)
    (tmp_path / "b.heic").write_bytes((tmp_path / "a.avif").read_bytes())
    assert is_like(read_still(tmp_path / "b.heic").pixels, spotted())
    assert is_like(read_still(heic(tmp_path / "c.jpg", [spotted()])).pixels, spotted())


def test_no_still_is_taken_for_a_film(tmp_path: Path) -> None:
    Image.fromarray(spotted()).save(tmp_path / "a.avif")
    tiles = [spotted(64, 64)] * 4
    for still in (tmp_path / "a.avif", heic(tmp_path / "b.heic", tiles, grid=(2, 2, 128, 128))):
        with pytest.raises(NotVideoError, match="found a still image"):
            probe(still)


def test_a_clean_aperture_cuts_avif_before_it_is_turned(tmp_path: Path) -> None:
    Image.fromarray(spotted()).save(tmp_path / "a.avif", quality=95, exif=exif(6))
    data = (tmp_path / "a.avif").read_bytes()
    aperture = clean_aperture((64, 64), Fraction(-32), Fraction(0))
    (tmp_path / "b.avif").write_bytes(with_property(data, aperture))
    assert is_like(read_still(tmp_path / "a.avif").pixels, np.rot90(spotted(), 3))
    assert is_like(read_still(tmp_path / "b.avif").pixels, np.rot90(spotted()[:, :64], 3))


def test_an_animated_avif_is_a_film(tmp_path: Path) -> None:
    pictures = [Image.fromarray(np.roll(spotted(), 8 * step, axis=1)) for step in range(5)]
    pictures[0].save(tmp_path / "a.avif", save_all=True, append_images=pictures[1:], duration=100)
    assert (probe(tmp_path / "a.avif").width, probe(tmp_path / "a.avif").codec) == (128, "av1")


def test_a_picture_of_another_kind_is_refused_by_name(tmp_path: Path) -> None:
    odd = heic(tmp_path / "a.heic", [spotted()])
    odd.write_bytes(odd.read_bytes().replace(b"\0\1\0\0hvc1", b"\0\1\0\0iovl"))
    with pytest.raises(NotVideoError, match="one of iovl"):
        read_still(odd)


def test_a_grid_that_lacks_tiles_is_damaged(tmp_path: Path) -> None:
    odd = heic(tmp_path / "a.heic", [spotted(64, 64)] * 3, grid=(2, 2, 128, 128))
    with pytest.raises(DamagedError, match="4 tiles"):
        read_still(odd)
