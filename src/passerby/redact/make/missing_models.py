"""What a copy needs that may not be on the machine, known before a picture is looked at: all of it, in one line."""

import os
from collections.abc import Iterator
from typing import Protocol

from passerby.errors import MediaError, MissingExtraError, MissingModelError
from passerby.extras import Extra, require_extra
from passerby.media.read.probe import look
from passerby.models.one_command import all_missing
from passerby.models.roles import ModelRole
from passerby.redact.hear.pii import EXTRA as PII_EXTRA
from passerby.redact.make.request import Request
from passerby.redact.plan.policy import PII


class ModelLookup(Protocol):
    """Tells which model has a role, and what of it is not on this machine: ``models/load.py``."""

    def name_for(self, role: ModelRole) -> str:
        """The name of that model."""
        ...

    def commands_for(self, name: str) -> list[str]:
        """The commands that get it; none where it is here."""
        ...


def require_all(request: Request, models: ModelLookup) -> None:
    """Raise MissingModelError or MissingExtraError, with the one command that gets it, for all that is not here."""
    if request.plan is not None:  # nothing is looked for then
        return
    absent = {name: commands for name in _models(request, models) if (commands := models.commands_for(name))}
    extras = []
    for extra in _extras(request):
        try:
            require_extra(extra)
        except MissingExtraError as error:
            if not absent:
                raise
            extras.append(error.command)
    if absent:
        told = all_missing(absent, extras)
        raise MissingModelError(f"to find what is to be hidden, expected models that are not here: {told}")


def _models(request: Request, models: ModelLookup) -> Iterator[str]:
    """Those that do not ship with Passerby, by what is to be hidden."""
    policy = request.policy
    if "plates" in policy.hide:
        yield models.name_for("plates")
    if "text" in policy.hide:
        yield models.name_for("text")
    if "text" in policy.hide and policy.text_pattern:
        yield request.text_reader or models.name_for("reading")
    if policy.audio.pii and _has_sound(request):
        yield request.speech_model or models.name_for("transcription")


def _extras(request: Request) -> Iterator[Extra]:
    """Optional packages, beside those that run models."""
    policy = request.policy
    if ("text" in policy.hide and policy.text_pattern == PII) or (policy.audio.pii and _has_sound(request)):
        yield PII_EXTRA


def _has_sound(request: Request) -> bool:
    if os.path.isdir(request.source):
        return True
    try:
        return look(request.source).info.has_audio
    except MediaError:
        return False  # whoever is to copy it says why
