"""Who judges and draws: this process, or some of its own.

Processes end with the one that started them, however that ends. Light: what draws is loaded where it is done.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol, Self

from imgurl.errors import PreflightFailed
from imgurl.preflight.order import PreflightOrder
from imgurl.preflight.requests import Draw, Part, Refit, Thumbnail
from imgurl.preflight.tally import Tally

# How often those who wait for processes look whether they still should, in seconds.
LOOK_SECONDS = 0.5

# How long a process may take to end.
END_SECONDS = 10.0


class Crew(Protocol):
    """Who judges parts of a list, and draws rows of it."""

    def judge(self, parts: Iterator[Part]) -> Iterator[Tally]:
        """Yield the counts of the parts, in any order. Raises PreflightFailed."""

    def draw(self, request: Draw) -> Sequence[Thumbnail]:
        """Draw some rows. Raises PreflightFailed."""

    def refit(self, request: Refit) -> Mapping[str, int]:
        """Say which ``min_size`` layers would need. Raises PreflightFailed."""


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a process could not do something: the kind of error, never its words, which may hold a value."""

    kind: str


class ProcessCrew:
    """So many processes, for the duration of a ``with``. Mutable state: the processes, by what they are doing.

    ``look`` is called while they work, again and again; what it raises is raised to whoever waits for them.
    """

    def __init__(self, order: PreflightOrder, count: int, look: Callable[[], object] = lambda: None) -> None:
        self._order = order
        self._count = count
        self._look = look
        self._spawn = get_context("spawn")  # fonts and locks do not survive a fork
        self._busy: dict[Connection, BaseProcess] = {}
        self._idle: dict[Connection, BaseProcess] = {}

    def __enter__(self) -> Self:
        """Nothing is started before there is something to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        everyone = [*self._busy.values(), *self._idle.values()]
        for process in everyone:
            process.terminate()
        for process in everyone:
            process.join(END_SECONDS)

    def judge(self, parts: Iterator[Part]) -> Iterator[Tally]:
        """Yield the counts of the parts, in any order. Raises PreflightFailed."""
        # The next part is read while the processes judge. Only who waits for a part is sent one: a pipe holds little.
        for part in parts:
            if not self._idle and len(self._busy) < self._count:
                self._start()
            while not self._idle:
                yield from self._answers()
            self._send(part)
        while self._busy:
            yield from self._answers()

    def draw(self, request: Draw) -> Sequence[Thumbnail]:
        """Draw some rows. Raises PreflightFailed."""
        drawn: Sequence[Thumbnail] = self._ask(request)
        return drawn

    def refit(self, request: Refit) -> Mapping[str, int]:
        """Say which ``min_size`` layers would need. Raises PreflightFailed."""
        sizes: Mapping[str, int] = self._ask(request)
        return sizes

    def _ask(self, request: Draw | Refit) -> Any:
        if not self._idle:
            self._start()
        self._send(request)
        (answer,) = self._answers()
        return answer

    def _start(self) -> None:
        ours, theirs = self._spawn.Pipe()
        process = self._spawn.Process(target=work, args=(self._order, theirs), daemon=True)
        with _without_interrupts():
            process.start()
        theirs.close()
        self._idle[ours] = process

    def _send(self, request: Part | Draw | Refit) -> None:
        connection, process = self._idle.popitem()
        self._busy[connection] = process
        # If the process is gone, receiving from it says so.
        with contextlib.suppress(ConnectionError):
            connection.send(request)

    def _answers(self) -> Iterator[Any]:
        """Wait until a process has answered; yield what those that have say."""
        while not (answered := wait([*self._busy], LOOK_SECONDS)):
            self._look()
        for done in answered:
            assert isinstance(done, Connection)
            yield _answer(done, self._busy[done])
            self._idle[done] = self._busy.pop(done)


def work(order: PreflightOrder, requests: Connection) -> None:
    """Do what is asked for, until the other end is closed. Runs in a process of its own."""
    # Ctrl-C is for the parent, which ends this process.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from imgurl.preflight.part import PartJudge, open_design  # noqa: PLC0415 - only this process lays texts out

    try:
        judge = PartJudge(order, open_design(order))
        while True:
            requests.send(judge.answer(requests.recv()))
    except (EOFError, ConnectionError):
        return
    except (ValueError, ArithmeticError, LookupError, OSError, RuntimeError, TypeError, MemoryError) as error:
        requests.send(_Failure(type(error).__name__))


def _answer(connection: Connection, process: BaseProcess) -> Any:
    try:
        answer = connection.recv()
    except (EOFError, ConnectionError):
        process.join(END_SECONDS)
        raise PreflightFailed(f"a process died (exit code {process.exitcode}); was there enough memory?") from None
    if isinstance(answer, _Failure):
        raise PreflightFailed(f"the list can't be judged to its end ({answer.kind})")
    return answer


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start processes that ignore Ctrl-C from their first moment: it ends the parent, which ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread has signals, and a server's is busy with its own
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end_with_parent() -> None:
    """End at once when the parent is gone, whatever killed it."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
