"""The error for an id that leads to nothing."""

from passerby.errors import UsageError


class UnknownError(UsageError):
    """There is nothing of that id: a job, a plan, a copy, a picture."""
