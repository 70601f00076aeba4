"""Where models come from, for all that opens some: ``load.py``, or the fakes of tests."""

from typing import Any, Protocol


class ModelSource(Protocol):
    """Opens models by their names. It holds no model itself, and it pickles, so that it can go to a worker."""

    def open(self, name: str, **parameters: Any) -> Any:
        """The adapter of the model called ``name``, ready to run. Raises UsageError or MissingModelError."""
        ...

    def weights_hash(self, name: str) -> str:
        """The SHA-256 of the model's weights. Raises UsageError or MissingModelError."""
        ...
