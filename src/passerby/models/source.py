"""Where models come from, for all that opens some: ``load.py``, or the fakes of tests."""

from typing import Any, Protocol

from passerby.models.roles import ModelRole


class ModelSource(Protocol):
    """Opens models by their names. It holds no model itself, and it pickles, so that it can go to a worker."""

    def open(self, name: str, **parameters: Any) -> Any:
        """The adapter of the model called ``name``, ready to run. Raises UsageError or MissingModelError."""
        ...

    def name_for(self, role: ModelRole) -> str:
        """The name of the model that has this role. Raises UsageError for one that cannot have it."""
        ...

    def weights_hash(self, name: str) -> str:
        """The SHA-256 of the model's weights. Raises UsageError or MissingModelError."""
        ...
