"""Still images of rare kinds are read as viewers show them: upright, over white, dark as dark."""

import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from passerby.errors import NotVideoError
from passerby.media.still import read_still

UPPER_LEFT = np.s_[:8, :8]  # where a picture is light
ORIENTATION, PHOTOMETRIC = 274, 262  # tags of TIFF


def picture() -> NDArray[np.uint8]:
    grey = np.zeros((48, 64), np.uint8)
    grey[UPPER_LEFT] = 255
    return grey


def in_mode(mode: str) -> Image.Image:
    return (
        Image.fromarray(picture().astype(np.uint16) * 257)
        if mode == "I;16"
        else Image.fromarray(picture()).convert(mode)
    )


@pytest.mark.parametrize("mode", ["L", "P", "RGB", "CMYK", "I;16"])
@pytest.mark.parametrize(("orientation", "turns"), [(3, 2), (6, 3), (8, 1)])
def test_a_scan_that_lies_on_its_side_is_read_upright(tmp_path: Path, mode: str, orientation: int, turns: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    in_mode(mode).save(tmp_path / "scan.tif", exif=exif)
    np.testing.assert_array_equal(read_still(tmp_path / "scan.tif").pixels[..., 0], np.rot90(picture(), turns))


def test_a_scan_of_16_bits_in_which_dark_is_high_is_read_so(tmp_path: Path) -> None:
    Image.fromarray(65535 - picture().astype(np.uint16) * 257).save(tmp_path / "scan.tif")
    data = bytearray((tmp_path / "scan.tif").read_bytes())
    entry = data.index(struct.pack("<H", PHOTOMETRIC), 8)
    assert data[entry + 8] == 1  # Pillow writes no other value
    data[entry + 8] = 0
    (tmp_path / "scan.tif").write_bytes(data)
    np.testing.assert_array_equal(read_still(tmp_path / "scan.tif").pixels[..., 0], picture())


def png(path: Path, colours: int, values: NDArray[np.uint16], unseen: tuple[int, ...]) -> Path:
    """A PNG of 16 bits a channel, with one value that is transparent."""
    head = struct.pack(">IIBBBBB", values.shape[1], values.shape[0], 16, colours, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    parts = {
        b"IHDR": head,
        b"tRNS": struct.pack(f">{len(unseen)}H", *unseen),
        b"IDAT": zlib.compress(rows),
        b"IEND": b"",
    }
    chunks = (struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in parts.items())
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))
    return path


def test_one_transparent_value_of_16_bits_of_grey_is_white(tmp_path: Path) -> None:
    values = np.full((48, 64), 0x1233, np.uint16)
    values[UPPER_LEFT] = 0x1234  # next to it, and the same in 8 bits
    pixels = read_still(png(tmp_path / "one.png", 0, values, (0x1234,))).pixels
    assert (pixels[UPPER_LEFT] == 255).all()
    assert (pixels[8:] == 0x12).all()


def test_one_transparent_colour_of_16_bits_is_refused_in_words(tmp_path: Path) -> None:
    path = png(tmp_path / "one.png", 2, np.full((48, 64, 3), 0x1234, np.uint16), (1, 2, 3))
    with pytest.raises(NotVideoError, match=r"one\.png: expected a picture whose transparency can be read"):
        read_still(path)
