"""Documents of plans as they were read last: to read one of thousands of tracks takes longer than all else."""

import threading
from collections import OrderedDict

from passerby.redact.plan import plan_file
from passerby.redact.plan.document import PlanDocument
from passerby.store.plans import StoredPlan

KEPT = 4  # plans, which people work on at the same time


class PlanDocuments:
    """Reads the documents of stored plans, and keeps the latest few for as long as their versions are the newest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[int, PlanDocument]] = OrderedDict()

    def of(self, stored: StoredPlan) -> PlanDocument:
        """The document of a plan. Raises UsageError for one that is none."""
        with self._lock:
            version, document = self._kept.get(stored.id, (0, None))
        if document is None or version != stored.version:
            document = plan_file.read(stored.text, "the plan")
            self.keep(stored.id, stored.version, document)
        return document

    def keep(self, plan: str, version: int, document: PlanDocument) -> None:
        """Keep what a version of a plan is known to be."""
        with self._lock:
            self._kept[plan] = (version, document)
            self._kept.move_to_end(plan)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

    def drop(self, plan: str) -> None:
        """Keep nothing of a plan."""
        with self._lock:
            self._kept.pop(plan, None)

    def clear(self) -> None:
        """Keep nothing of any plan: a video was forgotten."""
        with self._lock:
            self._kept.clear()
