"""From a model's name to the model, ready to run."""

from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any

from passerby.models.catalog import find
from passerby.models.detectors.guarded import GuardedDetector
from passerby.models.entry import Entry
from passerby.models.roles import CHOICES, ModelRole, best_for, checked_model_for, first_for, is_open
from passerby.models.runtime import RuntimeOptions
from passerby.models.vocabulary import check_labels
from passerby.models.weights import commands_for, locate, weights_hash
from passerby.settings import Settings


@dataclass(frozen=True, slots=True)
class CatalogModels:
    """Opens the models of the catalog. It holds no model itself, so it can be sent to a worker."""

    models_dir: Path
    options: RuntimeOptions
    settings: Settings = field(default_factory=Settings)  # which name the models of some roles

    def open(self, name: str, **parameters: Any) -> Any:
        """The model called ``name``, its adapter made with ``parameters``. Raises UsageError for an unknown name."""
        return open_model(find(name), self.models_dir, self.options, **parameters)

    def name_for(self, role: ModelRole) -> str:
        """The name of the model that has this role. Raises UsageError for one that cannot have it."""
        return self.best_here(role) if is_open(role, self.settings) else checked_model_for(role, self.settings)

    def weights_hash(self, name: str) -> str:
        """The SHA-256 of the model's weights. Raises UsageError or MissingModelError."""
        return weights_hash(find(name), self.models_dir)

    def require(self, name: str) -> None:
        """Raise UsageError, MissingModelError, MissingExtraError or WeightsError unless the model can be opened."""
        locate(find(name), self.models_dir)

    def commands_for(self, name: str) -> list[str]:
        """What gets that of the model which is not on this machine; nothing where all is."""
        return commands_for(find(name), self.models_dir)

    def best_here(self, role: ModelRole) -> str:
        """The best model for a role that is on this machine; if none is, the first."""
        return next((name for name in best_for(role) if not self.commands_for(name)), first_for(role))

    def settled(self) -> "CatalogModels":
        """The same, with names in the settings of all roles that are open: they stay, whatever is pulled meanwhile."""
        named: dict[str, Any] = {
            CHOICES[role].setting: self.best_here(role) for role in CHOICES if is_open(role, self.settings)
        }
        return replace(self, settings=replace(self.settings, **named))


def open_model(entry: Entry, models_dir: Path, options: RuntimeOptions, **parameters: Any) -> Any:
    """The adapter of ``entry``, with its weights.

    Raises VocabularyError if the model could say what Passerby never says, MissingModelError or WeightsError if
    its weights are not here or not right, PluginError if another package's adapter is not there.
    """
    check_labels(entry.labels, f"the model {entry.name}")
    path = locate(entry, models_dir)
    model = _adapter(entry)(path, entry, options, **parameters)
    return model if entry.plugin is None else GuardedDetector(model, entry)


def _adapter(entry: Entry) -> Any:
    """The class that runs a model. Raises PluginError if it is another package's and not there."""
    if entry.plugin is not None:
        return replace(entry.plugin, value=entry.adapter).load()
    module, _, name = entry.adapter.partition(":")
    return getattr(import_module(module), name)
