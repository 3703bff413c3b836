"""Do the chunks of a batch on several cores."""

import contextlib
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

import click

from imgurl.batches.tally import Tally
from imgurl.batches.work import BatchWork
from imgurl.cache.shared import SharedCache
from imgurl.composition import open_pipeline
from imgurl.config import Settings, secret_of
from imgurl.errors import ImgurlError
from imgurl.storage import open_storage
from imgurl.urls.livekeys import live_keys

# How long a process that was told to end may take.
END_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Workplace:
    """What a process needs to do chunks. It is handed to processes that are started anew."""

    store_url: str
    job_id: str
    settings: Settings
    #: Whether images are drawn, into the caches that a server with the same settings reads.
    warm: bool

    @contextlib.contextmanager
    def open(self) -> Iterator[BatchWork]:
        """Give who does the work."""
        storage = open_storage(self.store_url)
        keys = live_keys(self.settings.data, secret_of(self.settings.signing_keys))
        if not self.warm:
            yield BatchWork(storage, None, keys)
            return
        url = self.settings.store_url
        shared = SharedCache(open_storage(url), is_patient=True) if url else None
        try:
            yield BatchWork(storage, open_pipeline(self.settings, shared=shared), keys)
        finally:
            if shared:
                shared.close()


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a process could not do a chunk."""

    sentence: str


def do_all(place: Workplace, numbers: Sequence[int], workers: int) -> Iterator[Tally]:
    """Do chunks, in any order; yield the tally of each.

    Raises click.ClickException where one can't be done, or a process died. Whatever ends this, the processes end too.
    """
    count = min(workers, len(numbers))
    if count <= 1:
        with place.open() as work:
            for number in numbers:
                yield work.run_chunk(place.job_id, number)
        return
    context = get_context("spawn")  # a store does not survive a fork
    waiting = iter(numbers)
    busy: dict[Connection, BaseProcess] = {}
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_do_chunks, args=(place, theirs), daemon=True)
            with _without_interrupts():
                process.start()
            theirs.close()
            busy[ours] = process
            _hand(ours, next(waiting))
        while busy:
            for connection in wait([*busy]):
                assert isinstance(connection, Connection)
                yield _answer(connection, busy[connection])
                following = next(waiting, None)
                _hand(connection, following)
                if following is None:
                    busy.pop(connection).join(END_SECONDS)
    finally:
        for left in busy.values():
            left.terminate()
        for left in busy.values():
            left.join(END_SECONDS)


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach from their first moment: it ends the one that was called."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _hand(connection: Connection, number: int | None) -> None:
    # Where the process is gone, the next look at its connection says so.
    with contextlib.suppress(ConnectionError):
        connection.send(number)


def _answer(connection: Connection, process: BaseProcess) -> Tally:
    try:
        answer = connection.recv()
    except (EOFError, ConnectionError):
        process.join(END_SECONDS)
        raise click.ClickException(
            f"a worker process died (exit code {process.exitcode}); run the same command again to go on, with fewer "
            "--workers if the memory did not suffice"
        ) from None
    if isinstance(answer, _Failure):
        raise click.ClickException(answer.sentence)
    assert isinstance(answer, Tally)
    return answer


def _do_chunks(place: Workplace, orders: Connection) -> None:
    """Do the chunks that come, until there are no more. Runs in a process of its own."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with place.open() as work:
            while (number := orders.recv()) is not None:
                orders.send(work.run_chunk(place.job_id, number))
    except (EOFError, ConnectionError):
        return
    except ImgurlError as error:
        orders.send(_Failure(str(error)))
    except Exception as error:
        # One of the edges: the process that was called tells it, but not its words, which may hold a value.
        orders.send(_Failure(f"a chunk could not be done: {type(error).__name__}"))
        raise


def _end_with_parent() -> None:
    """End at once when the calling process is gone, whatever killed it: somebody may begin again meanwhile."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
