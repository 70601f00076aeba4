"""Passerby: search your footage; the people in it stay passers-by.

What is in ``__all__`` is for programs, and stays; docs/python.md tells of it. All else is not promised to anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Unpack

from passerby.errors import (
    ApiError,
    BusyUploadError,
    ChangedObjectError,
    ChecksumError,
    DamagedError,
    DoubtError,
    EmptyExportError,
    ForgottenError,
    GoneError,
    GopCopyError,
    HeldError,
    LargeUploadError,
    LeakError,
    LogInError,
    ManyUploadsError,
    MediaError,
    MissingExtraError,
    MissingModelError,
    MissingObjectError,
    ModelError,
    NotAllowedError,
    NotVideoError,
    ObjectStorageError,
    OffsetError,
    OutputError,
    PasserbyError,
    PluginError,
    QuarantinedError,
    StaleError,
    StampError,
    StoreError,
    TooManyTriesError,
    UnknownError,
    UnknownUploadError,
    UnknownVideoError,
    UnreadableError,
    UsageError,
    VocabularyError,
    WeightsError,
    WorkerError,
)
from passerby.progress import OnProgress, Progress
from passerby.settings import Settings
from passerby.version import __version__

if TYPE_CHECKING:
    from passerby.evidence.credentials import Signing
    from passerby.examination import Examination
    from passerby.export.insights import (
        BoxInsight,
        ChapterInsight,
        CueInsight,
        Insights,
        MomentInsight,
        NoteInsight,
        ObjectInsight,
        ShotInsight,
        TagInsight,
        TextInsight,
        Video,
    )
    from passerby.export.moment_details import FindingInsight, MomentDetails, Transcript
    from passerby.export.people_insight import PeopleCount, PeopleInsight
    from passerby.export.speech_insight import CorrectionInsight, SpeechInsight, UnplacedCorrection, WordInsight
    from passerby.library import Library
    from passerby.model_shop import ModelCheck, ModelInfo, ModelShop, PulledModel
    from passerby.pipeline.outcome import Outcome
    from passerby.records import RecordingDate, Thumbnail
    from passerby.redact.audit.result import Answer, Audit, AuditedTrack, Leak, ShownFace
    from passerby.redact.make.copy_options import CopyOptions, PolicyChanges
    from passerby.redact.plan.plan import HiddenTrack, Original, Plan
    from passerby.redact.plan.policy import Audio, Drawn, Policy, Zone
    from passerby.redact.tell.copy import CopiedFrames, Copy
    from passerby.redaction import CutVideo, FolderFile, Redaction
    from passerby.search.find import Hit, SearchResult
    from passerby.search.teaching import TaughtClass
    from passerby.store.health import Problem
    from passerby.store.lessons import Lesson
    from passerby.store.quarantine import Quarantined

# Where what is not here yet comes from when it is first asked for: with NumPy, OpenCV and the decoder behind it, it
# takes a second to load, and `passerby --help` needs none of it.
_ELSEWHERE: Mapping[str, str] = {
    name: module
    for module, names in {
        "passerby.evidence.credentials": ("Signing",),
        "passerby.export.insights": (
            "CueInsight",
            "Insights",
            "MomentInsight",
            "NoteInsight",
            "ObjectInsight",
            "ShotInsight",
            "BoxInsight",
            "ChapterInsight",
            "TagInsight",
            "TextInsight",
            "Video",
        ),
        "passerby.export.people_insight": ("PeopleCount", "PeopleInsight"),
        "passerby.export.speech_insight": ("CorrectionInsight", "SpeechInsight", "UnplacedCorrection", "WordInsight"),
        "passerby.export.moment_details": ("FindingInsight", "MomentDetails", "Transcript"),
        "passerby.examination": ("Examination",),
        "passerby.library": ("Library",),
        "passerby.model_shop": ("ModelCheck", "ModelInfo", "ModelShop", "PulledModel"),
        "passerby.pipeline.outcome": ("Outcome",),
        "passerby.records": ("RecordingDate", "Thumbnail"),
        "passerby.redact.audit.result": ("Answer", "Audit", "AuditedTrack", "Leak", "ShownFace"),
        "passerby.redact.make.copy_options": ("CopyOptions", "PolicyChanges"),
        "passerby.redact.plan.plan": ("HiddenTrack", "Original", "Plan"),
        "passerby.redact.plan.policy": ("Audio", "Drawn", "Policy", "Zone"),
        "passerby.redact.tell.copy": ("CopiedFrames", "Copy"),
        "passerby.redaction": ("CutVideo", "FolderFile", "Redaction"),
        "passerby.search.find": ("Hit", "SearchResult"),
        "passerby.search.teaching": ("TaughtClass",),
        "passerby.store.health": ("Problem",),
        "passerby.store.lessons": ("Lesson",),
        "passerby.store.quarantine": ("Quarantined",),
    }.items()
    for name in names
}

# The package of that name, before the function: whatever is loaded first and last, ``passerby.redact`` is the function.
import_module("passerby.redact")


def open(library: Path | str | None = None) -> Library:  # noqa: A001 - as in `passerby.open(...)`
    """A library: a folder, which the first ``add`` makes if it is not there yet.

    Without a name, it is that of ``PASSERBY_LIBRARY`` or of a file of settings; all others are found the same way.
    ``Library(Settings(...))`` takes none of them from there. Raises UsageError for a setting that cannot be.
    """
    from passerby.configuration import configured
    from passerby.library import Library

    named = None if library is None else str(library)
    return Library(configured({"library": named}).settings)


def redact(
    source: Path | str,
    out: Path | str,
    *,
    on_progress: OnProgress = lambda progress: None,
    **options: Unpack[CopyOptions],
) -> Copy:
    """Make a copy of a video or a still image that is safer to share: faces hidden, or what ``hide`` says.

    It fails closed: after an error there is no copy. Raises UsageError for what cannot be asked, MediaError for an
    original that cannot be read, MissingModelError, OutputError, and LeakError where an ``audit`` was asked for and
    failed.
    """
    return _redaction().redact(Path(source), Path(out), on_progress=on_progress, **options)


def look(
    source: Path | str, *, on_progress: OnProgress = lambda progress: None, **options: Unpack[CopyOptions]
) -> Plan:
    """What a copy would hide, without making it. Raises as ``redact``."""
    return _redaction().look(Path(source), on_progress=on_progress, **options)


def audit(
    copy: Path | str,
    *,
    original: Path | str,
    plan: Path | str | None = None,
    report: Path | str | None = None,
    nobody: Mapping[int, str] = MappingProxyType({}),
    every: int = 4,
    on_progress: OnProgress = lambda progress: None,
) -> Audit:
    """Which faces of ``original`` show in ``copy``.

    What its ``plan`` leaves visible is told, and not held against it. ``report`` is where a page with pictures of what
    shows is written: keep it to yourself. ``nobody`` names faces by their numbers in an earlier audit, with why they
    are none. Faces are looked for in ``every`` so many frames. Raises UsageError, MediaError, MissingModelError.
    """
    return _redaction().audit(
        Path(original),
        Path(copy),
        every=every,
        plan=None if plan is None else Path(plan),
        report=None if report is None else Path(report),
        nobody=nobody,
        on_progress=on_progress,
    )


def load_plan(path: Path | str) -> Plan:
    """A plan from a file. Raises UsageError."""
    from passerby.redact.plan import plan_file

    return plan_file.load(Path(path))


def save_plan(plan: Plan, path: Path | str) -> None:
    """Write a plan to a file, to be edited and given to ``redact``. Raises OutputError."""
    from passerby.redact.plan import plan_file

    plan_file.save(plan, Path(path))


def _redaction() -> Redaction:
    from passerby.redaction import Redaction

    return Redaction(open())


if not TYPE_CHECKING:  # a type checker would take any name for one that this gives

    def __getattr__(name: str) -> object:
        if name not in _ELSEWHERE:
            raise AttributeError(f"module 'passerby' has no attribute {name!r}")
        return getattr(import_module(_ELSEWHERE[name]), name)

    def __dir__() -> list[str]:
        return sorted({*globals(), *_ELSEWHERE})


__all__ = [
    "Answer",
    "ApiError",
    "Audio",
    "Audit",
    "AuditedTrack",
    "BoxInsight",
    "BusyUploadError",
    "ChangedObjectError",
    "ChapterInsight",
    "ChecksumError",
    "CopiedFrames",
    "Copy",
    "CopyOptions",
    "CorrectionInsight",
    "CueInsight",
    "CutVideo",
    "DamagedError",
    "DoubtError",
    "Drawn",
    "EmptyExportError",
    "Examination",
    "FindingInsight",
    "FolderFile",
    "ForgottenError",
    "GoneError",
    "GopCopyError",
    "HeldError",
    "HiddenTrack",
    "Hit",
    "Insights",
    "LargeUploadError",
    "Leak",
    "LeakError",
    "Lesson",
    "Library",
    "LogInError",
    "ManyUploadsError",
    "MediaError",
    "MissingExtraError",
    "MissingModelError",
    "MissingObjectError",
    "ModelCheck",
    "ModelError",
    "ModelInfo",
    "ModelShop",
    "MomentDetails",
    "MomentInsight",
    "NotAllowedError",
    "NotVideoError",
    "NoteInsight",
    "ObjectInsight",
    "ObjectStorageError",
    "OffsetError",
    "OnProgress",
    "Original",
    "Outcome",
    "OutputError",
    "PasserbyError",
    "PeopleCount",
    "PeopleInsight",
    "Plan",
    "PluginError",
    "Policy",
    "PolicyChanges",
    "Problem",
    "Progress",
    "PulledModel",
    "Quarantined",
    "QuarantinedError",
    "RecordingDate",
    "Redaction",
    "SearchResult",
    "Settings",
    "ShotInsight",
    "ShownFace",
    "Signing",
    "SpeechInsight",
    "StaleError",
    "StampError",
    "StoreError",
    "TagInsight",
    "TaughtClass",
    "TextInsight",
    "Thumbnail",
    "TooManyTriesError",
    "Transcript",
    "UnknownError",
    "UnknownUploadError",
    "UnknownVideoError",
    "UnplacedCorrection",
    "UnreadableError",
    "UsageError",
    "Video",
    "VocabularyError",
    "WeightsError",
    "WordInsight",
    "WorkerError",
    "Zone",
    "__version__",
    "audit",
    "load_plan",
    "look",
    "open",
    "redact",
    "save_plan",
]
