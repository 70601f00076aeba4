"""Made edits: real clips joined by transitions whose places are known, with things in them that are no cuts.

Every shot of an edit is a random part of a clip, cropped, mirrored and graded at random; shots are joined by hard
cuts, dissolves, fades through black or white, and wipes. Inside shots lie traps: flashes, strobes, pans, zooms,
shakes, changes of light, and things that pass and fill the frame. The edit is then coded as H.264 and decoded, so
that it carries the noise of a real file. The same clips and seed give the same edit.
"""

import io
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from numpy.typing import NDArray

from passerby.records import Pixels

HEIGHT, WIDTH = 180, 320
RATE = 25
# Half of the joins are hard cuts: fewer than in most edited video, so that each other kind is counted often enough.
KIND_SHARES = {"cut": 0.5, "dissolve": 0.2, "fade": 0.15, "wipe": 0.15}
KINDS = tuple(KIND_SHARES)
# Real cuts inside of clips that are used as sources: the first frame of each new shot, found by eye.
KNOWN_CUTS = {
    "bikes.mp4": (30, 76, 137, 187, 242),
    "face_noface.mov": (72, 73),  # one black frame between
    "noface_face.mov": (96, 168),  # the last frame is black
}
SHORTEST_SHOT, LONGEST_SHOT = 70, 200

Track = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Source:
    """One shot of a real clip."""

    name: str
    frames: Pixels  # (n, 240, 426, 3) RGB: larger than an edit, to leave room for crops


@dataclass(frozen=True, slots=True)
class Transition:
    """A join: ``before`` is the last frame that is wholly the old shot's, ``after`` the first wholly the new one's."""

    kind: str
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Edit:
    frames: Pixels  # (n, 180, 320, 3) RGB
    transitions: tuple[Transition, ...]


def read_sources(path: Path, longest: int = 400) -> list[Source]:
    """The shots in the first ``longest`` frames of a clip, by the table of known cuts."""
    frames: list[Pixels] = []
    with av.open(str(path)) as container:
        for frame in itertools.islice(container.decode(video=0), longest):
            picture = frame.to_ndarray(format="rgb24", width=426, height=240, interpolation="AREA")
            frames.append(np.asarray(picture, np.uint8))
    borders = [0, *KNOWN_CUTS.get(path.name, ()), len(frames)]
    return [Source(path.name, np.stack(frames[a:b])) for a, b in itertools.pairwise(borders) if b - a >= 24]


def make_edit(sources: Sequence[Source], seed: int, *, shots: int, kinds: Sequence[str] = KINDS, traps: float) -> Edit:
    """An edit of ``shots`` shots joined by ``kinds``; each shot holds a trap with probability ``traps``."""
    rng = np.random.default_rng(seed)
    shares = np.array([KIND_SHARES[kind] for kind in kinds])
    pieces: list[Pixels] = []
    transitions: list[Transition] = []
    old = _make_shot(sources, traps, rng)
    length = 0
    for _ in range(shots - 1):
        new = _make_shot(sources, traps, rng)
        kind = str(rng.choice(list(kinds), p=shares / shares.sum()))
        old, mixed, new = _JOINS[kind](old, new, rng)
        before = length + len(old) - 1
        transitions.append(Transition(kind, before, before + len(mixed) + 1))
        pieces += [old, mixed]
        length += len(old) + len(mixed)
        old = new
    frames = np.concatenate([*pieces, old])
    return Edit(_code(frames, crf=int(rng.integers(20, 33))), tuple(transitions))


def shrink(frames: Pixels) -> Pixels:
    """Frames (n, h, w, 3) at the size that shots are found at: (n, 27, 48, 3)."""
    return np.stack([np.asarray(cv2.resize(f, (48, 27), interpolation=cv2.INTER_AREA), np.uint8) for f in frames])


def _make_shot(sources: Sequence[Source], traps: float, rng: np.random.Generator) -> Pixels:
    """A random stretch of a random source, played to and fro where it is short, as (n, 180, 320, 3)."""
    source = sources[int(rng.integers(len(sources)))].frames
    length = int(rng.integers(SHORTEST_SHOT, LONGEST_SHOT))
    turn = 2 * len(source) - 2
    steps = (rng.integers(turn) + np.arange(length)) % turn
    frames = source[np.minimum(steps, turn - steps)]
    if rng.random() < 0.5:
        frames = frames[:, :, ::-1]
    trap = str(rng.choice([*_MOVES, *_PICTURE_TRAPS])) if rng.random() < traps else ""
    frames = _view(frames, trap, rng)
    gains = rng.uniform(0.75, 1.2) * rng.uniform(0.9, 1.1, 3)
    graded = np.clip(frames * gains.astype(np.float32), 0, 255).astype(np.uint8)
    return _PICTURE_TRAPS[trap](graded, sources, rng) if trap in _PICTURE_TRAPS else graded


def _view(frames: Pixels, move: str, rng: np.random.Generator) -> Pixels:
    """A crop of ``frames``, moved as by a camera if ``move`` names such a trap."""
    scales = np.full(len(frames), rng.uniform(1.0, 2.0) * HEIGHT / 240)
    middle = np.array([426, 240]) / 2 + rng.uniform(-30, 30, 2)
    middles = middle + _carried(len(frames), rng)
    if move in _MOVES:
        start, stop = _middle_part(len(frames), rng, 8, 30)
        scales, middles = _MOVES[move](scales, middles, slice(start, stop), rng)
    views = []
    for frame, scale, (x, y) in zip(frames, scales, middles, strict=True):
        matrix = np.array([[scale, 0, WIDTH / 2 - scale * x], [0, scale, HEIGHT / 2 - scale * y]])
        view = cv2.warpAffine(frame, matrix, (WIDTH, HEIGHT), borderMode=cv2.BORDER_REFLECT)
        views.append(np.asarray(view, np.uint8))
    return np.stack(views)


def _carried(length: int, rng: np.random.Generator) -> Track:
    """How a camera moves: half of the time not at all, else in the hand, following something or both (n, 2)."""
    if rng.random() < 0.5:
        return np.zeros((length, 2))
    # Up to a frame's width in four seconds, and hands that tremble by a pixel or two around where they drift.
    way = np.arange(length)[:, None] * rng.uniform(-3, 3, 2) * [1, 0.3] * rng.integers(0, 2)
    tremor = np.cumsum(rng.normal(0, 0.8, (length, 2)), axis=0)
    return np.asarray(way + tremor - np.linspace(0, 1, length)[:, None] * tremor[-1])


def _middle_part(length: int, rng: np.random.Generator, shortest: int, longest: int) -> tuple[int, int]:
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


def _flash(frames: Pixels, sources: Sequence[Source], rng: np.random.Generator) -> Pixels:
    """One photo flash, or two or three in a row as in lightning."""
    frames = frames.copy()
    start, _ = _middle_part(len(frames), rng, 8, 30)
    for _ in range(int(rng.integers(1, 4))):
        for n, share in enumerate((1.0, 0.6, 0.3)[: int(rng.integers(1, 4))]):
            light = share * rng.uniform(90, 230)
            frames[start + n] = np.clip(frames[start + n] + light, 0, 255).astype(np.uint8)
        start += int(rng.integers(3, 8))
    return frames


def _strobe(frames: Pixels, sources: Sequence[Source], rng: np.random.Generator) -> Pixels:
    frames = frames.copy()
    start, stop = _middle_part(len(frames), rng, 15, 45)
    period = int(rng.integers(2, 6))
    for index in range(start, stop):
        gain = 1.5 if (index // period) % 2 else 0.3
        frames[index] = np.clip(frames[index] * np.float32(gain), 0, 255).astype(np.uint8)
    return frames


def _light(frames: Pixels, sources: Sequence[Source], rng: np.random.Generator) -> Pixels:
    """The light changes within a few frames and stays so: a lamp, a cloud, a camera that sets its exposure."""
    start, stop = _middle_part(len(frames), rng, 4, 25)
    share = np.clip((np.arange(len(frames)) - start) / (stop - start), 0, 1)
    gains = (1 + share * (rng.choice([0.5, 1.6]) - 1)).astype(np.float32)[:, None, None, None]
    return np.asarray(np.clip(frames * gains, 0, 255), np.uint8)


def _passer(frames: Pixels, sources: Sequence[Source], rng: np.random.Generator) -> Pixels:
    """Something wide passes close to the camera and fills the frame for a while."""
    frames = frames.copy()
    start, stop = _middle_part(len(frames), rng, 10, 30)
    texture = sources[int(rng.integers(len(sources)))].frames[0, :HEIGHT]
    wide = int(rng.uniform(0.6, 1.3) * WIDTH)
    thing = (np.asarray(cv2.resize(texture, (wide, HEIGHT))) * rng.uniform(0.3, 0.9)).astype(np.uint8)
    for index in range(start, stop):
        left = round(-wide + (WIDTH + wide) * (index - start) / (stop - start))
        low, high = max(left, 0), min(left + wide, WIDTH)
        frames[index, :, low:high] = thing[:, low - left : high - left]
    return frames


_MOVES = {"pan": _pan, "zoom": _zoom, "shake": _shake}
_PICTURE_TRAPS = {"flash": _flash, "strobe": _strobe, "light": _light, "passer": _passer}

Join = tuple[Pixels, Pixels, Pixels]  # what is left of the old shot, the frames between, what is left of the new


def _cut(old: Pixels, new: Pixels, rng: np.random.Generator) -> Join:
    return old, old[:0], new


def _mix(old: Pixels, new: Pixels, share: Track) -> Pixels:
    """``old`` and ``new`` mixed by the share (n, 1, 1, 1) or (n, h, w, 1) of the new."""
    return (old * (1 - share) + new * share + 0.5).astype(np.uint8)


def _rise(length: int) -> Track:
    """From next to nought to next to one (n, 1, 1, 1)."""
    return ((np.arange(length) + 1.0) / (length + 1))[:, None, None, None]


def _dissolve(old: Pixels, new: Pixels, rng: np.random.Generator) -> Join:
    n = min(int(np.exp(rng.uniform(np.log(4), np.log(50)))), len(old) // 3, len(new) // 3)
    return old[:-n], _mix(old[-n:], new[:n], _rise(n)), new[n:]


def _fade(old: Pixels, new: Pixels, rng: np.random.Generator) -> Join:
    """Out to black (white in one of four) within up to a second, a short hold, and in again."""
    out, hold, back = (int(rng.integers(*limits)) for limits in ((5, 25), (1, 12), (1, 25)))
    out, back = min(out, len(old) // 3), min(back, len(new) // 3)
    level = float(rng.choice([0, 0, 0, 255]))
    blank = np.full((hold, *old.shape[1:]), level, np.uint8)
    dark_out = _mix(old[-out:], np.full_like(old[-out:], level), _rise(out))
    dark_in = _mix(np.full_like(new[:back], level), new[:back], _rise(back))
    return old[:-out], np.concatenate([dark_out, blank, dark_in]), new[back:]


def _wipe(old: Pixels, new: Pixels, rng: np.random.Generator) -> Join:
    """From a side or, as an iris, from the middle."""
    n = min(int(rng.integers(6, 32)), len(old) // 3, len(new) // 3)
    x, y = np.meshgrid(np.linspace(0, 1, WIDTH), np.linspace(0, 1, HEIGHT))
    ways = [x, 1 - x, y, 1 - y, np.hypot(x - 0.5, y - 0.5) / np.hypot(0.5, 0.5)]
    when = ways[int(rng.integers(len(ways)))]
    share = (np.arange(n)[:, None, None] + 1.0) / (n + 1) > when[None]
    return old[:-n], _mix(old[-n:], new[:n], share[..., None].astype(np.float64)), new[n:]


_JOINS = {"cut": _cut, "dissolve": _dissolve, "fade": _fade, "wipe": _wipe}


def _code(frames: Pixels, crf: int) -> Pixels:
    """``frames`` after H.264 at this quality."""
    buffer = io.BytesIO()
    with av.open(buffer, mode="w", format="matroska") as out:
        stream = out.add_stream("libx264", rate=RATE, options={"crf": str(crf), "preset": "veryfast", "threads": "1"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.time_base = Fraction(1, RATE)
        for pts, picture in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.pts = pts
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    buffer.seek(0)
    with av.open(buffer, mode="r") as container:
        return np.stack([np.asarray(f.to_ndarray(format="rgb24"), np.uint8) for f in container.decode(video=0)])
