"""The kinds of jobs, by the names under which they are kept."""

from passerby.service.jobs.add import AddJob
from passerby.service.jobs.audit import AuditJob
from passerby.service.jobs.base import ServerJob
from passerby.service.jobs.case_export import BagJob
from passerby.service.jobs.check import CheckJob
from passerby.service.jobs.look import LookJob
from passerby.service.jobs.pull import PullJob
from passerby.service.jobs.redact import RedactJob
from passerby.store.jobs import StoredJob

KINDS_OF_JOBS: dict[str, type[ServerJob]] = {
    kind.kind: kind for kind in (AddJob, LookJob, RedactJob, AuditJob, PullJob, CheckJob, BagJob)
}


def job_of(stored: StoredJob) -> ServerJob:
    """The job that a library keeps."""
    return KINDS_OF_JOBS[stored.kind].from_json(stored.request)
