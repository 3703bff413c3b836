"""What waits for a worker, and where: tickets of tasks, and webhooks. The engine implements the queue."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Ticket:
    """A task that waits in the queue. No two tickets are equal: one that waits twice is carried out once.

    ``run`` counts how often the job was resumed, ``attempt`` how often the task failed; ``delay`` is in seconds.
    """

    job_id: str
    owner: str
    run: int
    number: int
    attempt: int = 0
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Notice:
    """A webhook that waits in the queue. ``attempt`` counts how often it could not be delivered."""

    url: str
    event_id: str
    payload: Mapping[str, object]
    attempt: int = 0
    delay: float = 0.0


class Queue(Protocol):
    """Where tickets wait for a worker. What is put in is visible once the connection's transaction is committed."""

    def put(self, connection: Connection, tickets: Iterable[Ticket]) -> None:
        """Put tasks into the queue."""

    def notify(self, connection: Connection, notice: Notice) -> None:
        """Put a webhook into the queue."""
