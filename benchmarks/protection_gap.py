"""Whether some groups of people lose more protection than others where the picture is bad: aggregates, and no row.

    .venv/bin/python -m benchmarks.protection_gap PICTURES TABLE.csv --file COLUMN --group COLUMN [--least 100]

For a set that others publish and whose terms allow it, such as those that Dooley et al. 2022 used; none is shipped with
Passerby, none is fetched, and Passerby itself has no place for what a group is. ``TABLE.csv`` names a picture of the
folder ``PICTURES`` and its group in each row. A picture is looked at as it is, and spoilt (``corruptions.py``); the
faces that are found in it as it is are the truth.

Of a row nothing is kept or written: per group there are two counts, of faces found and of those that are bare once the
picture is spoilt. Groups of fewer pictures than ``--least`` are told together, as one. Prints a table; writes no file.
"""

import argparse
import csv
import math
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.video.stream import VideoStream

import passerby
from benchmarks.corruptions import AS_IT_IS, CORRUPTIONS, Corruption, spoilt, spoilt_truth
from benchmarks.exposure import exposed, found_faces, frame_times
from passerby.records import Pixels

LEAST = 100  # pictures of a group that is told apart
FRAMES = 5  # of the clip that a picture is made to
CERTAIN = 1.96  # standard deviations that hold 95 % of what chance does
FEWER = "(all smaller groups)"


@dataclass(slots=True)
class Tally:
    """What is known of groups: counts."""

    found: Counter[str] = field(default_factory=Counter)  # faces, in pictures as they are
    bare: Counter[tuple[str, str]] = field(default_factory=Counter)  # by group and corruption
    unread: int = 0  # pictures


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("pictures", type=Path)
    parser.add_argument("table", type=Path)
    parser.add_argument("--file", required=True, help="the column with the name of the picture")
    parser.add_argument("--group", required=True, help="the column that tells its group")
    parser.add_argument("--least", type=int, default=LEAST, help="pictures of a group that is told apart")
    asked = parser.parse_args()
    large = large_groups((group for _, group in rows(asked.table, asked.file, asked.group)), asked.least)
    tally = Tally()
    for name, group in rows(asked.table, asked.file, asked.group):
        count(asked.pictures / name, group if group in large else FEWER, tally)
    print("\n".join(report(tally)))
    if tally.unread:
        print(f"{tally.unread} pictures could not be read", file=sys.stderr)


def rows(table: Path, file: str, group: str) -> Iterator[tuple[str, str]]:
    """Picture and group of each row. Exits where the table lacks a column."""
    with table.open(newline="", encoding="utf-8") as lines:
        reader = csv.DictReader(lines)
        if missing := {file, group} - set(reader.fieldnames or ()):
            raise SystemExit(f"{table}: expected the columns {file} and {group}, found no {', '.join(sorted(missing))}")
        for row in reader:
            yield row[file], row[group]


def large_groups(groups: Iterable[str], least: int) -> set[str]:
    return {group for group, pictures in Counter(groups).items() if pictures >= least}


def count(path: Path, group: str, tally: Tally) -> None:
    """Look at a picture, as it is and spoilt, and count its faces."""
    read = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if read is None:
        tally.unread += 1
        return
    picture = np.asarray(read, np.uint8)[: read.shape[0] // 2 * 2, : read.shape[1] // 2 * 2]
    plan, times = look(picture, AS_IT_IS)
    truth = found_faces(plan, times)
    tally.found[group] += len(truth.frames[0].faces)
    if truth.frames[0].faces:
        for corruption in CORRUPTIONS:
            spoilt_plan, spoilt_times = look(picture, corruption)
            moved = spoilt_truth(truth, corruption, picture.shape[1], picture.shape[0])
            score = exposed(spoilt_plan, spoilt_times, moved)
            tally.bare[group, corruption.name] += sum(each.leaks for each in score.samples if not each.frame)


def look(picture: Pixels, corruption: Corruption) -> tuple[passerby.Plan, list[int]]:
    """What is hidden in a short clip of the spoilt picture, and the times of its frames; the clip is gone then."""
    with tempfile.TemporaryDirectory() as folder:
        clip = Path(folder) / "picture.mp4"
        with av.open(str(clip), "w") as container:
            stream = container.add_stream("libx264", rate=25, options={"crf": str(corruption.crf)})
            assert isinstance(stream, VideoStream)
            stream.width, stream.height, stream.pix_fmt = picture.shape[1], picture.shape[0], "yuv420p"
            random = np.random.default_rng(0)
            for number in range(FRAMES):
                frame = av.VideoFrame.from_ndarray(spoilt(picture, corruption, random), "rgb24")
                frame.pts, frame.time_base = number, Fraction(1, 25)
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return passerby.look(clip), frame_times(clip)


def report(tally: Tally) -> list[str]:
    groups = sorted(tally.found)
    head = "".join(f" {group} ({tally.found[group]} faces) |" for group in groups)
    lines = [f"| spoilt by |{head} gap |", f"|---|{'---|' * (len(groups) + 1)}"]
    for corruption in CORRUPTIONS:
        counts = {group: (tally.bare[group, corruption.name], tally.found[group]) for group in groups}
        cells = "".join(f" {_told(*each)} |" for each in counts.values())
        told_apart = [each for group, each in counts.items() if group != FEWER]
        lines.append(f"| {corruption.name} |{cells} {_gap(told_apart)} |")
    return lines


def _told(bare: int, found: int) -> str:
    low, high = interval(bare, found)
    return f"{bare / max(found, 1):.1%} ({low:.1%} to {high:.1%})"


def interval(part: int, whole: int) -> tuple[float, float]:
    """Between which shares, in 95 of 100 cases, the true one is (Wilson, 1927).

    >>> [round(end, 3) for end in interval(5, 100)]
    [0.022, 0.112]
    """
    if not whole:
        return 0.0, 1.0
    square = CERTAIN**2
    middle = (part + square / 2) / (whole + square)
    reach = CERTAIN * math.sqrt(part * (whole - part) / whole + square / 4) / (whole + square)
    return max(middle - reach, 0.0), min(middle + reach, 1.0)


def _gap(counts: Sequence[tuple[int, int]]) -> str:
    """Between the group that loses most and the one that loses least, and whether chance alone may be it."""
    known = [each for each in counts if each[1]]
    if len(known) < 2:
        return "none to tell"
    most, least = (choose(known, key=lambda each: each[0] / each[1]) for choose in (max, min))
    apart = interval(*most)[0] > interval(*least)[1]
    return f"{most[0] / most[1] - least[0] / least[1]:.1%}{'' if apart else ', may be chance'}"


if __name__ == "__main__":
    main()
