"""What a process holds for good: while it is loaded, and once it has opened everything."""

import contextlib
import ctypes
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Collect no garbage while modules are imported: they leave next to none, and it takes a tenth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def settle() -> None:
    """Let no collection visit what is in memory now, and give back what is free. Stops the process for a moment.

    Call it when what will be held for long is there, and again when it was replaced.
    """
    # What was held for good may be garbage by now.
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    # Of the GNU C library only: what it keeps back of what opening and compiling have freed.
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
