"""What happens in the process of a job: what each kind of job does, and what it tells its executor.

A job's arguments and its result are plain values, since both are kept as JSON; docs/api.md names them.
"""

import json
import os
import traceback
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from passerby.errors import ForgottenError, PasserbyError, UnknownVideoError
from passerby.export.document import Document
from passerby.library import Library
from passerby.progress import Progress
from passerby.redact.audit.verdict import WORDS
from passerby.redact.plan import file as plan_file
from passerby.redact.plan.kinds import KINDS
from passerby.redaction import Redaction
from passerby.service.copies import read_answer, shows_more, write_manifest
from passerby.service.unknown import UnknownError
from passerby.settings import Settings
from passerby.store.jobs import StoredJob
from passerby.store.library import open_store
from passerby.wording import counted

AUDITED_EVERY = 4  # frames of the original, in the audit that follows each copy

Tell = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Done:
    """How a job ended."""

    failed: bool
    message: str
    result: dict[str, Any]
    video: str = ""  # the id of the video that it turned out to be about
    details: str = ""  # a traceback, for the server's own log


def work(job: StoredJob, settings: Settings, scratch: Path, executor: Connection) -> None:
    """The main function of the process of a job. Sends `Progress`, and a `Done` last."""
    os.umask(0o077)  # what it makes lies in the library, for its owner alone
    try:
        done = KINDS_OF_JOBS[job.kind](job, settings, scratch, executor.send)
        done = replace(done, message=_without_folders(done.message, job, settings))
    except PasserbyError as error:
        done = Done(True, _without_folders(str(error), job, settings), {"error": type(error).__name__})
    except Exception as error:  # the job's outer door
        message = f"a fault in Passerby itself: {type(error).__name__}: {error}"
        done = Done(True, message, {"error": type(error).__name__}, details=traceback.format_exc())
    executor.send(done)


def _without_folders(message: str, job: StoredJob, settings: Settings) -> str:
    """Where files lie on the server is no business of all who may see jobs."""
    folders = [settings.library_path.absolute() / "copies" / job.id]
    if job.kind == "add":
        folders.insert(0, Path(job.asked["path"]).parent)
    with open_store(settings.library, create=False) as store:
        video = store.video(job.video) if job.video else None
    if video is not None:
        folders.insert(0, Path(video.path).parent)
    for folder in folders:
        message = message.replace(f"{folder}/", "")
    return message


def _add(job: StoredJob, settings: Settings, scratch: Path, tell: Tell) -> Done:
    """``path``; ``upload``: the name of an original that was uploaded, or ""."""
    path, upload = Path(job.asked["path"]), job.asked.get("upload", "")
    with closing(Library(settings).add([path], on_progress=tell, server_job=job.id)) as adding:
        # Of what was forgotten meanwhile nothing is told.
        outcomes = [outcome for outcome in adding if outcome.error != ForgottenError.__name__]
    videos = [outcome.video_id for outcome in outcomes if outcome.video_id]
    if upload:
        _settle(settings, upload, path, videos)
    counts = {status: sum(o.status == status for o in outcomes) for status in ("done", "skipped", "damaged", "failed")}
    messages = [outcome.message for outcome in outcomes if outcome.message]
    if upload:  # where the library keeps originals is nothing to tell, nor would it mean anything to who sent the file
        messages = [message.replace(f"{path.parent}/", "") for message in messages]
    return Done(
        not videos,
        "; ".join(messages[:3]),
        {"videos": videos, "counts": counts},
        video=videos[0] if len(outcomes) == 1 and videos else "",
    )


def _settle(settings: Settings, upload: str, path: Path, videos: list[str]) -> None:
    """An uploaded file belongs to its video from now on; it is removed if it is none, or is there already."""
    with open_store(settings.library, create=False) as store:
        video = store.video(videos[0]) if videos else None
        if video is not None and Path(video.path) == path.absolute():
            store.files.finish("original", upload, video.id)
        else:
            store.files.drop("original", upload)


def _look(job: StoredJob, settings: Settings, scratch: Path, tell: Tell) -> Done:
    """``hide``, ``text_pattern``, ``effort``: what is looked for; the result names the ``plan``."""
    library = Library(settings)
    changes = {
        "hide": tuple(kind for kind in KINDS if kind in job.asked["hide"]),
        "text_pattern": job.asked.get("text_pattern", ""),
        "effort": job.asked.get("effort", "normal"),
    }
    plan = Redaction(library).look(_path_of(settings, job.video), changes, on_progress=tell)
    with open_store(settings.library, create=False) as store:
        made = store.plans.put(job.video, plan_file.dump(plan))
    return Done(False, counted(len(plan.tracks), "track"), {"plan": made, "tracks": len(plan.tracks)})


def _redact(job: StoredJob, settings: Settings, scratch: Path, tell: Tell) -> Done:
    """``plan``: its text; ``name``: of the copy. What is made lies in the folder ``copies/`` and the job's id."""
    with open_store(settings.library, create=False) as store:
        if store.files.get("copy", job.id):  # of an attempt that was cut short
            store.files.drop("copy", job.id)
        folder = store.files.claim("copy", job.id, job.video)
    folder.mkdir(mode=0o700)
    target = folder / job.asked["name"]
    plan = folder / f"{target.name}.plan.json"
    plan.write_text(job.asked["plan"], "utf-8")
    source = _path_of(settings, job.video)
    redaction = Redaction(Library(settings))
    made = redaction.redact(source, target, {}, plan=plan, on_progress=tell)
    made["summary"] = _for_elsewhere(made["summary"], folder)
    found = redaction.audit(source, target, every=AUDITED_EVERY, plan=plan, on_progress=tell)
    write_manifest(folder, made | {"state": found["state"], "audit": found})
    with open_store(settings.library, create=False) as store:
        store.files.finish("copy", job.id, job.video)
    return Done(
        False, _verdict(found), {"copy": job.id, "name": target.name, "summary": made["summary"], "audit": found}
    )


def _for_elsewhere(summary: Sequence[str], folder: Path) -> list[str]:
    """A summary for people who do not see the folder, without what is only true before the audit that follows."""
    return [line.replace(f"{folder}/", "") for line in summary if not line.startswith("audit: ")]


def _audit(job: StoredJob, settings: Settings, scratch: Path, tell: Tell) -> Done:
    """``copy``: the id of a copy, of which this is the newest audit then.

    The page of what shows is kept outside of the library, until the server ends.
    """
    with open_store(settings.library, create=False) as store:
        folder = store.files.root() / "copies" / job.asked["copy"]
        answers = list(map(read_answer, store.copies.answers(job.asked["copy"])))
    target = folder / job.asked["name"]
    found = Redaction(Library(settings)).audit(
        _path_of(settings, job.video),
        target,
        every=1,
        plan=folder / f"{target.name}.plan.json",
        report=scratch / f"{job.id}.html",
        answers=answers,
        on_progress=tell,
    )
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
        write_manifest(folder, manifest | {"state": found["state"], "audit": found})
    except FileNotFoundError as error:
        raise UnknownError(f"the copy {target.name} was removed meanwhile") from error
    if shows_more(manifest["audit"], found):
        with open_store(settings.library, create=False) as store:
            store.copies.withdraw(job.asked["copy"])
    return Done(False, _verdict(found), {"copy": job.asked["copy"], "audit": found})


def _verdict(found: Document) -> str:
    """The state of a copy and why, in one line."""
    return f"{WORDS[found['state']]}: {found['verdict']}"


def _pull(job: StoredJob, settings: Settings, scratch: Path, tell: Tell) -> Done:
    """``model``: its name in the catalog."""
    name = job.asked["model"]

    def told(done: int, total: int | None) -> None:
        tell(Progress(Path(name), "reading", done, total))

    _, licence = Library(settings).pull_model(name, None, told)
    return Done(False, f"{name} is here ({licence})", {"model": name, "licence": licence})


def _path_of(settings: Settings, video: str) -> Path:
    with open_store(settings.library, create=False) as store:
        found = store.video(video)
    if found is None:
        raise UnknownVideoError(f"video {video[:12]} is not in the library (any more)")
    return Path(found.path)


KINDS_OF_JOBS: dict[str, Callable[[StoredJob, Settings, Path, Tell], Done]] = {
    "add": _add,
    "look": _look,
    "redact": _redact,
    "audit": _audit,
    "pull": _pull,
}
