"""Still images: read upright, as RGB, and written without anything but their pixels."""

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from passerby.errors import DamagedError, MediaError, NotVideoError, OutputError, UnreadableError
from passerby.media import heif
from passerby.media.crop import Crop
from passerby.media.trailers import trailer
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
            with Image.open(path, formats=sorted(set(FORMATS.values()))) as image:
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
    metadata = (*_metadata(image), *_behind(path.read_bytes(), skip_pictures=image.format == _FOLLOWED))
    shown = _shown(path, image) if image.format == "AVIF" else image
    pixels = np.array(_in_srgb(_opaque(path, ImageOps.exif_transpose(shown)), image.info.get("icc_profile")))
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


def _opaque(path: Path, image: Image.Image) -> Image.Image:
    """The image in 8 bits a channel, over white where it is transparent."""
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
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
