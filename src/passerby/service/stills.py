"""Pictures that are sent to have something hidden in them: they are given back, and nothing of them is kept."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from passerby.callers import LOCAL, Caller
from passerby.errors import UsageError
from passerby.evidence.custody import Custody
from passerby.files.safe_name import safe_name
from passerby.library import Library
from passerby.media.still import FORMATS
from passerby.processes.decoder import Decoder
from passerby.processes.limits import Limits
from passerby.redact.plan.kinds import Kind
from passerby.redact.plan.policy import Shape, Style
from passerby.redaction import Redaction
from passerby.settings import Settings

SECONDS = 120.0  # for one picture


@dataclass(frozen=True, slots=True)
class HiddenStill:
    """A picture with what was asked for hidden, and what was done in words."""

    name: str
    content: bytes
    summary: tuple[str, ...]


class Stills:
    """Hides in pictures, one after the other, in a process of its own."""

    def __init__(self, settings: Settings, scratch: Path, custody: Custody) -> None:
        """``scratch`` is the folder in which a picture lies while it is worked on."""
        self._settings = settings
        self._scratch = scratch
        self._custody = custody
        self._worker = Decoder(replace(Limits.of(settings), stall_seconds=SECONDS))

    def close(self) -> None:
        self._worker.close()

    def redact(
        self,
        caller: Caller,
        name: str,
        content: bytes,
        *,
        hide: Sequence[Kind],
        zones: Sequence[str] = (),
        style: Style = "solid",
        shape: Shape = "box",
    ) -> HiddenStill:
        """The picture of a file of that name. Raises UsageError, MediaError, MissingModelError."""
        name = safe_name(name)
        if not content:
            raise UsageError(f"{name}: expected a picture, found nothing")
        options = {"hide": tuple(hide), "zones": tuple(zones), "style": style, "shape": shape}
        with tempfile.TemporaryDirectory(dir=self._scratch) as folder:
            source = Path(folder) / name
            source.write_bytes(content)
            made = self._worker.do(_hidden, source, self._settings, options)
        self._custody.note(caller, "redact", style=style)
        return made


def _hidden(source: Path, settings: Settings, options: dict[str, object]) -> HiddenStill:
    suffix = source.suffix if source.suffix.lower() in FORMATS else ".jpg"
    target = source.with_name(f"{source.stem}-safe{suffix}")
    redaction = Redaction(Library(settings, LOCAL, Custody(settings.library)))
    made = redaction.redact(source, target, **options)  # type: ignore[arg-type]
    folder = f"{source.parent}/"
    return HiddenStill(target.name, target.read_bytes(), tuple(line.replace(folder, "") for line in made.summary))
