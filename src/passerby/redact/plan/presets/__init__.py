"""Written policies for work that comes up again and again: one file each, and what reads them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from passerby.errors import UsageError
from passerby.redact.plan.policy import Policy, parse_audio

PRESETS = ("interview", "march", "data-set")  # in the order in which they are offered


@dataclass(frozen=True, slots=True)
class Preset:
    """A policy with a name, and why it is as it is."""

    name: str
    title: str
    why: str
    changes: Mapping[str, Any]  # what it asks for, by the names of a policy's fields

    @property
    def policy(self) -> Policy:
        return Policy(**self.changes)


def read_preset(name: str) -> Preset:
    """The preset of a name. Raises UsageError for one that there is not."""
    if name not in PRESETS:
        raise UsageError(f"expected a preset, {', '.join(PRESETS)}, found {name!r}")
    written = tomllib.loads(files(__name__).joinpath(f"{name}.toml").read_text("utf-8"))
    policy = written["policy"]
    changes = policy | {"hide": tuple(policy["hide"]), "audio": parse_audio(policy["audio"])}
    return Preset(name, written["title"], written["why"], changes)
