"""Still images: read upright, as RGB, and written without anything but their pixels."""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from passerby.errors import DamagedError, MediaError, NotVideoError, OutputError, UnreadableError
from passerby.media.check.trailers import trailer
from passerby.media.read import heif
from passerby.media.read.crop import Crop
from passerby.records import Pixels

# Endings of still images, and what Pillow calls their formats.
FORMATS = {".avif": "AVIF", ".bmp": "BMP", ".jfif": "JPEG", ".jpeg": "JPEG", ".jpg": "JPEG", ".png": "PNG"} | {
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WEBP",
}
# Endings of all that can be read: Pillow reads no HEIC, and nothing here writes it.
ENDINGS = frozenset(FORMATS) | heif.ENDINGS
# What Pillow calls a JPEG that other pictures follow, as phones and 3D cameras write; the first is the one to show.
_FOLLOWED = "MPO"
_OPTIONS: dict[str, dict[str, Any]] = {
    "AVIF": {"quality": 90, "subsampling": "4:4:4"},
    "JPEG": {"quality": 95, "subsampling": 0},
    "TIFF": {"compression": "tiff_deflate"},
    "WEBP": {"quality": 95},
}
_METADATA = {
    "comment": "comment",
    "dpi": "resolution",
    "exif": "EXIF",
    "icc_profile": "colour profile",
    "photoshop": "Photoshop's data",
    "xmp": "XMP",
}
_GPS = 0x8825  # the tag of EXIF
_PNG_DEPTH, _DEEP = 24, 16  # where a PNG says how many bits a channel has, and the most
_PHOTOMETRIC, _WHITE_IS_ZERO = 262, 0  # of TIFF


@dataclass(frozen=True, slots=True)
class Still:
    """A still image."""

    pixels: Pixels  # (h, w, 3) upright sRGB, over white where it is transparent; may be written to
    metadata: tuple[str, ...]  # kinds of what the file holds besides


def read_still(path: Path) -> Still:
    """Raises UnreadableError, NotVideoError for what is no still image, DamagedError for one that breaks off."""
    try:
        if heif.is_heic(path):
            return _read_heif(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of odd metadata, which is dropped, and of large pictures
            # Not by its path: what Pillow maps into memory it turns wrongly.
            with path.open("rb") as file, Image.open(file, formats=sorted(set(FORMATS.values()))) as image:
                return _read(path, image)
    except MediaError:
        raise
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise UnreadableError(f"{path}: expected a file that can be read, found: {error.strerror}") from error
    except Image.DecompressionBombError as error:
        most = 2 * (Image.MAX_IMAGE_PIXELS or 0)
        raise UnreadableError(f"{path}: expected at most {most // 10**6} million pixels, found more") from error
    except UnidentifiedImageError as error:
        raise NotVideoError(
            f"{path}: expected a still image ({', '.join(sorted(ENDINGS))}), found none; check what the file is"
        ) from error
    except Exception as error:  # Pillow's readers raise nearly everything for files that are broken
        raise DamagedError(f"{path}: expected a whole still image, found damage: {error}") from error


def write_still(pixels: Pixels, path: Path) -> None:
    """Write (h, w, 3) RGB in the format of the path's ending, one of ``FORMATS``. Raises OutputError."""
    form = FORMATS[path.suffix.lower()]
    try:
        Image.fromarray(pixels).save(path, form, **_OPTIONS.get(form, {}))
    except (OSError, ValueError) as error:
        raise OutputError(f"{path}: cannot be written ({error}); check the disk and the size of the picture") from error


def _read(path: Path, image: Image.Image) -> Still:
    frames = getattr(image, "n_frames", 1)
    if frames > 1 and image.format != _FOLLOWED:
        raise NotVideoError(f"{path}: expected one picture, found {frames}; split it into files of one each")
    image.load()
    if image.format == "PNG":
        _check_transparency(path, image)
    metadata = (*_metadata(image), *_behind(path.read_bytes(), skip_pictures=image.format == _FOLLOWED))
    upright = ImageOps.exif_transpose(_shown(path, image) if image.format == "AVIF" else image)
    if image.mode.startswith("I;16"):
        upright = _in_eight_bits(upright, is_white_zero=_is_white_zero(image))
    pixels = np.array(_in_srgb(_opaque(path, upright), image.info.get("icc_profile")))
    return Still(pixels, metadata)


def _shown(path: Path, image: Image.Image) -> Image.Image:
    """What is shown of a picture in AVIF, which Pillow does not cut."""
    width, height = image.size
    crop = heif.clean_aperture(path, image.size)
    if crop == Crop():
        return image
    cut = image.crop((crop.left, crop.top, width - crop.right, height - crop.bottom))
    cut.info = dict(image.info)
    return cut


def _read_heif(path: Path) -> Still:
    if heif.is_sequence(path):
        raise NotVideoError(f"{path}: expected one picture, found a film of them; name it .mp4, or split it")
    found = heif.read_heif(path)
    image = Image.fromarray(found.pixels)
    pixels = np.array(_in_srgb(_opaque(path, image), found.profile))
    exif = Image.Exif()
    if found.exif:
        exif.load(b"Exif\0\0" + found.exif)
    told = {
        "EXIF": bool(found.exif),
        "place (GPS)": _GPS in exif,
        "XMP": found.has_xmp,
        "colour profile": found.profile is not None,
        "further pictures": found.has_more,
    }
    metadata = sorted(name for name, is_there in told.items() if is_there)
    return Still(pixels, (*metadata, *_behind(path.read_bytes())))


def _behind(data: bytes, *, skip_pictures: bool = False) -> list[str]:
    found = trailer(data, skip_pictures=skip_pictures)
    return [str(found)] if found else []


def _metadata(image: Image.Image) -> tuple[str, ...]:
    found = {_METADATA[key] for key in image.info if key in _METADATA}
    exif = image.getexif()
    found |= {"EXIF"} if exif else set()
    found |= {"place (GPS)"} if _GPS in exif else set()
    found |= {"text"} if getattr(image, "text", None) else set()
    found |= {"further pictures"} if image.format == _FOLLOWED else set()
    return tuple(sorted(found))


def _check_transparency(path: Path, image: Image.Image) -> None:
    """Raises NotVideoError for one transparent colour of 16 bits a channel: Pillow keeps but 8 to compare with it."""
    if isinstance(image.info.get("transparency"), tuple) and path.read_bytes()[_PNG_DEPTH] == _DEEP:
        raise NotVideoError(
            f"{path}: expected a picture whose transparency can be read, found one of 16 bits a channel with one "
            "colour that is transparent; save it with 8 bits"
        )


def _is_white_zero(image: Image.Image) -> bool:
    """Whether the lowest value is the lightest; Pillow turns that over in pictures of 8 bits only."""
    return isinstance(image, TiffImageFile) and image.tag_v2.get(_PHOTOMETRIC) == _WHITE_IS_ZERO


def _in_eight_bits(image: Image.Image, *, is_white_zero: bool) -> Image.Image:
    """A picture of 16 bits of grey, over white at the one value that is transparent, if there is one."""
    values = np.asarray(image)
    grey = (values >> 8).astype(np.uint8)
    if is_white_zero:
        grey = 255 - grey
    grey[values == image.info.get("transparency", -1)] = 255
    return Image.fromarray(grey)


def _opaque(path: Path, image: Image.Image) -> Image.Image:
    """The image in 8 bits a channel, over white where it is transparent."""
    if image.mode in ("I", "F"):
        raise NotVideoError(f"{path}: expected 8 or 16 bits a channel, found 32; save it with fewer")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer).convert("RGB")
    return image if image.mode in ("RGB", "CMYK", "L") else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The image in the colours that are shown where no profile is given, since that is dropped."""
    if profile:
        try:
            given, wanted = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(image, given, wanted, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile, or one for another kind of colours
        else:
            if converted is not None:
                return converted
    return image.convert("RGB")
