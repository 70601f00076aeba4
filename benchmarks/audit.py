"""What an audit catches: copies of made clips in which every third face was left to show.

    .venv/bin/python -m benchmarks.audit [--seeds 130 131] [--seconds 12]

The other faces are hidden by their true boxes. Audited as `passerby audit` does, and by what its first detector finds
alone, at its sizes; a face is caught if one of the leaks that are told is of it. Writes ``results/audit.md``.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream

from benchmarks.calibration import boxes_of
from benchmarks.hard_clips import CACHE, make_clip
from benchmarks.index import HERE, machine
from benchmarks.redact import HEIGHTS
from benchmarks.truth import Truth, load_truth
from passerby.geometry import ious
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.redact.audit.audit import audit
from passerby.redact.audit.result import Leak
from passerby.settings import Settings

RESULT = HERE / "results" / "audit.md"
SHOWN = 3  # of so many faces one is left to show
SEEN = 0.6  # visible share of a face from which it is counted where it shows
LEAST_SHOWN = 10  # frames of it
SAME = 0.2  # IoU of a leak with the face that it is of
SOLID = 16


# Where one model has both roles, nothing is proposed to it.
WAYS = {"CenterFace alone": Settings(redacted_faces="centerface"), "as audits look": Settings()}


@dataclass(frozen=True, slots=True)
class Caught:
    """Of one clip: how high each face that shows is, whether it was caught; and leaks that are none of a known face."""

    heights: tuple[float, ...]
    caught: tuple[bool, ...]
    others: int  # tracks


def leaky_copy(clip: Path, truth: Truth, target: Path) -> Path:
    """A copy of ``clip`` in which every third face shows."""
    with av.open(str(clip)) as source, av.open(str(target), "w") as container:
        video = source.streams.video[0]
        stream = container.add_stream("libx264", rate=video.average_rate, options={"preset": "veryfast", "crf": "20"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
        for number, frame in enumerate(source.decode(video)):
            planes = np.array(frame.to_ndarray(), np.uint8)
            hidden = [face for face in truth.frames[number].faces if face.track % SHOWN]
            for box in boxes_of(hidden, video.width, video.height):
                planes[: video.height][box] = SOLID
            made = av.VideoFrame.from_ndarray(planes, "yuv420p")
            made.pts, made.time_base = number, Fraction(1, 25)
            container.mux(stream.encode(made))
        container.mux(stream.encode(None))
    return target


def caught(clip: Path, copy: Path, truth: Truth, models: CatalogModels) -> Caught:
    found = audit(clip, copy, models)
    shown: dict[int, list[float]] = {}
    for frame in truth.frames:
        for face in frame.faces:
            if face.track % SHOWN == 0 and face.visible >= SEEN:
                shown.setdefault(face.track, []).append(face.height)
    told = {track: {_face_of(leak, truth) for leak in track.leaks} for track in found.tracks if track.leaks}
    named = {face for faces in told.values() for face in faces}
    tracks = [track for track, heights in shown.items() if len(heights) >= LEAST_SHOWN]
    return Caught(
        tuple(float(np.median(shown[track])) for track in tracks),
        tuple(track in named for track in tracks),
        sum(faces == {None} for faces in told.values()),
    )


def _face_of(leak: Leak, truth: Truth) -> int | None:
    """The track of the known face that a leak is of."""
    frame = truth.frames[min(round(leak.time * 25), len(truth.frames) - 1)]
    if not frame.faces:
        return None
    boxes = np.array([face.box for face in frame.faces], np.float32)
    overlaps = ious(np.array([leak.box], np.float32), boxes)[0]
    return frame.faces[int(overlaps.argmax())].track if overlaps.max() >= SAME else None


def row(name: str, parts: Sequence[Caught]) -> str:
    heights = np.array([height for part in parts for height in part.heights])
    seen = np.array([each for part in parts for each in part.caught], np.bool_)
    bands = [(heights >= low) & (heights < high) for low, high in HEIGHTS]
    cells = [f"{int(seen[band].sum())} of {int(band.sum())}" for band in bands]
    return f"| {name} | {' | '.join(cells)} | {sum(part.others for part in parts)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seeds", nargs="+", type=int, default=[130, 131])
    parser.add_argument("--seconds", type=int, default=12)
    asked = parser.parse_args()
    found: dict[str, list[Caught]] = {name: [] for name in WAYS}
    for seed in asked.seeds:
        clip = make_clip(seed, asked.seconds, CACHE / "hard" / f"{seed}.mp4")
        truth = load_truth(clip.with_suffix(".json"))
        copy = leaky_copy(clip, truth, CACHE / "hard" / f"{seed}-leaky.mp4")
        for name, settings in WAYS.items():
            models = CatalogModels(Path("none"), RuntimeOptions(), settings)
            found[name].append(caught(clip, copy, truth, models))
    names = [f"{low} to {high:g}" if np.isfinite(high) else f"{low} and more" for low, high in HEIGHTS]
    text = [
        "# What an audit catches",
        "",
        f"`python -m benchmarks.audit` on {machine()}: clips of seeds {', '.join(map(str, asked.seeds))},",
        f"{asked.seconds} s each, 1080p, in whose copies one face of {SHOWN} was left to show. By height in",
        "pixels; others: tracks that are told to show, and are of no known face (the backgrounds hold some).",
        "",
        f"| looked with | {' | '.join(names)} | others |",
        f"|---|{'---|' * (len(names) + 1)}",
        *(row(name, parts) for name, parts in found.items()),
    ]
    RESULT.write_text("\n".join(text) + "\n", "utf-8")
    print(RESULT.read_text("utf-8"))


if __name__ == "__main__":
    main()
