"""The models of the catalog on this machine: which there are, fetching more, checking and opening them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from platformdirs import user_data_path

from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import MissingExtraError, MissingModelError, WeightsError
from passerby.evidence.custody import Custody
from passerby.models.catalog import entries, find
from passerby.models.entry import Entry
from passerby.models.weights import commands_for, locate, pull, verify
from passerby.settings import Settings

if TYPE_CHECKING:
    from passerby.models.load import CatalogModels


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

    def list(self) -> tuple[ModelInfo, ...]:
        """All models of the catalog."""
        return tuple(
            ModelInfo(
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
            )
            for entry in entries()
        )

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
        pulled = PulledModel(name, pull(entry, self.folder, source, on_progress), entry.licence)
        self._custody.note(self._caller, "pull", model=name)
        return pulled

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
