"""The cover pictures of a film: in them is hidden what is hidden in the film, found as in still images."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from passerby.errors import MediaError, OutputError
from passerby.media.still import read_still, write_still
from passerby.models.source import ModelSource
from passerby.redact.make.one_picture import hide_in_picture, look_at_picture
from passerby.redact.plan.plan import Original
from passerby.redact.plan.policy import Policy, Selection
from passerby.times import TimeBase

_ENDINGS = {"mjpeg": ".jpg", "png": ".png", "bmp": ".bmp"}


@dataclass(frozen=True, slots=True)
class CoverHider:
    """Makes what a copy gets of a cover picture. Its models are opened when there is one."""

    policy: Policy
    models: ModelSource
    text_reader: str

    def __call__(self, data: bytes, codec: str) -> bytes:
        """The file of a picture in FFmpeg's ``codec``, with its people hidden and without metadata.

        Zones and times are those of the film: all that is found here is hidden. Raises OutputError for a picture that
        cannot be read, MissingModelError.
        """
        if codec not in _ENDINGS:
            raise OutputError(f"expected a cover picture in JPEG, PNG or BMP, found {codec}; leave out --keep covers")
        with TemporaryDirectory() as folder:
            path = Path(folder, f"cover{_ENDINGS[codec]}")
            path.write_bytes(data)
            try:
                pixels = read_still(path).pixels
            except MediaError as error:
                reason = "expected a cover picture that can be read, found damage; leave out --keep covers"
                raise OutputError(reason) from error
            height, width = pixels.shape[:2]
            original = Original("cover", "", width, height, TimeBase(Fraction(1)), 1, 1, "")
            policy = self.policy.without(Selection)
            hide_in_picture(pixels, look_at_picture(original, pixels, policy, self.models, self.text_reader))
            write_still(pixels, path)
            return path.read_bytes()
