"""From a stage's name to the stage, with the parameters that are settings."""

from collections.abc import Callable
from importlib import import_module

from passerby.errors import UsageError
from passerby.plugins import plugins_of
from passerby.settings import Settings
from passerby.stages import STAGES, stage_names
from passerby.stages.base import Configured, Stage
from passerby.stages.outside import admitted


def make_stage(name: str, settings: Settings) -> Stage:
    """The stage called ``name``.

    Raises UsageError for a name that is no stage, PluginError or VocabularyError for a stage of another package that
    cannot be let in.
    """
    if name in STAGES:
        return configured(_own(name), settings)
    plugins = plugins_of("passerby.stages", STAGES)
    if name not in plugins:
        raise UsageError(f"no stage is called {name!r}; expected some of: {', '.join(stage_names())}")
    return configured(admitted(plugins[name]), settings)


def configured(kind: Callable[[], Stage], settings: Settings) -> Stage:
    """A stage of this class as the settings want it."""
    return kind.from_settings(settings) if isinstance(kind, Configured) else kind()


def _own(name: str) -> Callable[[], Stage]:
    module, _, attribute = STAGES[name].partition(":")
    kind: Callable[[], Stage] = getattr(import_module(module), attribute)
    return kind
