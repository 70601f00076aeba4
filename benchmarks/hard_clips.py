"""Hard clips: real heads over real backgrounds, with known faces in every frame.

    .venv/bin/python -m benchmarks.hard_clips SEED... [--seconds 20] [--empty]

Heads of 12 to 400 pixels drift, turn, look away, come near, leave the frame and come back, stand at its borders, pass
behind things and rush by; scenes are dark, pale, shaken or out of focus, and joined by hard cuts. The same packages and
seed give the same pictures. Seeds below 100 are for tuning, those from 100 up for scoring. ``--empty`` leaves the heads
out. Writes ``cache/hard/SEED.mp4`` and, beside it, ``SEED.json``: the truth.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TypeVar

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from benchmarks.hard_motion import KINDS, Path2D, Pose, make_path
from benchmarks.hard_sources import HERE, Background, Head, read_sources
from benchmarks.truth import Points, TrueFace, TrueFrame, Truth, fill, save_truth
from passerby.records import Pixels

WIDTH, HEIGHT, RATE = 1920, 1080, 25
SCENE = 100  # frames
CACHE = HERE / "cache"
# Heights of faces, in pixels: each band comes up once before any comes up again.
BANDS = ((12, 16), (16, 24), (24, 48), (48, 96), (96, 400), (16, 24), (24, 48))
LOOKS = ("plain", "dark", "shake", "pale", "soft")
FACES = (5, 9)  # in a scene: at least, and fewer than
BEHIND = 2  # parts of a second that a shutter is open in a frame's time: half

Canvas = NDArray[np.float32]
Card = TypeVar("Card")


@dataclass(frozen=True, slots=True)
class Actor:
    """A head, and what it does."""

    track: int
    head: Head
    mirrored: bool
    gain: float
    path: Path2D


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in front of everybody: a picture (h, w, 3) that stands or glides."""

    picture: Pixels
    start: tuple[float, float]
    speed: tuple[float, float]

    def corner(self, frame: int) -> tuple[int, int]:
        return round(self.start[0] + self.speed[0] * frame), round(self.start[1] + self.speed[1] * frame)


@dataclass(frozen=True, slots=True)
class Scene:
    background: Background
    look: str
    view: tuple[float, float, float, float]  # of the background: zoom at the start and the end, and its way in x and y
    actors: tuple[Actor, ...]
    things: tuple[Thing, ...]


def make_clip(seed: int, seconds: int, target: Path, *, empty: bool = False) -> Path:
    """The clip of ``seed`` at ``target`` with its truth beside it, or what lies there already."""
    if target.exists() and target.with_suffix(".json").exists():
        return target
    heads, backgrounds = read_sources(HERE / "labels" / "heads.toml", CACHE)
    rng = np.random.default_rng(seed)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_suffix(".part.mp4")
    frames: list[TrueFrame] = []
    with av.open(str(part), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"preset": "veryfast", "crf": "18", "g": "50"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for picture, faces in _pictures(seconds * RATE, heads, backgrounds, rng, empty):
            frame = av.VideoFrame.from_ndarray(picture, "rgb24")
            frame.pts, frame.time_base = len(frames), Fraction(1, RATE)
            frames.append(TrueFrame(Fraction(len(frames), RATE), faces))
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    save_truth(Truth(tuple(frames)), target.with_suffix(".json"))
    part.rename(target)
    return target


def _pictures(
    length: int, heads: Sequence[Head], backgrounds: Sequence[Background], rng: np.random.Generator, empty: bool
) -> Iterator[tuple[Pixels, tuple[TrueFace, ...]]]:
    bands = _deck(BANDS, rng)
    kinds, looks, places = _deck(KINDS, rng), _deck(LOOKS, rng), _deck(backgrounds, rng)
    for start in range(0, length, SCENE):
        actors: list[Actor] = []
        for _ in range(int(rng.integers(*FACES))):
            track = start * 10 // SCENE + len(actors) + 1
            actors.append(_actor(track, heads[int(rng.integers(len(heads)))], next(kinds), next(bands), rng))
        actors.sort(key=lambda actor: actor.path.poses[0].height)
        things = _things(actors, backgrounds, rng)
        view = (*rng.uniform(1.05, 1.5, 2), *rng.uniform(-1, 1, 2))
        scene = Scene(next(places), next(looks), view, () if empty else tuple(actors), things)
        yield from _scene(scene, min(SCENE, length - start), rng)


def _deck(cards: Sequence[Card], rng: np.random.Generator) -> Iterator[Card]:
    while True:
        for index in rng.permutation(len(cards)):
            yield cards[index]


def _actor(track: int, head: Head, kind: str, band: tuple[int, int], rng: np.random.Generator) -> Actor:
    path = make_path(kind, band, (WIDTH, HEIGHT), SCENE, rng)
    return Actor(track, head, bool(rng.random() < 0.5), float(rng.uniform(0.75, 1.1)), path)


def _things(actors: Sequence[Actor], backgrounds: Sequence[Background], rng: np.random.Generator) -> tuple[Thing, ...]:
    """For each actor that passes behind something, a post in the middle of its way."""
    made = []
    for actor in actors:
        if actor.path.kind == "behind":
            middle = actor.path.poses[SCENE // 2]
            wide, high = (max(6, round(middle.height * rng.uniform(*share))) for share in ((0.8, 2.0), (2.5, 4.0)))
            texture = backgrounds[int(rng.integers(len(backgrounds)))].frames[0]
            picture = np.asarray(cv2.resize(texture, (wide, high), interpolation=cv2.INTER_AREA), np.uint8)
            speed = float(rng.choice([0, 0, -0.5, 0.5]))
            start = (middle.x - wide / 2 - speed * SCENE / 2, middle.y - high / 2)
            made.append(Thing(picture, start, (speed, 0.0)))
    return tuple(made)


def _scene(scene: Scene, length: int, rng: np.random.Generator) -> Iterator[tuple[Pixels, tuple[TrueFace, ...]]]:
    shakes = np.cumsum(rng.normal(0, 9, (length, 2)), axis=0) * 0.3 + rng.normal(0, 5, (length, 2))
    gain, lift = {"dark": (rng.uniform(0.2, 0.4), 2.0), "pale": (0.35, 90.0)}.get(scene.look, (1.0, 0.0))
    grain = [rng.normal(0, 2.0, (HEIGHT, WIDTH, 1)).astype(np.float32) for _ in range(5)]
    for number in range(length):
        shake = shakes[number] if scene.look == "shake" else np.zeros(2)
        canvas = _backdrop(scene, number, length, shake)
        faces = _cast(scene, number, shake, canvas)
        if scene.look == "soft":
            cv2.GaussianBlur(canvas, (0, 0), 1.6, dst=canvas)
        canvas *= gain
        canvas += grain[number % 5] + np.float32(lift)
        yield np.clip(canvas, 0, 255).astype(np.uint8), faces


def _backdrop(scene: Scene, number: int, length: int, shake: NDArray[np.float64]) -> Canvas:
    """The background (h, w, 3), a shot shown to and fro, seen by a camera that moves slowly."""
    frames = scene.background.frames
    turn = max(1, 2 * len(frames) - 2)
    frame = frames[min(number % turn, turn - number % turn) if len(frames) > 1 else 0]
    high, wide = frame.shape[:2]
    share = number / length
    first, last, x, y = scene.view
    scale = max(WIDTH / wide, HEIGHT / high) * (first + (last - first) * share)
    room = np.array([wide * scale - WIDTH, high * scale - HEIGHT])
    corner = room * (0.5 + np.array([x, y]) * (share - 0.5) * 0.8) - shake
    matrix = np.array([[scale, 0, -corner[0]], [0, scale, -corner[1]]])
    view = cv2.warpAffine(frame, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    return np.asarray(view, np.float32)


def _cast(scene: Scene, number: int, shake: NDArray[np.float64], canvas: Canvas) -> tuple[TrueFace, ...]:
    """Draw the heads, the far ones first, and the things in front of them; where their faces are."""
    drawn: list[tuple[Actor, Points, Points, float]] = []
    for actor in scene.actors:
        pose = actor.path.poses[number]
        if pose.height:
            matrix = _matrix(actor, pose, shake)
            _draw(actor, matrix, pose, canvas)
            face, head = (_through(matrix, points) for points in (actor.head.face, actor.head.outline))
            height = float(np.hypot(*(face[0] - face[len(face) // 2])))
            drawn.append((actor, face, head, height))
    covers = [_place(thing, number, shake, canvas) for thing in scene.things]
    faces = []
    for index, (actor, face, _, height) in enumerate(drawn):
        before = [*(head for _, _, head, _ in drawn[index + 1 :]), *covers]
        near = tuple(cover for cover in before if _meet(cover, face))
        visible = _visible(face, near)
        if visible > 0:
            faces.append(TrueFace(actor.track, face, height, visible, near))
    return tuple(faces)


def _matrix(actor: Actor, pose: Pose, shake: NDArray[np.float64]) -> NDArray[np.float64]:
    """From the head's picture to the frame: (3, 3)."""
    scale = pose.height / actor.head.face_height
    x, y = actor.head.face.mean(axis=0)
    to_middle = np.array([[scale, 0, -scale * x], [0, scale, -scale * y], [0, 0, 1]])
    if actor.mirrored:
        to_middle[0] *= -1
    # Turned away about the vertical axis, seen from four face heights off.
    away, distance = np.radians(pose.away), 4 * pose.height
    tilt = np.array([[np.cos(away), 0, 0], [0, 1, 0], [np.sin(away) / distance, 0, 1]])
    turn = np.radians(pose.turn)
    place = np.array(
        [
            [np.cos(turn), -np.sin(turn), pose.x + shake[0]],
            [np.sin(turn), np.cos(turn), pose.y + shake[1]],
            [0, 0, 1],
        ]
    )
    return np.asarray(place @ tilt @ to_middle)


def _through(matrix: NDArray[np.float64], points: Points) -> Points:
    return np.asarray(cv2.perspectiveTransform(points[None].astype(np.float64), matrix)[0], np.float32)


def _draw(actor: Actor, matrix: NDArray[np.float64], pose: Pose, canvas: Canvas) -> None:
    levels = actor.head.levels
    shrink = actor.head.face_height / pose.height
    level = int(np.clip(np.floor(np.log2(max(shrink, 1)) + 0.3), 0, len(levels) - 1))
    picture = levels[level]
    high, wide = picture.shape[:2]
    sizes = actor.head.picture.shape[1] / wide, actor.head.picture.shape[0] / high
    to_frame = matrix @ np.diag([*sizes, 1.0])
    corners = _through(to_frame, np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32))
    smear = np.array([pose.speed_x, pose.speed_y]) / BEHIND
    margin = int(np.ceil(np.abs(smear).max())) + 2
    x1, y1 = np.floor(corners.min(axis=0)).astype(int) - margin
    x2, y2 = np.ceil(corners.max(axis=0)).astype(int) + margin
    if x2 <= 0 or y2 <= 0 or x1 >= WIDTH or y1 >= HEIGHT:
        return
    shift = np.array([[1.0, 0, -x1], [0, 1, -y1], [0, 0, 1]])
    patch = np.asarray(cv2.warpPerspective(picture, shift @ to_frame, (x2 - x1, y2 - y1)), np.float32)
    if np.hypot(*smear) >= 1.5:
        patch = np.asarray(cv2.filter2D(patch, -1, _line(smear)), np.float32)
    left, top, right, bottom = max(x1, 0), max(y1, 0), min(x2, WIDTH), min(y2, HEIGHT)
    patch = patch[top - y1 : bottom - y1, left - x1 : right - x1]
    part = canvas[top:bottom, left:right]
    part *= 1 - patch[..., 3:]
    part += patch[..., :3] * np.float32(actor.gain)


def _line(smear: NDArray[np.float64]) -> NDArray[np.float32]:
    """The kernel that smears along a line, centred."""
    reach = int(np.ceil(np.abs(smear).max() / 2)) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    ends = [tuple(int(v) for v in np.rint((reach + sign * smear / 2) * 16)) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    return np.asarray(kernel / kernel.sum())


def _place(thing: Thing, number: int, shake: NDArray[np.float64], canvas: Canvas) -> Points:
    x, y = thing.corner(number)
    x, y = x + round(shake[0]), y + round(shake[1])
    high, wide = thing.picture.shape[:2]
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + wide, WIDTH), min(y + high, HEIGHT)
    if right > left and bottom > top:
        canvas[top:bottom, left:right] = thing.picture[top - y : bottom - y, left - x : right - x]
    return np.array([[x, y], [x + wide, y], [x + wide, y + high], [x, y + high]], np.float32)


def _meet(a: Points, b: Points) -> bool:
    return bool((a.min(axis=0) < b.max(axis=0)).all() and (b.min(axis=0) < a.max(axis=0)).all())


def _visible(face: Points, covers: Sequence[Points]) -> float:
    """The share of a face's area that lies within the frame and behind none of ``covers``."""
    corner = np.floor(face.min(axis=0)).astype(int)
    wide, high = np.ceil(face.max(axis=0)).astype(int) - corner + 1
    mask = np.zeros((int(high), int(wide)), np.uint8)
    fill(mask, face - corner, 1)
    whole = int(mask.sum())
    for cover in covers:
        fill(mask, cover - corner, 0)
    left, top = np.maximum(-corner, 0)
    seen = mask[top : max(HEIGHT - corner[1], 0), left : max(WIDTH - corner[0], 0)]
    return float(seen.sum()) / max(whole, 1)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("seeds", nargs="+", type=int)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--empty", action="store_true", help="without heads")
    asked = parser.parse_args()
    for seed in asked.seeds:
        name = f"{seed}-empty" if asked.empty else str(seed)
        print(make_clip(seed, asked.seconds, CACHE / "hard" / f"{name}.mp4", empty=asked.empty))


if __name__ == "__main__":
    main()
