"""What every stage is: a frozen dataclass of parameters, which pickles and hashes. Its session does the work."""

from typing import Protocol


class Stage(Protocol):
    """One thing that a user can switch on or off. Its dataclass fields are its parameters."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> int:
        """Raised when the same parameters and weights would give other records."""
        ...

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the stages whose records it takes."""
        ...

    @property
    def models(self) -> tuple[str, ...]:
        """Names in the catalog of the models that it runs."""
        ...
