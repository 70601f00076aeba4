"""Makes the demo's clip with words: a title card over a plain background, and a voice that reads."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from passerby.records import Pixels

TITLE = ("A TALE OF TWO CITIES", "CHARLES DICKENS")
SIZE = (1280, 720)
RATE = 25  # frames a second
PAPER, INK = (28, 42, 56), (240, 236, 224)
LETTERS = (72, 48)  # pixels
DRIFT = 4  # pixels a second that the title moves by


def make_reading_clip(voice: Path, target: Path, seconds: float) -> None:
    """Write the first ``seconds`` of a sound file, under the title, as H.264 and AAC."""
    title = _title()
    part = target.with_name(f"part-{target.name}")
    with av.open(str(voice)) as sound, av.open(str(part), "w") as clip:
        video = clip.add_stream("libx264", rate=RATE)
        video.width, video.height, video.pix_fmt = *SIZE, "yuv420p"
        audio = clip.add_stream("aac", rate=sound.streams.audio[0].rate)
        for number in range(round(seconds * RATE)):
            frame = av.VideoFrame.from_ndarray(_picture(title, number), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            clip.mux(video.encode(frame))
        for heard in sound.decode(audio=0):
            if heard.time is None or heard.time >= seconds:
                break
            clip.mux(audio.encode(heard))
        clip.mux(video.encode(None))
        clip.mux(audio.encode(None))
    part.replace(target)


def _title() -> Image.Image:
    image = Image.new("RGB", (SIZE[0] * 3 // 4, SIZE[1] // 3), PAPER)
    pen = ImageDraw.Draw(image)
    for line, (text, letters) in enumerate(zip(TITLE, LETTERS, strict=True)):
        at = image.width / 2, image.height * (2 * line + 1) / 4
        pen.text(at, text, INK, ImageFont.load_default(letters), anchor="mm")
    return image


def _picture(title: Image.Image, number: int) -> Pixels:
    picture = Image.new("RGB", SIZE, PAPER)
    picture.paste(title, (SIZE[0] // 16 + round(DRIFT * number / RATE), SIZE[1] // 3))
    return np.asarray(picture)
