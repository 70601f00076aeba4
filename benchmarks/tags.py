"""How often a tag is right, on labelled stills, for each threshold of ``Hedger``.

    .venv/bin/python -m benchmarks.tags

The stills come from packages fetched by name (pip; apt, so a Debian machine is needed); what may be said of each
is in ``tags.toml``. Each goes the way of a sample of ``passerby add``: people found and masked, the picture
described, tags chosen. Writes ``results/tags.md``.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from benchmarks.stills import Still, read_stills
from passerby.models.hedging import THRESHOLD, Hedger
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.people import MaskedFrame, mask_people
from passerby.records import Floats, Pixels, Sample
from passerby.stages.base import PeopleDetections
from passerby.stages.people import PeopleSession, PeopleStage

HERE = Path(__file__).parent
RESULT = HERE / "results" / "tags.md"
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)
LONG_SIDE = 640  # of a sample


@dataclass(frozen=True, slots=True)
class Verdict:
    """The tags of a still, and which of them are right."""

    still: Still
    tags: tuple[tuple[str, float], ...]
    right: tuple[bool, ...]


def main() -> None:
    describing = Describing()
    stills = read_stills(HERE / "tags.toml", HERE / "cache")
    seen = [(still, describing.probabilities(still.read())) for still in stills]
    verdicts = {threshold: judge(seen, Hedger(threshold)) for threshold in sorted({*THRESHOLDS, THRESHOLD})}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(report(verdicts), "utf-8")
    print(RESULT.read_text("utf-8"))


class Masking:
    """Pictures without their people, as samples of ``passerby add`` are."""

    def __init__(self) -> None:
        models = CatalogModels(HERE / "cache" / "models", RuntimeOptions(threads=1))
        least = PeopleStage().weak_score
        self._things = models.open("nanodet", threshold=least)
        self._faces = models.open("centerface", threshold=least)

    def masked(self, picture: Pixels) -> MaskedFrame | None:
        """None where someone may be in the picture who cannot be masked surely."""
        scale = min(1.0, LONG_SIDE / max(picture.shape[:2]))
        height, width = (max(1, round(side * scale)) for side in picture.shape[:2])
        small = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        (found,), (faces,) = self._things.detect([small]), self._faces.detect([small])
        person = np.array([label == "person" for label in found.labels], np.bool_)
        session = PeopleSession(PeopleStage(), width, height)
        session.push(PeopleDetections(0, False, found.where(person), faces, found.where(~person)))
        (people,) = session.settle_all()
        if people.doubt:
            return None
        return mask_people(Sample(0, small, width, height), people.boxes)


class Describing:
    """What the shipped models say of a picture, its people masked."""

    def __init__(self) -> None:
        self._masking = Masking()
        self._describer = CatalogModels(HERE / "cache" / "models", RuntimeOptions(threads=1)).open("mobilenetv2")

    def probabilities(self, picture: Pixels) -> Floats | None:
        """(1000,), or None where the picture is not described."""
        masked = self._masking.masked(picture)
        if masked is None:
            return None
        chances, _ = self._describer.describe([masked.pixels])
        result: Floats = chances[0]
        return result


def judge(seen: list[tuple[Still, Floats | None]], hedger: Hedger) -> list[Verdict]:
    verdicts = []
    for still, chances in seen:
        right = {name for accepted in still.accepted for name in (accepted, *hedger.broader(accepted))}
        tags = () if chances is None else tuple(hedger.tags(chances))
        verdicts.append(Verdict(still, tags, tuple(label in right for label, _ in tags)))
    return verdicts


def report(verdicts: dict[float, list[Verdict]]) -> str:
    chosen = verdicts[THRESHOLD]
    lines = [
        "# Tags on labelled stills",
        "",
        "Made by `python -m benchmarks.tags` from the pictures and labels of `benchmarks/tags.toml`, with the models",
        "that ship with Passerby. Precision: right tags of all tags. Served: pictures with a right tag, of those that",
        "show something with a name. Silent: pictures with no tag, of those that show nothing with a name.",
        f"The threshold in use is {THRESHOLD}.",
        "",
        *_table("Photographs such as footage is made of", verdicts, odd=False),
        *_table("Oddities: drawings, textures, silhouettes, text, aerial and microscope pictures", verdicts, odd=True),
        f"## What is said at {THRESHOLD}",
        "",
        "| picture | tags | |",
        "|---|---|---|",
        *(_line(verdict) for verdict in chosen if verdict.tags),
    ]
    return "\n".join(lines) + "\n"


def _table(title: str, verdicts: dict[float, list[Verdict]], *, odd: bool) -> list[str]:
    rows = [_row(threshold, [one for one in found if one.still.odd == odd]) for threshold, found in verdicts.items()]
    return [f"## {title}", "", "| threshold | precision | served | silent |", "|---|---|---|---|", *rows, ""]


def _row(threshold: float, verdicts: list[Verdict]) -> str:
    right = [ok for verdict in verdicts for ok in verdict.right]
    served = [any(verdict.right) for verdict in verdicts if verdict.still.accepted]
    silent = [not verdict.tags for verdict in verdicts if not verdict.still.accepted]
    return f"| {threshold} | {_share(right)} | {_share(served)} | {_share(silent)} |"


def _share(values: list[bool]) -> str:
    return f"{sum(values) / len(values):.2f} ({sum(values)}/{len(values)})" if values else "none"


def _line(verdict: Verdict) -> str:
    frame = "" if verdict.still.frame is None else f", frame {verdict.still.frame}"
    tags = ", ".join(f"{label} {chance:.2f}" for label, chance in verdict.tags)
    return f"| {verdict.still.path.name}{frame} | {tags} | {'right' if all(verdict.right) else 'WRONG'} |"


if __name__ == "__main__":
    main()
