"""The models of the catalog on this machine: which there are, fetching more, checking and opening them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import MissingExtraError, MissingModelError, UsageError, WeightsError
from passerby.evidence.custody import Custody
from passerby.models.bundle import bundle, found_in, pulled
from passerby.models.catalog import entries, find, recommended
from passerby.models.entry import Entry
from passerby.models.mirrors import mirrors_of
from passerby.models.weights import commands_for, locate, pull, verify, weights_hash
from passerby.settings import Settings
from passerby.store.library import open_store

if TYPE_CHECKING:
    from passerby.models.load import CatalogModels

RECOMMENDED = "recommended"  # stands for several names


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """A model of the catalog."""

    name: str
    task: str
    here: bool  # whether its weights are on this machine
    published: bool  # whether its weights can be fetched from anywhere
    get: str  # the commands that get what is missing; "" for nothing
    licence: str
    made_from: str
    upstream: str
    training_data: str
    limits: str
    size: int  # bytes of its files, some perhaps roughly; 0 where that is not known
    unchecked: str  # what of all this was taken on somebody's word; "" for nothing

    def document(self) -> Document:
        """One row of ``models list --json``."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class PulledModel:
    """Weights that were fetched."""

    name: str
    path: Path
    licence: str


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """Whether weights are what the catalog says."""

    name: str
    problem: str  # "" for none

    def document(self) -> Document:
        """One row of ``models verify --json``."""
        return asdict(self)


class ModelShop:
    """Where models are fetched, checked and opened, as the settings say.

    What is fetched is noted in the library's log.
    """

    def __init__(self, settings: Settings, caller: Caller, custody: Custody) -> None:
        self._settings = settings
        self._caller = caller
        self._custody = custody

    @property
    def folder(self) -> Path:
        """Where pulled models are."""
        named = self._settings.models_dir
        return Path(named) if named else user_data_path("passerby") / "models"

    def behind(self, video_id: str) -> dict[str, tuple[str, ...]]:
        """By which models each stage found what is kept of a video, as far as that can be told.

        What was found with settings or by a version that are not those of now is left out.
        """
        from passerby.pipeline.models_of_before import models_of

        with open_store(self._settings.library, create=False) as store:
            done = store.sink.finished(video_id)
        return models_of(self._settings, video_id, done, lambda name: weights_hash(find(name), self.folder))

    def list(self) -> tuple[ModelInfo, ...]:
        """All models of the catalog."""
        return tuple(map(self._info, entries()))

    def missing(self) -> tuple[str, ...]:
        """The names of the recommended models that are not here."""
        return tuple(name for name in recommended() if not self._is_here(find(name)))

    def wanted(self, names: Sequence[str], source: Path | None = None) -> tuple[ModelInfo, ...]:
        """The models that are to be pulled: those of these names, of which "recommended" stands for several.

        Without names, all that lie in the folder ``source``. Those of several that are here already are left out.
        Raises UsageError for a name that there is not, and where nothing is named.
        """
        if not names and source is None:
            raise UsageError(f"expected names of models, such as {RECOMMENDED}, or --from FOLDER; found none")
        meant = [each for name in names for each in (recommended() if name == RECOMMENDED else (name,))]
        some = [find(name) for name in dict.fromkeys(meant)] if names else found_in(source or Path())
        is_one = len(names) == 1 and names[0] != RECOMMENDED  # which may be there, and broken
        return tuple(info for info in map(self._info, some) if is_one or not info.here)

    def bundle(self, folder: Path, names: Sequence[str] = ()) -> tuple[tuple[ModelInfo, ...], int]:
        """Copy models to a folder, to be carried to where there is no network: these, or all that were pulled.

        Gives them, and how many bytes that is. Raises MissingModelError, WeightsError, UsageError.
        """
        chosen = tuple(map(find, names)) or pulled(self.folder)
        if not chosen:
            raise UsageError(f"{self.folder}: expected models that were pulled, found none")
        return tuple(map(self._info, chosen)), bundle(chosen, self.folder, folder)

    def pull(
        self,
        name: str,
        source: Path | None = None,
        on_progress: Callable[[int, int | None], None] = lambda done, total: None,
    ) -> PulledModel:
        """Fetch the weights of a model, or take them from ``source``, and check them.

        ``on_progress`` hears how many bytes are there, and of how many if that is known. Raises UsageError for a model
        that there is not, WeightsError, MissingExtraError.
        """
        entry = find(name)
        mirrors = mirrors_of(self._settings.mirrors)
        path = pull(entry, self.folder, source, on_progress, mirrors)
        self._custody.note(self._caller, "pull", model=name)
        return PulledModel(name, path, entry.licence)

    def verify(self, names: Sequence[str] = ()) -> tuple[ModelCheck, ...]:
        """Whether weights are what the catalog says: of these models, or of all that are here."""
        chosen = [find(name) for name in names] or [entry for entry in entries() if self._is_here(entry)]
        return tuple(ModelCheck(entry.name, self._problem_of(entry)) for entry in chosen)

    def open(self, threads: int | None = None) -> CatalogModels:
        """The models, to be run as the settings say, or in so many threads."""
        # Imported here: it takes a while, and only what runs a model needs it.
        from passerby.models.load import CatalogModels
        from passerby.models.runtime import RuntimeOptions

        chosen = self._settings.threads if threads is None else threads
        return CatalogModels(
            self.folder.absolute(), RuntimeOptions(self._settings.provider, chosen), self._settings
        ).settled()

    def _info(self, entry: Entry) -> ModelInfo:
        return ModelInfo(
            name=entry.name,
            task=entry.task,
            here=self._is_here(entry),
            published=entry.is_published,
            get="; ".join(commands_for(entry, self.folder)),
            licence=entry.licence,
            made_from=entry.made_from,
            upstream=entry.upstream,
            training_data=entry.training_data,
            limits=entry.limits,
            size=entry.total_size,
            unchecked=entry.unchecked,
        )

    def _is_here(self, entry: Entry) -> bool:
        try:
            locate(entry, self.folder)
        except (MissingModelError, MissingExtraError):
            return False
        return True

    def _problem_of(self, entry: Entry) -> str:
        try:
            verify(entry, self.folder)
        except (MissingModelError, MissingExtraError, WeightsError) as error:
            return str(error)
        return ""
