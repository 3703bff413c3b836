"""A ledger whose queue is a list, for tests that are the workers themselves."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlalchemy import Connection

from imgurl.jobs.database import open_database
from imgurl.jobs.ledger import Ledger
from imgurl.jobs.queue import Notice, Ticket


@dataclass
class ListQueue:
    """Tasks and webhooks in the order they were put in. Not part of a transaction: the tests end all of theirs."""

    tickets: list[Ticket] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def put(self, _: Connection, tickets: Iterable[Ticket]) -> None:
        """Put tasks into the list."""
        self.tickets.extend(tickets)

    def notify(self, _: Connection, notice: Notice) -> None:
        """Put a webhook into the list."""
        self.notices.append(notice)


@dataclass(frozen=True)
class Planned:
    """A plan."""

    chunks: int
    rows: int


@dataclass(frozen=True)
class Tallied:
    """A count."""

    total: int
    done: int
    failed: int = 0
    fallbacks: Mapping[str, int] = field(default_factory=dict)


@dataclass
class Clock:
    """Time that passes when a test says so."""

    now: float = 1_000_000.0

    def __call__(self) -> float:
        """Return Unix seconds."""
        return self.now


@dataclass(frozen=True)
class LedgerRig:
    """A ledger, its queue and its clock."""

    ledger: Ledger
    queue: ListQueue
    clock: Clock

    def begin(self, ticket: Ticket) -> int | None:
        """Begin a ticket's task."""
        return self.ledger.begin(ticket.job_id, ticket.run, ticket.number)

    def later(self, notice: Notice, delay: float) -> Notice:
        """Return a webhook as it is queued again after a try that failed."""
        return replace(notice, attempt=notice.attempt + 1, delay=delay)

    def take(self) -> Ticket:
        """Take the ticket that waits longest."""
        return self.queue.tickets.pop(0)


@contextlib.contextmanager
def open_ledger_rig(
    folder: Path, database_url: str | None = None, retry_seconds: tuple[float, ...] = (1.0, 2.0)
) -> Iterator[LedgerRig]:
    """Open a ledger of its own."""
    queue, clock = ListQueue(), Clock()
    engine = open_database(folder, database_url)
    yield LedgerRig(Ledger(engine, queue, retry_seconds, clock), queue, clock)
    engine.dispose()
