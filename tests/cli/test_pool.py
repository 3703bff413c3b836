"""Facts of imgurl.cli.pool: chunks are done on several cores, each once, and no process is left."""

from dataclasses import replace
from multiprocessing import active_children
from pathlib import Path

import click
import pytest

from imgurl.batches.tally import Tally
from imgurl.cli.pool import ChunkContext, run_chunks
from imgurl.config import Secret, Settings
from imgurl.text.fonts import FontCatalogue
from tests.batches.factories import BatchRunner, make_runner
from tests.web.server import KEYS

ROWS = 7


@pytest.fixture
def runner(tmp_path: Path, fonts: FontCatalogue) -> BatchRunner:
    """A batch of seven rows in chunks of one row, which is split."""
    runner = make_runner(tmp_path, fonts)
    runner.accept(b"first_name,tint,code\n" + b"Ava,red,B2\n" * ROWS)
    runner.work(chunk_rows=1).split("job")
    return runner


@pytest.fixture
def context(runner: BatchRunner) -> ChunkContext:
    """What a process needs to do its chunks."""
    settings = Settings(data=runner.folder / "data", signing_keys=Secret(KEYS))
    return ChunkContext((runner.folder / "store").as_uri(), "job", settings, warm=False, workers=2)


@pytest.mark.parametrize("workers", [1, 3])
def test_each_chunk_is_done_once(runner: BatchRunner, context: ChunkContext, workers: int) -> None:
    """In this process or in several: one tally for each, all rows are there, and the processes have ended."""
    tallies = [*run_chunks(replace(context, workers=workers), runner.work(), range(ROWS))]
    assert sum(tallies, start=Tally()).done == len(tallies) == ROWS
    assert all(runner.work().is_done("job", number) for number in range(ROWS))
    assert active_children() == []


def test_only_the_chunks_that_are_asked_for_are_done(runner: BatchRunner, context: ChunkContext) -> None:
    """The others are left for the run that resumes."""
    assert len([*run_chunks(context, runner.work(), [5, 2])]) == 2
    assert [number for number in range(ROWS) if runner.work().is_done("job", number)] == [2, 5]


def test_a_chunk_that_fails_ends_the_run_with_its_sentence(runner: BatchRunner, context: ChunkContext) -> None:
    """The error of a worker process reaches the parent, and the processes end."""
    with pytest.raises(click.ClickException, match="in the store failed"):
        list(run_chunks(context, runner.work(), [0, 99, 1]))
    assert active_children() == []


def test_a_caller_that_stops_ends_the_processes(runner: BatchRunner, context: ChunkContext) -> None:
    """As Ctrl-C does: what is under way is ended, not waited for."""
    chunks = run_chunks(context, runner.work(), range(ROWS))
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]
    assert active_children() == []


def test_few_processes_read_for_many_that_render(context: ChunkContext) -> None:
    """One for four renderers; where a thread renders, each process has its own."""
    rendering = replace(context, warm=True, workers=9)
    assert [replace(context, workers=9).readers, rendering.readers, replace(rendering, workers=3).readers] == [9, 2, 1]
    assert replace(rendering, settings=replace(context.settings, renderers=0)).readers == 9
