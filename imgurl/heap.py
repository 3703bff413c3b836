"""What a process holds for good, once it has opened everything."""

import contextlib
import ctypes
import gc


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
