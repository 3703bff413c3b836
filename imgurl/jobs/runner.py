"""Carries tasks out: takes turns with the other tasks of the process, does the work, records the outcome."""

import contextlib
import random
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from functools import partial
from typing import ParamSpec, TypeVar

import structlog

from imgurl.errors import DatabaseDown, ImgurlError
from imgurl.jobs.ledger import Ledger
from imgurl.jobs.port import NO_METRICS, JobHandler, WorkerMetrics
from imgurl.jobs.queue import Ticket
from imgurl.jobs.rows import FINISH, SPLIT

# A ticket continues with its job's next chunk for this long, without the way through the queue, which costs more than a
# chunk that only makes links. After that other jobs have their turn.
SLICE_SECONDS = 1.0

# The longest pause before the ledger is tried again while the database is down.
LONGEST_PAUSE_SECONDS = 5.0

# How often a task that waits for its turn checks whether the process is to end.
LOOK_SECONDS = 0.1

# The queue takes nothing new after this time, once the process is to end.
SETTLE_SECONDS = 0.5

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class Runner:
    """Carries out the tasks of one worker process. May be called from any number of threads.

    Chunks are drawn by one thread at a time: fonts and plates have one user. ``draining`` is set when the process is to
    end. Mutable state: whose turn it is.
    """

    def __init__(
        self,
        ledger: Ledger,
        handler: JobHandler,
        draining: threading.Event,
        metrics: WorkerMetrics = NO_METRICS,
        *,
        slice_seconds: float = SLICE_SECONDS,
    ) -> None:
        self._ledger = ledger
        self._handler = handler
        self._draining = draining
        self._metrics = metrics
        self._slice_seconds = slice_seconds
        self._turn = threading.Lock()

    def run(self, ticket: Ticket) -> bool:
        """Carry out a ticket's task and then those that it continues with.

        Returns False if the process is to end before the task began: another worker is to have the ticket.
        """
        # Not all equal: tickets that end together would leave the worker idle until the queue is polled again.
        until = time.monotonic() + self._slice_seconds * random.uniform(0.5, 1.5)  # noqa: S311 - no secret
        expected: int | None = ticket.number
        while expected is not None:
            with self._turn_for(expected) as is_mine:
                if not is_mine:
                    return False
                number = retry_while_database_down(self._ledger.begin, ticket.job_id, ticket.run, ticket.number)
                if number is None:
                    return True
                if number >= 0 > expected:
                    # The split was done before its worker died; its first chunk needs the turn.
                    expected = number
                    continue
                expected = self._carry_out(ticket, number, until)
        return True

    @contextlib.contextmanager
    def _turn_for(self, number: int) -> Iterator[bool]:
        """Wait until a task may begin; False if the process is to end first."""
        # Splitting and finishing draw nothing, and a long list must not hold up other jobs.
        draws = number >= 0
        if self._draining.is_set() or (draws and not self._take_turn()):
            time.sleep(SETTLE_SECONDS)
            yield False
            return
        try:
            yield True
        finally:
            if draws:
                self._turn.release()

    def _take_turn(self) -> bool:
        while not self._draining.is_set():
            if self._turn.acquire(timeout=LOOK_SECONDS):
                return True
        return False

    def _carry_out(self, ticket: Ticket, number: int, until: float) -> int | None:
        """Do a task and record it; return the number of the one to continue with."""
        try:
            record = self._do(ticket, number)
        except Exception as error:  # noqa: BLE001 - whatever goes wrong in a task must not end the worker
            for_good = isinstance(error, ImgurlError) and error.is_permanent
            _log(ticket, number, error)
            self._metrics.task_failed()
            return retry_while_database_down(self._ledger.failed, ticket, number, _sentence(error), for_good=for_good)
        goes_on = time.monotonic() < until and not self._draining.is_set()
        return retry_while_database_down(record, goes_on=goes_on)

    def _do(self, ticket: Ticket, number: int) -> Callable[..., int | None]:
        """Do a task; return the call that records it."""
        if number == SPLIT:
            return partial(self._ledger.planned, ticket, self._handler.split(ticket.job_id))
        if number == FINISH:
            self._handler.finish(ticket.job_id)
            return partial(self._ledger.finished, ticket)
        began = time.monotonic()
        count = self._handler.run_chunk(ticket.job_id, number)
        self._metrics.chunk(count, time.monotonic() - began)
        return partial(self._ledger.counted, ticket, number, count)


def retry_while_database_down(
    call: Callable[Parameters, Result], *args: Parameters.args, **kwargs: Parameters.kwargs
) -> Result:
    """Call until the database answers, with growing pauses: work that was done must not be lost."""
    pause = 0.1
    while True:
        try:
            return call(*args, **kwargs)
        except DatabaseDown as error:
            structlog.get_logger().warning("database is down", reason=error.reason, pause_s=pause)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _sentence(error: Exception) -> str:
    """Return what the owner of a job may read about an error: our own words, or its kind."""
    if isinstance(error, ImgurlError):
        return str(error).rstrip(".")
    return f"{type(error).__name__}; see the worker's log"


def _log(ticket: Ticket, number: int, error: Exception) -> None:
    # Not the words of an unknown error: they may contain a merge value. The places where it happened contain none.
    places = [f"{frame.name} ({frame.filename}:{frame.lineno})" for frame in traceback.extract_tb(error.__traceback__)]
    structlog.get_logger().error(
        "task failed", job_id=ticket.job_id, task=number, error=_sentence(error), kind=type(error).__name__,
        attempt=ticket.attempt, places=places[-6:],
    )  # fmt: skip
