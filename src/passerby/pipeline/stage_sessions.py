"""The open sessions of the stages that a run does, joined to what is known from the stages that are done."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from passerby.pipeline.listen import Listener
from passerby.pipeline.side_thread import SideSession, SideThread
from passerby.records import Record
from passerby.stages.base import (
    CloseUps,
    Cutter,
    CuttingSession,
    Kit,
    MaskedMoment,
    Masker,
    MaskingSession,
    Session,
    SettledSample,
    SmallFrame,
    Stage,
)
from passerby.stages.outside import require_declared


class Finishing(Protocol):
    """What gives the records of a stage when all is in."""

    def finish(self, end: int) -> Sequence[Record]: ...


_S = TypeVar("_S", bound=Finishing)


class Sessions:
    """Opens the sessions of the stages that are to do, by what they take, and asks all of them for their records."""

    def __init__(
        self, stages: Sequence[Stage], todo: Sequence[Stage], kit: Kit, recorded: Callable[[Stage], Sequence[Record]]
    ) -> None:
        """``todo`` are some of the ``stages`` of a run; ``recorded`` gives what is kept of one that is done."""
        self._stages, self._todo, self._kit, self._recorded = stages, todo, kit, recorded
        self._open: dict[str, Finishing] = {}

    def cutting(self) -> CuttingSession | None:
        """What finds or knows the cuts; None where no stage of the run does."""
        cutter = next((stage for stage in self._stages if isinstance(stage, Cutter)), None)
        if cutter is None:
            return None
        if cutter in self._todo:
            return self._opened(cutter, cutter.open(self._kit))
        return cutter.recall_cuts(self._recorded(cutter))

    def masking(self) -> MaskingSession:
        """What finds or knows where people are. Raises ValueError where no stage of the run does."""
        masker = next((stage for stage in self._stages if isinstance(stage, Masker)), None)
        if masker is None:
            raise ValueError("expected a stage that masks people before those that describe, found none")
        if masker in self._todo:
            return self._opened(masker, masker.open(self._kit))
        return masker.recall_people(self._recorded(masker))

    def frames(self) -> list[Session[SmallFrame]]:
        """Those that take frames, beside what cuts."""
        return [
            self._opened(stage, stage.open(self._kit))
            for stage in self._todo
            if not isinstance(stage, Cutter) and stage.takes == "frames"
        ]

    def hear_by(self, listener: Listener) -> None:
        """Have those that take sound hear what ``listener`` takes in."""
        for stage in self._todo:
            if stage.takes == "sound":
                self._opened(stage, listener.add(stage.open(self._kit)))

    def samples(self) -> list[tuple[str, Session[SettledSample]]]:
        """Those that take samples, beside what masks, each with the name of its detector."""
        return [
            (stage.detector, self._opened(stage, stage.open(self._kit)))
            for stage in self._todo
            if not isinstance(stage, Masker) and stage.takes == "samples"
        ]

    def moments(self) -> list[Session[MaskedMoment]]:
        return [self._opened(stage, stage.open(self._kit)) for stage in self._todo if stage.takes == "moments"]

    def close_ups(self, thread: SideThread) -> list[SideSession[CloseUps]]:
        """Those that take close-ups, at work in ``thread``."""
        return [
            self._opened(stage, SideSession(stage.open(self._kit), thread, lambda item: len(item.frames)))
            for stage in self._todo
            if stage.takes == "close-ups"
        ]

    def cut_records(self, end: int) -> Iterator[tuple[str, Sequence[Record]]]:
        """The records of what cuts, if it is to do: the cuts are final then, and ``records`` gives the others."""
        cutters = [stage for stage in self._todo if isinstance(stage, Cutter)]
        yield from self._finish(cutters, end)
        for stage in cutters:
            self._open.pop(stage.name, None)

    def records(self, end: int) -> Iterator[tuple[str, Sequence[Record]]]:
        """The records of each stage, by its name, in the order of their needs, of a video that ends at pts ``end``.

        Raises PluginError for a record that a stage does not say that it makes.
        """
        yield from self._finish(self._todo, end)

    def _finish(self, stages: Sequence[Stage], end: int) -> Iterator[tuple[str, Sequence[Record]]]:
        for stage in stages:
            if stage.name in self._open:
                records = self._open[stage.name].finish(end)
                require_declared(stage, records)
                yield stage.name, records

    def _opened(self, stage: Stage, session: _S) -> _S:
        self._open[stage.name] = session
        return session
