"""Processes for tests to kill: forks of one that has imported what they need, so that each starts in milliseconds."""

import multiprocessing
from functools import cache
from multiprocessing.context import ForkServerContext

# There is one such process for each that runs tests, for all of them: Python sees to that.
PRELOADED = ["tests.cache.writer", "tests.jobs.sandbox"]


@cache
def forks() -> ForkServerContext:
    """Return what starts such processes. They end with the tests only if they see to it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context
