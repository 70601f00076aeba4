"""The shipped models, whose detectors remember what they found: a sweep over parameters runs them once."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.labelled import CACHE
from passerby.models.catalog import find
from passerby.models.load import CatalogModels
from passerby.models.roles import ModelRole
from passerby.models.runtime import RuntimeOptions
from passerby.records import Detections, Pixels

Memory = dict[tuple[str, bytes], Detections]


class RememberingModels:
    """In the place of ``CatalogModels``, for one process; on one thread, so that results are the same everywhere."""

    def __init__(self, names: Mapping[ModelRole, str] | None = None, files: Mapping[str, Path] | None = None) -> None:
        """``names`` have roles whatever else is here; ``files`` have weights of models by name, of any hash."""
        self._options = RuntimeOptions(threads=1)
        self._models = CatalogModels(CACHE / "models", self._options)
        self._names, self._files = names or {}, files or {}
        self._found: Memory = {}

    def open(self, name: str, **parameters: object) -> Any:
        model = self._open(name, **parameters)
        return _Remembering(f"{name} {parameters}", model, self._found) if "threshold" in parameters else model

    def name_for(self, role: ModelRole) -> str:
        return self._names.get(role) or self._models.name_for(role)

    def weights_hash(self, name: str) -> str:
        return "" if name in self._files else self._models.weights_hash(name)

    def _open(self, name: str, **parameters: object) -> Any:
        if name not in self._files:
            return self._models.open(name, **parameters)
        module, _, adapter = find(name).adapter.partition(":")
        return getattr(import_module(module), adapter)(self._files[name], find(name), self._options, **parameters)


class _Remembering:
    def __init__(self, name: str, detector: Any, found: Memory) -> None:
        self._name, self._detector, self._found = name, detector, found
        self.labels: tuple[str, ...] = detector.labels

    def detect(self, images: Sequence[Pixels]) -> list[Detections]:
        return [self._detect(image) for image in images]

    def _detect(self, image: Pixels) -> Detections:
        key = (f"{self._name} {image.shape}", blake2b(image.tobytes()).digest())
        if key not in self._found:
            (self._found[key],) = self._detector.detect([image])
        return self._found[key]
