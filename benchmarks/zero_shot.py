"""How often a tag from the written names is right, on labelled stills: needs weights of a model for images and texts.

    passerby models pull clip-vit-b-32
    .venv/bin/python -m benchmarks.zero_shot [--model clip-vit-b-32] [--models DIR]

The stills are those of ``tags.toml``, photographs only; what may be said of each is in ``labels/zero_shot.toml``, by
facet. Each goes the way of a sample of ``passerby add``: people found and masked, the rest shown to the model. The
temperature is fitted on the even stills; all that is told is of the odd ones. Writes ``results/zero-shot-MODEL.md``.
"""

import argparse
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.stills import MODELS_DIR, Still, read_stills
from benchmarks.tags import Masking
from passerby.models.clip import ImageTextPair
from passerby.models.hedging import Hedger
from passerby.models.load import CatalogModels
from passerby.models.runtime import RuntimeOptions
from passerby.models.zero_shot_classifier import THRESHOLD, Facet, name_vectors, shares, vocabulary
from passerby.records import Floats

HERE = Path(__file__).parent
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9)
TEMPERATURES = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0)  # what the catalog's scale is multiplied by

Labels = Mapping[str, Mapping[str, Sequence[str]]]  # by still and facet


@dataclass(frozen=True, slots=True)
class Seen:
    """A still that the model was shown: its vector (d,), and the names that may be said of it, by facet."""

    name: str
    vector: Floats
    right: Mapping[str, Sequence[str]]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", default="clip-vit-b-32")
    parser.add_argument("--models", type=Path, default=MODELS_DIR, help="the folder of pulled models")
    asked = parser.parse_args()
    labels: Labels = tomllib.loads((HERE / "labels" / "zero_shot.toml").read_text("utf-8"))
    pair: ImageTextPair = CatalogModels(asked.models, RuntimeOptions(threads=1)).open(asked.model)
    seen = look([still for still in read_stills(HERE / "tags.toml", HERE / "cache") if not still.odd], labels, pair)
    facets = [*zip(vocabulary(), name_vectors(pair.vectors_of, vocabulary()), strict=True)]
    result = HERE / "results" / f"zero-shot-{asked.model}.md"
    result.write_text(report(asked.model, seen, facets, pair.scale), "utf-8")
    print(result.read_text("utf-8"))


def name_of(still: Still) -> str:
    return still.path.name if still.frame is None else f"{still.path.name}@{still.frame}"


def look(stills: Sequence[Still], labels: Labels, pair: ImageTextPair) -> list[Seen]:
    """Those of which something is labelled, and of whom it is sure where their people are."""
    masking, encoder = Masking(), pair.images()
    seen = []
    for still in stills:
        right = labels.get(name_of(still))
        masked = None if right is None else masking.masked(still.read())
        if right is not None and masked is not None:
            seen.append(Seen(name_of(still), encoder.embed([masked.pixels])[0], right))
    return seen


def fitted(seen: Sequence[Seen], facet: Facet, names: Floats, scale: float) -> float:
    """The scale under which the names that are right get the most, by the mean of its logarithm."""
    labelled = [each for each in seen if each.right.get(facet.name)]

    def likelihood(factor: float) -> float:
        rows = ((shares(each.vector[None], names, factor * scale), each) for each in labelled)
        return float(
            np.mean([np.log(max(right_share(row, each.right[facet.name], facet), 1e-9)) for row, each in rows])
        )

    return scale * max(TEMPERATURES, key=likelihood) if labelled else scale


def right_share(row: Floats, right: Sequence[str], facet: Facet) -> float:
    """The share of the classes that are right, and of those below them."""
    hierarchy = facet.hierarchy()
    below = np.any([hierarchy.below[hierarchy.labels.index(name)] > 0 for name in right], axis=0)
    return float(row[below].sum())


def report(model: str, seen: Sequence[Seen], facets: Sequence[tuple[Facet, Floats]], scale: float) -> str:
    lines = [
        f"# Tags from written names, {model}",
        "",
        f"`python -m benchmarks.zero_shot --model {model}`: {len(seen)} photographs, what may be said of each",
        "written by hand (`benchmarks/labels/zero_shot.toml`); a broader name than a right one is right. The scale",
        "is fitted on the even ones, all else is told of the odd ones. Precision: right tags of all tags. Served:",
        "pictures with a right tag, of those that have a name in the facet. Silent: those without a tag, where there",
        "is no name. Claimed: the mean share of the tags, to be as high as their precision. The threshold in use is",
        f"{THRESHOLD}.",
        "",
    ]
    for facet, names in facets:
        best = fitted(seen[::2], facet, names, scale)
        lines += [f"## {facet.name}", "", f"Scale {scale:g} in use, {best:g} fitted.", ""]
        lines += ["| scale | threshold | precision | served | silent | claimed |", "|---|---|---|---|---|---|"]
        for used in dict.fromkeys((scale, best)):
            lines += [_row(seen[1::2], facet, names, used, threshold) for threshold in THRESHOLDS]
        lines.append("")
    return "\n".join(lines)


def _row(seen: Sequence[Seen], facet: Facet, names: Floats, scale: float, threshold: float) -> str:
    hedger = Hedger(threshold, facet.hierarchy())
    right: list[bool] = []
    served: list[bool] = []
    silent: list[bool] = []
    claimed: list[float] = []
    for each in seen:
        wanted = each.right.get(facet.name, ())
        allowed = {name for label in wanted for name in (label, *hedger.broader(label))}
        tags = hedger.tags(shares(each.vector[None], names, scale))
        right += [label in allowed for label, _ in tags]
        claimed += [share for _, share in tags]
        (served if wanted else silent).append(any(label in allowed for label, _ in tags) if wanted else not tags)
    return (
        f"| {scale:g} | {threshold} | {_share(right)} | {_share(served)} | {_share(silent)} "
        f"| {np.mean(claimed) if claimed else 0:.2f} |"
    )


def _share(values: Sequence[bool]) -> str:
    return f"{sum(values) / len(values):.2f} ({sum(values)}/{len(values)})" if values else "none"


if __name__ == "__main__":
    main()
