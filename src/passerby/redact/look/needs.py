"""Which models a kind of thing is found by, for those that may not be on the machine."""

from collections.abc import Mapping

from passerby.errors import MissingExtraError, MissingModelError
from passerby.models.load import CatalogModels
from passerby.models.roles import ModelRole
from passerby.redact.plan.kinds import KINDS, Kind

# All others are found by models that ship with the package.
NEEDS: Mapping[Kind, tuple[ModelRole, ...]] = {"plates": ("plates",), "text": ("text", "reading")}


def missing_models(models: CatalogModels) -> dict[Kind, list[str]]:
    """The kinds that cannot be looked for as things are, each with the names of the models that it lacks."""
    needed = {kind: map(models.name_for, NEEDS.get(kind, ())) for kind in KINDS}
    lacking = {kind: [name for name in names if _lacks(models, name)] for kind, names in needed.items()}
    return {kind: names for kind, names in lacking.items() if names}


def _lacks(models: CatalogModels, name: str) -> bool:
    try:
        models.require(name)
    except (MissingModelError, MissingExtraError):
        return True
    return False
