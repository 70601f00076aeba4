"""What is asked of a cluster of Ray; it says nothing to Ray."""

from dataclasses import dataclass

from passerby.processes.limits import Limits


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where jobs run, how many of them at once, and what each may use."""

    address: str  # HOST:PORT; "" for one of its own
    workers: int  # 0: as many as fit
    limits: Limits
    gpus: float = 0.0  # graphics cards of each job

    @property
    def name(self) -> str:
        return f"ray://{self.address}" if self.address else "ray"


@dataclass(frozen=True, slots=True)
class Unit:
    """A job, as it goes to a place."""

    number: int
    job: bytes
    tries: int = 1
