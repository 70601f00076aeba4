"""Made edits: real clips joined by transitions whose places are known, with things in them that are no cuts.

Every shot of an edit is a random part of a clip, cropped, mirrored and graded at random; shots are joined by hard
cuts, dissolves, fades and wipes (``edit_joins.py``), two that follow each other never of the same clip. Inside shots
lie traps (``edit_traps.py``). The edit is then coded as H.264 and decoded, so that it carries the noise of a real
file. The same clips and seed give the same edit.
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

from benchmarks.edit_joins import JOINS
from benchmarks.edit_traps import HEIGHT, MOVES, PICTURE_TRAPS, WIDTH, Track, middle_part
from passerby.records import Pixels

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
    traps: tuple[str, ...]  # for each shot its trap, or nothing


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
    source = _next_source(sources, None, rng)
    old, trap = _make_shot(source, sources, traps, rng)
    trapped, length = [trap], 0
    for _ in range(shots - 1):
        source = _next_source(sources, source, rng)
        new, trap = _make_shot(source, sources, traps, rng)
        trapped.append(trap)
        kind = str(rng.choice(list(kinds), p=shares / shares.sum()))
        old, mixed, new = JOINS[kind](old, new, rng)
        before = length + len(old) - 1
        transitions.append(Transition(kind, before, before + len(mixed) + 1))
        pieces += [old, mixed]
        length += len(old) + len(mixed)
        old = new
    frames = np.concatenate([*pieces, old])
    return Edit(_code(frames, crf=int(rng.integers(20, 33))), tuple(transitions), tuple(trapped))


def shrink(frames: Pixels) -> Pixels:
    """Frames (n, h, w, 3) at the size that shots are found at: (n, 27, 48, 3)."""
    return np.stack([np.asarray(cv2.resize(f, (48, 27), interpolation=cv2.INTER_AREA), np.uint8) for f in frames])


def _next_source(sources: Sequence[Source], last: Source | None, rng: np.random.Generator) -> Source:
    """Any but of the same shot as the last one: two views of it would be no cut that anybody sees."""
    others = [source for source in sources if source is not last]
    return others[int(rng.integers(len(others)))]


def _make_shot(chosen: Source, sources: Sequence[Source], traps: float, rng: np.random.Generator) -> tuple[Pixels, str]:
    """A random stretch of a source, played to and fro where it is short, as (n, 180, 320, 3), and its trap."""
    source = chosen.frames
    length = int(rng.integers(SHORTEST_SHOT, LONGEST_SHOT))
    turn = 2 * len(source) - 2
    steps = (rng.integers(turn) + np.arange(length)) % turn
    frames = source[np.minimum(steps, turn - steps)]
    if rng.random() < 0.5:
        frames = frames[:, :, ::-1]
    trap = str(rng.choice([*MOVES, *PICTURE_TRAPS])) if rng.random() < traps else ""
    frames = _view(frames, trap, rng)
    gains = rng.uniform(0.75, 1.2) * rng.uniform(0.9, 1.1, 3)
    frames = np.clip(frames * gains.astype(np.float32), 0, 255).astype(np.uint8)
    if trap in PICTURE_TRAPS:
        frames = PICTURE_TRAPS[trap](frames, [other.frames for other in sources], rng)
    return frames, trap


def _view(frames: Pixels, move: str, rng: np.random.Generator) -> Pixels:
    """A crop of ``frames``, moved as by a camera if ``move`` names such a trap."""
    scales = np.full(len(frames), rng.uniform(1.0, 2.0) * HEIGHT / 240)
    middle = np.array([426, 240]) / 2 + rng.uniform(-30, 30, 2)
    middles = middle + _carried(len(frames), rng)
    if move in MOVES:
        start, stop = middle_part(len(frames), rng, 8, 30)
        scales, middles = MOVES[move](scales, middles, slice(start, stop), rng)
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
