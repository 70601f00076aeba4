"""Plans of copies: kept in versions, and changed by who corrects them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from passerby.callers import Caller
from passerby.documents import Document
from passerby.errors import UnknownError, UsageError
from passerby.evidence.custody import Custody
from passerby.models.load import CatalogModels
from passerby.records import Shot
from passerby.redact.look.needs import missing_models
from passerby.redact.plan import plan_file
from passerby.redact.plan.changes import PlanChanges, TrackChange, applied
from passerby.redact.plan.document import PlanDocument, TrackDocument
from passerby.redact.plan.joining import joined, one_passer_by
from passerby.redact.plan.kinds import Kind
from passerby.redact.plan.presets import PRESETS, read_preset
from passerby.service.plan_documents import PlanDocuments
from passerby.settings import Settings
from passerby.store.library import open_store
from passerby.store.plans import StoredPlan


@dataclass(frozen=True, slots=True)
class WrittenPlan:
    """A version of a plan with what it is of, as JSON: its document as it is kept, which may be large."""

    version: int
    text: str


class Plans:
    """The plans of a library."""

    def __init__(self, settings: Settings, documents: PlanDocuments, models: CatalogModels, custody: Custody) -> None:
        self._library = settings.library
        self._models = models
        self._documents = documents
        self._custody = custody

    def get(self, caller: Caller, plan: str) -> WrittenPlan:
        """The newest version of a plan. Raises UnknownError."""
        stored = self.stored(plan)
        self._custody.note_hourly(caller, "view_plan", stored.video)
        return _with_document(stored, stored.text)

    def of(self, video: str) -> list[Document]:
        """The plans of a video, newest first, without what is in them."""
        with open_store(self._library, create=False) as store:
            found = store.plans.of(video)
        return [_summary(plan) for plan in found]

    def missing_models(self) -> dict[Kind, list[str]]:
        """What cannot be looked for as things are, each kind with the models that it lacks."""
        return missing_models(self._models)

    def presets(self) -> list[Document]:
        """The written policies that there are."""
        found = map(read_preset, PRESETS)
        return [
            {
                "name": preset.name,
                "title": preset.title,
                "why": preset.why,
                "hide": list(policy.hide),
                "effort": policy.effort,
                "style": policy.style,
                "shape": policy.shape,
                "audio": policy.audio.mode,
            }
            for preset in found
            for policy in [preset.policy]
        ]

    def replace(self, caller: Caller, plan: str, document: Mapping[str, Any], version: int) -> WrittenPlan:
        """Put another document in the place of a version of a plan; the plan as ``get`` gives it.

        Raises UnknownError, UsageError for no plan and one of another video, StaleError for a version that is not the
        newest.
        """
        stored = self.stored(plan)
        before = self._documents.of(stored)
        new = self.draft(stored, document)
        new.as_plan()
        changed = self._change(caller, stored, before, new, version)
        return _with_document(changed, changed.text)

    def change(self, caller: Caller, plan: str, changes: PlanChanges, version: int) -> Document:
        """Change some of a version of a plan: its summary. Raises as ``replace``."""
        stored = self.stored(plan)
        before = self._documents.of(stored)
        return _summary(self._change(caller, stored, before, changes.applied(before), version))

    def _change(
        self, caller: Caller, stored: StoredPlan, before: PlanDocument, new: PlanDocument, version: int
    ) -> StoredPlan:
        back = PlanChanges.between(new, before).text()
        text = new.model_dump_json()
        with open_store(self._library, create=False) as store:
            made = store.plans.change(stored.id, text, version, user=caller.name, back=back)
        self._documents.keep(stored.id, made, new)
        self._custody.note(caller, "change_plan", stored.video, plan=stored.id, version=made)
        return self.stored(stored.id)

    def versions(self, plan: str) -> list[Document]:
        """Who has made which version of a plan, the newest first; version 1 is the look's. Raises UnknownError."""
        self.stored(plan)
        with open_store(self._library, create=False) as store:
            found = store.plans.versions(plan)
        return [{"version": each.version, "user": each.user, "changed": each.changed} for each in found]

    def version(self, caller: Caller, plan: str, version: int) -> WrittenPlan:
        """A plan as it was in a version. Raises UnknownError for one that is not kept (any more)."""
        with open_store(self._library, create=False) as store:
            stored = store.plans.get(plan)
            steps = [] if stored is None else store.plans.versions(plan, version + 1)
        if stored is None or len(steps) != stored.version - version:
            raise UnknownError(f"there is no version {version} of the plan {plan} (any more)")
        document = applied(self._documents.of(stored), [PlanChanges.model_validate_json(step.back) for step in steps])
        self._custody.note_hourly(caller, "view_plan", stored.video)
        return _with_document(stored, document.model_dump_json(), version=version)

    def joined(self, plan: str, changes: PlanChanges, tracks: list[int] | None) -> tuple[PlanChanges, list[list[int]]]:
        """What joins tracks of a plan, or of a draft, and which become one: those of these numbers, for None all that
        are one passer-by by place and time. The plan itself is not changed.

        Raises UnknownError, UsageError for tracks that there are not, or that cannot be joined.
        """
        stored = self.stored(plan)
        document = changes.applied(self._documents.of(stored))
        base = document.original.as_original().time_base
        known = {track.number: track for track in document.tracks}
        if unknown := sorted(set(tracks or ()) - known.keys()):
            raise UsageError(f"track {unknown[0]}: expected the number of a track of the plan")
        if tracks is None:
            groups = one_passer_by((track.as_track(base) for track in document.tracks), base, self._cuts(stored.video))
        else:
            groups = [tuple(sorted(set(tracks)))]
        wholes = [joined([known[number].as_track(base) for number in numbers], base) for numbers in groups]
        gone = {number for numbers in groups for number in numbers} - {whole.number for whole in wholes}
        found = [TrackChange.model_construct(**dict(TrackDocument.of(whole, base))) for whole in wholes]
        return PlanChanges(tracks=tuple(found), removed=tuple(sorted(gone))), [list(numbers) for numbers in groups]

    def _cuts(self, video: str) -> list[int]:
        with open_store(self._library, create=False) as store:
            return [shot.span.start for shot in store.records.of(video, Shot)]

    def remove(self, caller: Caller, plan: str) -> None:
        """Throw a plan away. Raises UnknownError."""
        video = self.stored(plan).video
        with open_store(self._library, create=False) as store:
            store.plans.remove(plan)
        self._documents.drop(plan)
        self._custody.note(caller, "remove_plan", video, plan=plan)

    def stored(self, plan: str) -> StoredPlan:
        """A plan as the library keeps it. Raises UnknownError."""
        with open_store(self._library, create=False) as store:
            found = store.plans.get(plan)
        if found is None:
            self._documents.drop(plan)
            raise UnknownError(f"there is no plan {plan} (any more)")
        return found

    def draft(
        self, stored: StoredPlan, document: Mapping[str, Any] | None, changes: PlanChanges | None = None
    ) -> PlanDocument:
        """What a plan is to become: another document in its place, or changes to it. Raises UsageError."""
        kept = self._documents.of(stored)
        if document is None:
            return kept if changes is None else changes.applied(kept)
        parsed = plan_file.read(json.dumps(document), "the plan")
        if parsed.original != kept.original:
            raise UsageError("the plan: expected one of the same original")
        return parsed if changes is None else changes.applied(parsed)


def _summary(plan: StoredPlan) -> Document:
    return {"id": plan.id, "video": plan.video, "version": plan.version, "changed": plan.changed}


def _with_document(plan: StoredPlan, text: str, version: int | None = None) -> WrittenPlan:
    """The summary of a plan with its document, which is JSON already."""
    told = plan.version if version is None else version
    head = json.dumps(_summary(plan) | {"version": told})
    return WrittenPlan(told, f'{head[:-1]}, "plan": {text}}}')
