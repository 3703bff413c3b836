"""Do the chunks of a batch on several cores.

Not a ``ProcessPoolExecutor``: its workers outlive a parent that is killed, and would write into a run that somebody has
resumed meanwhile; it cannot end work in progress before Python 3.14, and it does not say how a worker died.
"""

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
from imgurl.composition.showing import draws_in_processes
from imgurl.composition.warming import open_warming_pipeline
from imgurl.config import Settings, secret_of
from imgurl.errors import ImgurlError
from imgurl.storage import open_storage
from imgurl.urls.livekeys import live_keys

# How long a process may take to end.
END_SECONDS = 10.0

# Reading and minting a row and ordering its image takes a tenth of the time of drawing it.
RENDERERS_OF_READER = 4


@dataclass(frozen=True, slots=True)
class ChunkContext:
    """What a process needs to do chunks. It is sent to the processes of the pool."""

    store_url: str
    job_id: str
    settings: Settings
    #: Whether images are rendered, into the caches that a server with the same settings reads.
    warm: bool
    #: How many processes do the work: they mint, or render.
    workers: int = 1

    @property
    def readers(self) -> int:
        """How many processes read the list and mint: few where others render for them."""
        has_renderers = self.warm and draws_in_processes(self.settings)
        return max(1, self.workers // RENDERERS_OF_READER) if has_renderers else self.workers

    @contextlib.contextmanager
    def open(self) -> Iterator[BatchWork]:
        """Open the store and, to render, the pipeline."""
        storage = open_storage(self.store_url)
        keys = live_keys(self.settings.data, secret_of(self.settings.signing_keys))
        if not self.warm:
            yield BatchWork(storage, None, keys)
            return
        url = self.settings.store_url
        shared = SharedCache(open_storage(url), is_patient=True) if url else None
        try:
            with open_warming_pipeline(self.settings, self.workers // self.readers, shared) as pipeline:
                yield BatchWork(storage, pipeline, keys)
        finally:
            if shared:
                shared.close()


@dataclass(frozen=True, slots=True)
class _Failure:
    """Why a process could not do a chunk."""

    sentence: str


def run_chunks(context: ChunkContext, work: BatchWork, numbers: Sequence[int]) -> Iterator[Tally]:
    """Do chunks, in any order; yield the tally of each. Where one process is enough, ``work`` does them in this one.

    Raises click.ClickException if one cannot be done, or a process died. However this ends, the processes end too.
    """
    count = min(context.readers, len(numbers))
    if count <= 1:
        for number in numbers:
            yield work.run_chunk(context.job_id, number)
        return
    spawn = get_context("spawn")  # a store does not survive a fork
    waiting = iter(numbers)
    busy: dict[Connection, BaseProcess] = {}
    try:
        for _ in range(count):
            ours, theirs = spawn.Pipe()
            process = spawn.Process(target=_work, args=(context, theirs), daemon=True)
            with _without_interrupts():
                process.start()
            theirs.close()
            busy[ours] = process
            _send(ours, next(waiting))
        while busy:
            for connection in wait([*busy]):
                assert isinstance(connection, Connection)
                yield _answer(connection, busy[connection])
                following = next(waiting, None)
                _send(connection, following)
                if following is None:
                    busy.pop(connection).join(END_SECONDS)
    finally:
        for left in busy.values():
            left.terminate()
        for left in busy.values():
            left.join(END_SECONDS)


@contextlib.contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start processes that ignore Ctrl-C from their first moment: it ends the parent, which ends them."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _send(connection: Connection, number: int | None) -> None:
    # If the process is gone, receiving from it says so.
    with contextlib.suppress(ConnectionError):
        connection.send(number)


def _answer(connection: Connection, process: BaseProcess) -> Tally:
    try:
        answer = connection.recv()
    except (EOFError, ConnectionError):
        process.join(END_SECONDS)
        raise click.ClickException(
            f"a worker process died (exit code {process.exitcode}); run the same command again to resume, with fewer "
            "--workers if there was not enough memory"
        ) from None
    if isinstance(answer, _Failure):
        raise click.ClickException(answer.sentence)
    assert isinstance(answer, Tally)
    return answer


def _work(context: ChunkContext, requests: Connection) -> None:
    """Do the chunks that are requested, until there are no more. Runs in a process of its own."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        with context.open() as work:
            while (number := requests.recv()) is not None:
                requests.send(work.run_chunk(context.job_id, number))
    except (EOFError, ConnectionError):
        return
    except ImgurlError as error:
        requests.send(_Failure(str(error)))
    except Exception as error:
        # One of the edges: the parent reports the type, but not the message, which may contain a value.
        requests.send(_Failure(f"a chunk could not be done: {type(error).__name__}"))
        raise


def _end_with_parent() -> None:
    """End at once when the parent is gone, whatever killed it: somebody may resume the run meanwhile."""
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
