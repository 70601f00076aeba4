"""Where the value of each setting is from: an option, the environment, a file, or its default, in this order.

Files are TOML, with the names of settings as keys. ``PASSERBY_CONFIG`` names one; without it, ``passerby.toml`` in the
current folder goes before ``config.toml`` in the user's folder for such files.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_config_path

from passerby.errors import UsageError
from passerby.settings import DEFAULTS, FIELDS, Settings, SettingValue, parse_setting
from passerby.wording import meant_instead

VARIABLE = "PASSERBY_CONFIG"
BESIDE = "passerby.toml"
DEFAULT, OPTION = "default", "option"


@dataclass(frozen=True, slots=True)
class SettingSource:
    """One setting, and who has the last word on it."""

    name: str
    value: SettingValue
    source: str  # "default", "option", the name of a variable, or the path of a file


@dataclass(frozen=True, slots=True)
class Configuration:
    """All settings of one run."""

    settings: Settings
    given: tuple[SettingSource, ...]
    files: tuple[Path, ...]  # that were read, the last word first


def configured(
    overrides: Mapping[str, object] | None = None, environment: Mapping[str, str] | None = None
) -> Configuration:
    """The settings by ``overrides`` that are not None, this process's environment, and files.

    Where an ``environment`` is given, no file counts but one that it names. Raises UsageError for a value of the wrong
    kind, a setting that there is not, and a named file that is not there.
    """
    files = _files(os.environ if environment is None else environment, usual=environment is None)
    found = {name: SettingSource(name, value, DEFAULT) for name, value in DEFAULTS.items()}
    for path in reversed(files):
        found.update({given.name: given for given in _read(path)})
    found.update({given.name: given for given in _of_environment(os.environ if environment is None else environment)})
    for name, value in (overrides or {}).items():
        if value is not None:
            found[name] = SettingSource(name, parse_setting(name, value, f"--{name.replace('_', '-')}"), OPTION)
    settings = Settings(**{given.name: given.value for given in found.values()})  # type: ignore[arg-type]
    return Configuration(settings, tuple(found.values()), files)


def usual_files() -> tuple[Path, ...]:
    """Where files are looked for, the last word first, whether there are any or not."""
    return (Path(BESIDE).absolute(), user_config_path("passerby") / "config.toml")


def _files(environment: Mapping[str, str], *, usual: bool) -> tuple[Path, ...]:
    if named := environment.get(VARIABLE):
        if not Path(named).is_file():
            raise UsageError(f"{VARIABLE}: expected a file of settings, found none at {named}")
        return (Path(named).absolute(),)
    return tuple(path for path in usual_files() if path.is_file()) if usual else ()


def _of_environment(environment: Mapping[str, str]) -> Iterable[SettingSource]:
    for name in FIELDS:
        variable = variable_of(name)
        text = environment.get(variable)
        if text:  # an empty one is one that nobody has set
            yield SettingSource(name, parse_setting(name, text, variable), variable)


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return f"PASSERBY_{name.upper()}"


def _read(path: Path) -> Iterable[SettingSource]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: expected settings that can be read, found: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: expected TOML with a line such as workers = 2, found: {error}") from error
    for name, value in document.items():
        if name not in FIELDS:
            raise UsageError(f"{path}: no setting is called {name!r}; {meant_instead(name, FIELDS)}")
        if isinstance(value, str) or type(value) is type(DEFAULTS[name]) or _is_whole(value, name):
            yield SettingSource(name, parse_setting(name, value, f"{path}: {name}"), str(path))
        else:
            kind = type(DEFAULTS[name]).__name__
            raise UsageError(f"{path}: {name}: expected {kind}, found {value!r}")


def _is_whole(value: object, name: str) -> bool:
    """Whether it is a whole number for a setting that may have a fraction."""
    return type(value) is int and isinstance(DEFAULTS[name], float)


def template() -> str:
    """A file with all settings at their defaults, none of which counts before its # is taken away."""
    lines = ["# Settings of Passerby. What is not said here has its default; docs/settings.md."]
    for name, field in FIELDS.items():
        value = f'"{field.default}"' if isinstance(field.default, str) else str(field.default)
        lines += ["", f"# {field.metadata['help']}", f"# {name} = {value}"]
    return "\n".join(lines) + "\n"
