"""What workers do in tests that damage files or kill processes; in a module that they can import."""

from dataclasses import dataclass
from functools import cache, partial
from multiprocessing.connection import Connection
from pathlib import Path

from fake_models import FakeModels
from passerby.errors import PasserbyError
from passerby.files.content import Source
from passerby.pipeline.job import IndexJob
from passerby.pipeline.keys import plan
from passerby.pipeline.run import index
from passerby.settings import Settings
from passerby.stages import STAGES
from passerby.stages.base import Stage
from passerby.store.library import Store, open_sink, open_store


@dataclass(frozen=True)
class Verdict:
    """What became of a file: its status, or "refused" or "a fault", with the reason."""

    status: str
    reason: str = ""


def job(clip: Path, library: Path) -> IndexJob:
    """A job of all stages with fake models."""
    return IndexJob(clip, partial(open_sink, library), _all_stages(), FakeModels())


@cache
def _all_stages() -> tuple[Stage, ...]:
    """Found once: whoever asks reads what all packages of the environment bring."""
    return plan(STAGES, Settings())


def index_all(library: Path, connection: Connection) -> None:
    """Index each file whose path comes through the connection, and answer with a verdict, until there are no more."""
    with open_store(library, create=True) as store:
        while True:
            try:
                path = connection.recv()
            except EOFError:
                return
            connection.send(_verdict(job(path, library), store))


def _verdict(job: IndexJob, store: Store) -> Verdict:
    try:
        source = Source.read(Path(str(job.path)), lambda _: None)
        outcome = index(source, job.stages, store.sink, job.models, lambda *_: None)
    except PasserbyError as error:
        return Verdict("refused", str(error))
    except Exception as error:  # what the test is for: any other class is a fault
        return Verdict("a fault", repr(error))
    return Verdict(outcome.status, outcome.message)
