"""Redaction: its speed, its memory and what its copies show, beside deface and a bare transcode.

    .venv/bin/python -m benchmarks.redact [--only PART...] [--tools TOOL...] [--seeds 100 101 102] [--rounds 3]

Parts: calibration (of the judge), speed (faces all the time), seldom (a tenth of the groups of pictures with faces),
memory (4K, and twice as long), hard (made clips with known faces), unseen (more of them, since the first have shown
what to make better), empty (without heads), easy (real clips with labelled faces). Each part replaces its own chapter
of ``results/redact.md``. All times of a chapter are of one run; where it tells what leaks, rows of tools that are not
asked for stay as they are. deface comes from PyPI into an environment of its own, ``cache/deface-venv``; of the same
file it makes the same copy, so that its copies of clips that are scored, not timed, are kept in ``cache/redact``.
"""

import argparse
import math
import statistics
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import redact_clips
from benchmarks.calibration import calibrate
from benchmarks.hard_clips import make_clip
from benchmarks.index import CACHE, HERE, PASSERBY, Run, machine, run
from benchmarks.known_faces import known_clips
from benchmarks.leaks import BANDS, SEEN, SMALL, Score, joined, score
from benchmarks.truth import Truth, load_truth
from passerby.wording import counted

RESULT, COPIES = HERE / "results" / "redact.md", CACHE / "redact"
DEFACE = "1.5.0"
TRANSCODE = """
import sys, av
with av.open(sys.argv[1]) as source, av.open(sys.argv[2], "w") as target:
    video = source.streams.video[0]
    video.thread_type = "AUTO"
    stream = target.add_stream("libx264", rate=video.average_rate, options={"preset": "veryfast", "crf": "20"})
    stream.width, stream.height, stream.pix_fmt = video.width, video.height, "yuv420p"
    stream.time_base = video.time_base
    for frame in source.decode(video):
        frame.pict_type = 0
        target.mux(stream.encode(frame))
    target.mux(stream.encode(None))
"""
BARE, REDACT, CAREFUL, FAST, BLUR = "bare transcode", "redact", "redact --careful", "redact --fast", "deface"
SLOW = (CAREFUL, BLUR)
UNSEEN = (123, 124, 125, 126, 127, 128)  # to be changed once their leaks lead to a choice
TOOLS = (BARE, REDACT, CAREFUL, FAST, BLUR)
HEIGHTS = tuple(zip(BANDS, (*BANDS[1:], math.inf), strict=True))


def command(tool: str, original: Path, copy: Path) -> list[str]:
    if tool == BARE:
        return [sys.executable, "-c", TRANSCODE, str(original), str(copy)]
    if tool == BLUR:
        return [str(_deface()), str(original), "--output", str(copy)]
    options = tool.split()[1:]
    return [str(PASSERBY), "redact", str(original), "-o", str(copy), "--overwrite", *options]


def _deface() -> Path:
    """deface in an environment of its own, made where it is not there yet."""
    home = CACHE / "deface-venv"
    program = home / "bin" / "deface"
    if not program.exists():
        venv.create(home, with_pip=True)
        wanted = [f"deface=={DEFACE}", "onnxruntime", "opencv-python-headless"]
        subprocess.run([str(home / "bin" / "pip"), "install", "--quiet", *wanted], check=True)
    return program


def use(tool: str, original: Path) -> tuple[Path, Run]:
    """Make a copy of ``original``."""
    COPIES.mkdir(parents=True, exist_ok=True)
    part = COPIES / f"part-{original.stem}.mp4"
    part.unlink(missing_ok=True)
    made = run(command(tool, original, part))
    if not part.exists():  # deface says what went wrong, and ends as if nothing had
        raise SystemExit(f"{tool} {original}: no copy was made")
    return part.rename(_copy(tool, original)), made


def scored(tool: str, original: Path, truth: Truth) -> Score:
    kept = tool == BLUR and _copy(tool, original).exists()
    copy = _copy(tool, original) if kept else use(tool, original)[0]
    return score(original, copy, truth)


def _copy(tool: str, original: Path) -> Path:
    return COPIES / f"{tool.replace(' ', '')}-{original.stem}.mp4"


def timing(clip: Path, tools: Sequence[str], rounds: int, seconds: int) -> list[str]:
    """All tools in turns, but the slow ones once."""
    runs: dict[str, list[Run]] = {tool: [] for tool in tools}
    for number in range(rounds):
        for tool in tools:
            if tool not in SLOW or number == 0:
                runs[tool].append(use(tool, clip)[1])
    bare = [each.seconds for each in runs[BARE]]
    return [
        f"{seconds} s at 25 frames/s, {clip.stat().st_size * 8 / seconds / 1e6:.1f} Mbit/s; medians of",
        f"{counted(rounds, 'round')} in turns (deface and --careful: one), in brackets the least and the most.",
        "Time: of the process, its start included; ratio: to the bare transcode (PyAV, all cores, libx264 veryfast,",
        "crf 20) of the same round. Memory: of all its processes.",
        "",
        "| tool | time | ratio | frames/s | memory |",
        "|---|---|---|---|---|",
        *(_timing_row(tool, made, bare, seconds) for tool, made in runs.items()),
    ]


def _timing_row(tool: str, made: list[Run], bare: list[float], seconds: int) -> str:
    ratios = [each.seconds / alone for each, alone in zip(made, bare, strict=False)]
    time = statistics.median(each.seconds for each in made)
    spread = f" ({min(ratios):.2f} to {max(ratios):.2f})" if len(ratios) > 1 else ""
    ratio, most = statistics.median(ratios), max(each.peak_mb for each in made)
    return f"| {tool} | {time:.1f} s | {ratio:.2f}{spread} | {seconds * 25 / time:.1f} | {most:.0f} MB |"


def memory(tools: Sequence[str]) -> list[str]:
    rows = []
    for times in (1, 2):
        clip = redact_clips.large(times=times)
        for tool in tools:
            if tool not in SLOW:
                _, made = use(tool, clip)
                rows.append(f"| {tool} | {8 * times} s | {made.seconds:.0f} s | {made.peak_mb:.0f} MB |")
    return ["| tool | clip, 4K | time | memory |", "|---|---|---|---|", *rows]


def hard(tools: Sequence[str], seeds: Sequence[int], chapter: str) -> list[str]:
    """What copies of made clips show; ``chapter`` of the results has it."""
    clips = [make_clip(seed, 20, CACHE / "hard" / f"{seed}.mp4") for seed in seeds]
    found = {
        tool: joined([scored(tool, clip, load_truth(clip.with_suffix(".json"))) for clip in clips])
        for tool in tools
        if tool != BARE
    }
    first = f"Seeds {', '.join(map(str, seeds))}: {len(seeds)} clips of 20 s, 1080p. A face is scored in a frame if at"
    head, rule, *new = quality_table(found)
    before = _chapters().get(chapter, [""])
    return [
        first,
        f"least {SEEN:.0%} of it is seen. Longest: the longest run of frames in which one track leaks. Hidden",
        "elsewhere: pixels outside of all faces that were changed.",
        "",
        head,
        rule,
        *_with_kept(before if before[0] == first else [], new, 1),
    ]


def _with_kept(before: Sequence[str], new: Sequence[str], cells: int) -> list[str]:
    """Table rows ``new``, and those of ``before`` that begin with other ``cells``, where they stood."""
    rows = [row for row in before if row.startswith("| ") and not row.startswith(("| leaked", "| clip"))]
    return list({tuple(row.split(" | ")[:cells]): row for row in (*rows, *new)}.values())


def quality_table(found: dict[str, Score]) -> list[str]:
    names = [f"under {high}" if not low else f"{low} to {high}" for low, high in HEIGHTS[:-1]]
    head = [*names, f"{HEIGHTS[-1][0]} and more", f"**{SMALL} and more**", "**16 and more**"]
    runs = f"leaky tracks, {SMALL} and more | longest, {SMALL} and more | longest, 16 and more | hidden elsewhere"
    return [
        f"| leaked faces by height | {' | '.join(head)} | {runs} |",
        f"|---|{'---|' * (len(head) + 4)}",
        *(_quality_row(tool, each) for tool, each in found.items()),
    ]


def _quality_row(tool: str, found: Score) -> str:
    counts = [found.leaked(*band) for band in (*HEIGHTS, (SMALL, math.inf), (16, math.inf))]
    tracks = "{} of {}".format(*found.leaky_tracks(SMALL))
    cells = [
        *(f"{leaked} of {judged} ({leaked / max(judged, 1):.1%})" for leaked, judged in counts),
        tracks,
        str(found.longest_run(SMALL)),
        str(found.longest_run(16)),
        f"{found.hidden_elsewhere:.2%}",
    ]
    return f"| {tool} | {' | '.join(cells)} |"


def empty(tools: Sequence[str], seeds: Sequence[int]) -> list[str]:
    clips = [make_clip(seed, 20, CACHE / "hard" / f"{seed}-empty.mp4", empty=True) for seed in seeds]
    rows = []
    for tool in tools:
        if tool != BARE:
            shares = [scored(tool, clip, load_truth(clip.with_suffix(".json"))).hidden_elsewhere for clip in clips]
            rows.append(f"| {tool} | {statistics.mean(shares):.2%} |")
    return [
        "The same clips without heads: the share of the pixels that was changed.",
        "",
        "| tool | hidden |",
        "|---|---|",
        *rows,
    ]


def easy(tools: Sequence[str]) -> list[str]:
    """Real clips: nothing may leak."""
    rows = []
    for clip in known_clips():
        for tool in tools:
            if tool != BARE:
                found = scored(tool, clip.path, clip.truth)
                leaked, judged = found.leaked()
                rows.append(
                    f"| {clip.path.name} | {tool} | {leaked} of {judged} | {found.longest_run()} "
                    f"| {found.hidden_elsewhere:.2%} |"
                )
    return [
        "Boxes on every fifth frame (`labels/faces.json`), straight lines between. In one-by-one-person-detection.mp4",
        "people are seen from behind; what is labelled is one profile, half turned away, of 34 to 38 pixels.",
        "",
        "| clip | tool | leaked faces | longest | hidden elsewhere |",
        "|---|---|---|---|---|",
        *_with_kept(_chapters().get("easy", []), rows, 2),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=list(TITLES), default=list(TITLES))
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=list(TOOLS))
    parser.add_argument("--seeds", nargs="+", type=int, default=[100, 101, 102])
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    COPIES.mkdir(parents=True, exist_ok=True)
    tools = [tool for tool in TOOLS if tool in asked.tools]
    timed = [BARE, *(tool for tool in tools if tool != BARE)]
    parts: dict[str, Callable[[], list[str]]] = {
        "calibration": lambda: calibrate(make_clip(0, 20, CACHE / "hard" / "0.mp4"), COPIES, HEIGHTS),
        "speed": lambda: timing(redact_clips.busy(), timed, asked.rounds, 24),
        "seldom": lambda: timing(redact_clips.seldom(), [t for t in timed if t not in SLOW], asked.rounds, 60),
        "memory": lambda: memory(tools),
        "hard": lambda: hard(tools, asked.seeds, "hard"),
        "unseen": lambda: hard(tools, UNSEEN, "unseen"),
        "empty": lambda: empty(tools, asked.seeds),
        "easy": lambda: easy(tools),
    }
    for name in asked.only:
        write(name, parts[name]())
        print(RESULT.read_text("utf-8"))


TITLES = {
    "speed": "Faces all the time, 1080p",
    "seldom": "Faces in a tenth of the groups of pictures, 1080p",
    "memory": "Memory",
    "hard": "Hard clips",
    "unseen": "Hard clips by which nothing was chosen",
    "empty": "Nothing to hide",
    "easy": "Easy clips",
    "calibration": "The judge",
}


def _chapters() -> dict[str, list[str]]:
    """The lines of each chapter of the results, as they were measured before."""
    _, *parts = RESULT.read_text("utf-8").split("\n## ") if RESULT.exists() else [""]
    lines = {title: text.strip().splitlines() for title, _, text in (part.partition("\n") for part in parts)}
    return {name: lines[title] for name, title in TITLES.items() if title in lines}


def write(name: str, lines: list[str]) -> None:
    """Replace a chapter of the results; the others stay as they are."""
    chapters = {**_chapters(), name: lines}
    text = [
        "# Redaction",
        "",
        f"`python -m benchmarks.redact` on {machine()}; deface {DEFACE} with its own defaults. What leaks is judged",
        "without a detector (`benchmarks/leaks.py`): a face leaks if the fine structure of a quarter of it still",
        "follows the original's.",
    ]
    for each, title in TITLES.items():
        if each in chapters:
            text += ["", f"## {title}", "", *chapters[each]]
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text("\n".join(text) + "\n", "utf-8")


if __name__ == "__main__":
    main()
