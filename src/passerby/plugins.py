"""What other packages add to Passerby: their entry points, each with the package that brings it.

A package names what it adds in its ``pyproject.toml``, in one of the groups below. To read these imports nothing of it.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from passerby.errors import PluginError

PluginGroup = Literal["passerby.stages", "passerby.exports", "passerby.detectors"]


@dataclass(frozen=True, slots=True)
class Plugin:
    """One thing that another package adds."""

    group: PluginGroup
    name: str
    value: str  # "module:attribute"
    package: str  # its name and version

    @property
    def where(self) -> str:
        """What it is and who brings it, for messages."""
        return f"{self.name!r} in {self.group}, of the package {self.package}"

    @property
    def folder(self) -> Path:
        """The folder of the module that brings it. Raises PluginError if there is none."""
        try:
            found = find_spec(self.value.partition(":")[0])
        except ImportError:
            found = None
        if found is None or found.origin is None:
            raise PluginError(f"{self.where}: expected a module on the disk, found none for {self.value}")
        return Path(found.origin).parent

    def load(self) -> object:
        """The object that the entry point names. Raises PluginError if it cannot be imported."""
        try:
            found: object = EntryPoint(self.name, self.value, self.group).load()
        except Exception as error:  # another package's code, which may raise anything when it is imported
            raise PluginError(
                f"{self.where}: {self.value} cannot be loaded: {type(error).__name__}: {error}"
            ) from error
        return found


def names_of(group: PluginGroup) -> tuple[str, ...]:
    """The names that other packages add to a group, in order."""
    return tuple(sorted({entry.name for entry in entry_points(group=group)}))


def plugins_of(group: PluginGroup, own: Collection[str]) -> Mapping[str, Plugin]:
    """What other packages add to a group, by name, in order. Raises PluginError for a name that is given twice.

    ``own`` are Passerby's names, which no package can take.
    """
    found: dict[str, Plugin] = {}
    for entry in sorted(entry_points(group=group), key=lambda entry: (entry.name, entry.value)):
        package = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "without a name"
        plugin = Plugin(group, entry.name, entry.value, package)
        if entry.name in own:
            raise PluginError(f"{plugin.where}: the name is Passerby's own; uninstall the package, or rename it there")
        if entry.name in found:
            raise PluginError(
                f"{plugin.where}: {found[entry.name].package} has the same name; uninstall one of the two packages"
            )
        found[entry.name] = plugin
    return found
