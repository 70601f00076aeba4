"""``passerby redact --dry-run``: what would be done, in words or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import typer

from passerby.cli.output import clean, print_error, print_json
from passerby.documents import Document
from passerby.errors import UsageError
from passerby.wording import counted

if TYPE_CHECKING:
    from passerby.cli.redact_options import RedactOptions
    from passerby.redact.make.copy_options import CopyOptions
    from passerby.redact.make.dry_run import DryFile, DryRun
    from passerby.redact.plan.policy import Effort
    from passerby.redaction import Redaction

DONE, SOME_FAILED = 0, 1
EFFORTS: Mapping[Effort, str] = {
    "fast": "at few frames",
    "normal": "as closely as usual",
    "careful": "at every frame, closely",
}


def run_dry(options: RedactOptions, redaction: Redaction, asked: CopyOptions) -> int:
    """Tell what ``options`` would do. Raises as ``Redaction.dry_run``, and UsageError for what would write a file."""
    for name, given in (("--tracks", options.tracks), ("--report", options.report)):
        if given is not None:
            raise UsageError(f"--dry-run: expected no {name} with it, since nothing is written; leave one of them out")
    if options.out is None:
        raise UsageError("--dry-run: expected --out with the name that the copy would have")
    found = redaction.dry_run(options.sources, options.out, to_folder=options.is_of_several, **asked)
    counts = Counter(file.status for file in found.files)
    if options.as_json:
        print_json(_document(found))
    else:
        for line in _asked(found):
            typer.echo(clean(line))
        for file in found.files:
            _tell(file)
        told = [f"{count} {status}" for status, count in counts.items()]
        typer.echo(f"nothing was written: {', '.join(told)}")
    return SOME_FAILED if counts["refused"] or counts["left out"] == len(found.files) else DONE


def _asked(found: DryRun) -> Iterator[str]:
    from passerby.redact.tell.summary import STYLES, less_certain, not_looked_for

    policy = found.policy
    looked_for = [*policy.hide, *policy.objects]
    if policy.text_pattern and "text" in policy.hide:
        looked_for = [f"text={policy.text_pattern}" if kind == "text" else kind for kind in looked_for]
    yield f"would look for: {', '.join(looked_for) or 'nothing'} ({EFFORTS[policy.effort]})"
    yield from less_certain(policy)
    yield f"would not look for: {', '.join(not_looked_for(policy))}"
    yield f"with: {', '.join(found.models) or 'no model'}"
    yield f"what is found would be {STYLES[policy.style]}; sound: {_sound(found)}"


def _sound(found: DryRun) -> str:
    from passerby.redact.tell.summary import SPOKEN_PII

    audio = found.policy.audio
    parts = [*([counted(len(audio.spans), "span")] if audio.spans else []), *([SPOKEN_PII] if audio.pii else [])]
    return f"{audio.mode} {' and '.join(parts)}".strip()


def _tell(file: DryFile) -> None:
    if file.copy is None:
        print_error(f"passerby: {file.status}: {file.source}: {file.message.removeprefix(f'{file.source}: ')}")
        return
    typer.echo(clean(f"{file.status}: {file.copy}, of {file.source}"))
    for what, told in (("streams", file.left_out.streams), ("metadata", file.left_out.tags)):
        if told:
            typer.echo(clean(f"  would drop {what}: {', '.join(told)}"))
    for note in file.left_out.notes:
        typer.echo(clean(f"  {note}"))


def _document(found: DryRun) -> Document:
    from passerby.redact.tell.copy import policy_document
    from passerby.redact.tell.summary import not_looked_for

    policy = found.policy
    return {
        "policy": policy_document(policy) | {"audio": policy.audio.mode},
        "not_looked_for": not_looked_for(policy),
        "models": list(found.models),
        "files": [file.document() for file in found.files],
    }
