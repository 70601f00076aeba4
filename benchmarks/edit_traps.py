"""Things within a shot of a made edit that look like a cut and are none: moves of a camera, and changes of pictures.

A trap takes a shot and gives it back changed, at random. ``MOVES`` change what a camera sees, ``PICTURE_TRAPS`` the
frames themselves.
"""

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.records import Pixels

HEIGHT, WIDTH = 180, 320

Track = NDArray[np.float64]


def middle_part(length: int, rng: np.random.Generator, shortest: int, longest: int) -> tuple[int, int]:
    """A stretch well inside of a shot, clear of what transitions take from its ends."""
    span = min(int(rng.integers(shortest, longest)), length // 3)
    start = int(rng.integers(length // 3, 2 * length // 3 - span + 1))
    return start, start + span


def _pan(scales: Track, middles: Track, part: slice, rng: np.random.Generator) -> tuple[Track, Track]:
    """Moves by up to a frame's width in at most thirty frames: a whip pan."""
    way = np.zeros(len(middles))
    way[part] = 1 / (part.stop - part.start)
    reach = rng.choice([-1, 1]) * rng.uniform(100, 330)
    return scales, middles + np.cumsum(way)[:, None] * np.array([reach, rng.uniform(-40, 40)])


def _zoom(scales: Track, middles: Track, part: slice, rng: np.random.Generator) -> tuple[Track, Track]:
    rise = np.zeros(len(scales))
    rise[part] = np.log(rng.uniform(1.5, 2.5)) / (part.stop - part.start)
    return scales * np.exp(np.cumsum(rise)), middles


def _shake(scales: Track, middles: Track, part: slice, rng: np.random.Generator) -> tuple[Track, Track]:
    middles = middles.copy()
    middles[part] += rng.normal(0, 12, (part.stop - part.start, 2))
    return scales, middles


def _flash(frames: Pixels, others: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    """One photo flash, or two or three in a row as in lightning."""
    frames = frames.copy()
    start, _ = middle_part(len(frames), rng, 8, 30)
    for _ in range(int(rng.integers(1, 4))):
        for n, share in enumerate((1.0, 0.6, 0.3)[: int(rng.integers(1, 4))]):
            light = share * rng.uniform(90, 230)
            frames[start + n] = np.clip(frames[start + n] + light, 0, 255).astype(np.uint8)
        start += int(rng.integers(3, 8))
    return frames


def _strobe(frames: Pixels, others: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    frames = frames.copy()
    start, stop = middle_part(len(frames), rng, 15, 45)
    period = int(rng.integers(2, 6))
    for index in range(start, stop):
        gain = 1.5 if (index // period) % 2 else 0.3
        frames[index] = np.clip(frames[index] * np.float32(gain), 0, 255).astype(np.uint8)
    return frames


def _light(frames: Pixels, others: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    """The light changes within a few frames and stays so: a lamp, a cloud, a camera that sets its exposure."""
    start, stop = middle_part(len(frames), rng, 4, 25)
    share = np.clip((np.arange(len(frames)) - start) / (stop - start), 0, 1)
    gains = (1 + share * (rng.choice([0.5, 1.6]) - 1)).astype(np.float32)[:, None, None, None]
    return np.asarray(np.clip(frames * gains, 0, 255), np.uint8)


def _passer(frames: Pixels, others: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    """Something wide passes close to the camera and fills the frame for a while."""
    frames = frames.copy()
    start, stop = middle_part(len(frames), rng, 10, 30)
    texture = others[int(rng.integers(len(others)))][0, :HEIGHT]
    wide = int(rng.uniform(0.6, 1.3) * WIDTH)
    thing = (np.asarray(cv2.resize(texture, (wide, HEIGHT))) * rng.uniform(0.3, 0.9)).astype(np.uint8)
    for index in range(start, stop):
        left = round(-wide + (WIDTH + wide) * (index - start) / (stop - start))
        low, high = max(left, 0), min(left + wide, WIDTH)
        frames[index, :, low:high] = thing[:, low - left : high - left]
    return frames


def _letterbox(frames: Pixels, others: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    """Black bars come from above and below, or from the sides: at once, or bit by bit."""
    frames = frames.copy()
    start, stop = middle_part(len(frames), rng, 4, 30)
    stop = start + 1 if rng.random() < 0.5 else stop
    share, is_tall = rng.uniform(0.08, 0.18), rng.random() < 0.3
    for index in range(start, len(frames)):
        bar = round(share * min((index - start + 1) / (stop - start), 1) * (WIDTH if is_tall else HEIGHT))
        view = frames[index].swapaxes(0, 1) if is_tall else frames[index]
        view[:bar] = 0
        view[len(view) - bar :] = 0
    return frames


def _caption(frames: Pixels, others: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    """A title or a lower third comes and goes, at once or within some frames."""
    frames = frames.copy()
    start, stop = middle_part(len(frames), rng, 12, 45)
    left, top = int(rng.integers(0, 60)), int(rng.integers(0, 120))
    wide, high = int(rng.integers(120, WIDTH - left)), int(rng.integers(30, 60))
    card = np.full((high, wide, 3), rng.integers(0, 256, 3), np.uint8)
    cv2.putText(card, "Today at ten", (8, high - 12), cv2.FONT_HERSHEY_SIMPLEX, 0.8, (250, 250, 250), 2)
    rise = int(rng.choice([1, 6]))
    for index in range(start, stop):
        share = min((index - start + 1) / rise, (stop - index) / rise, 1)
        part = frames[index, top : top + high, left : left + wide]
        part[:] = (part * (1 - share) + card[: len(part)] * share).astype(np.uint8)
    return frames


def _damage(frames: Pixels, others: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    """Packets were lost: blocks are displaced or gray for some frames, then the picture is whole again."""
    frames = frames.copy()
    start, stop = middle_part(len(frames), rng, 4, 20)
    rows, columns = np.nonzero(rng.random((HEIGHT // 20, WIDTH // 20)) < rng.uniform(0.1, 0.4))
    for row, column in zip(rows * 20, columns * 20, strict=True):
        source = frames[start - 1, int(rng.integers(HEIGHT - 20)) :, int(rng.integers(WIDTH - 20)) :][:20, :20]
        block = np.full((20, 20, 3), 128, np.uint8) if rng.random() < 0.3 else source.copy()
        frames[start:stop, row : row + 20, column : column + 20] = block
    return frames


def _still(frames: Pixels, others: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    """A camera that hangs somewhere day and night: a still scene, noise, a clock; at dusk it turns to infrared."""
    length = len(frames)
    scene = frames[:1] if rng.random() < 0.5 else frames
    scene = np.broadcast_to(scene, frames.shape).astype(np.float32)
    start, _ = middle_part(length, rng, 8, 30)
    night = np.asarray(scene @ rng.dirichlet([3, 2, 1]).astype(np.float32), np.float32)
    lamp = np.hypot(*np.meshgrid(np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT))).astype(np.float32)
    night = np.asarray(night * rng.uniform(0.7, 1.3) * (1.3 - 0.6 * lamp) + rng.uniform(0, 20), np.float32)
    is_night = np.arange(length)[:, None, None, None] >= start
    dark = slice(start, start + int(rng.integers(0, 6)))
    pictures = np.where(is_night, night[..., None], scene * np.linspace(1, 0.6, length)[:, None, None, None])
    pictures[dark] *= 0.15
    pictures += rng.normal(0, rng.uniform(1, 6), pictures.shape)
    coded = np.clip(pictures, 0, 255).astype(np.uint8)
    for index, picture in enumerate(coded):
        text = f"2026-11-30 18:{index // 25:02}:{index % 25:02}"
        cv2.putText(picture, text, (6, 14), cv2.FONT_HERSHEY_PLAIN, 0.9, (255, 255, 255), 1)
    return coded


def _hurry(frames: Pixels, others: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    """Few frames a second, each shown several times, as slow cameras and calls have them."""
    each = int(rng.integers(3, 9))
    return frames[np.arange(len(frames)) // each * each]


def _screen(frames: Pixels, others: Sequence[Pixels], rng: np.random.Generator) -> Pixels:
    """A screen is recorded: a page is written and scrolled, a menu opens, a window is moved."""
    paper, ink = (250, 30) if rng.random() < 0.6 else (30, 220)
    page = np.full((900, WIDTH, 3), paper, np.uint8)
    for top in range(12, 900, 14):
        if rng.random() < 0.85:
            for left in range(50, int(rng.integers(120, 310)), 26):
                cv2.line(page, (left, top), (left + int(rng.integers(8, 24)), top), (ink, ink, ink), 5)
        elif top < 850:
            texture = np.asarray(cv2.resize(others[int(rng.integers(len(others)))][0], (90, 50)), np.uint8)
            page[top : top + 50, 60:150] = texture
    length = len(frames)
    start, stop = middle_part(length, rng, 4, 40)
    reach = rng.uniform(30, 600)
    offsets = np.interp(np.arange(length), [start, stop], [0, reach]).round().astype(int)
    menu, (left, top) = int(rng.integers(10, length - 30)), rng.integers(0, 120, 2).tolist()
    result = np.stack([page[offset : offset + HEIGHT] for offset in offsets])
    result[:, :, :40] = rng.integers(0, 256, 3)
    result[:, :10] = ink
    result[menu : menu + 25, top : top + 80, left : left + 110] = 180
    for index, picture in enumerate(result):
        cv2.rectangle(picture, (50, 150), (52 + index % 200, 156), (ink, ink, ink), -1)
    return result


Move = Callable[[Track, Track, slice, np.random.Generator], tuple[Track, Track]]
Trap = Callable[[Pixels, Sequence[Pixels], np.random.Generator], Pixels]  # a shot, and others of the edit
MOVES: dict[str, Move] = {"pan": _pan, "zoom": _zoom, "shake": _shake}
PICTURE_TRAPS: dict[str, Trap] = {
    "flash": _flash,
    "strobe": _strobe,
    "light": _light,
    "passer": _passer,
    "letterbox": _letterbox,
    "caption": _caption,
    "damage": _damage,
    "still": _still,
    "hurry": _hurry,
    "screen": _screen,
}
