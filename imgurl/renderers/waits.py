"""How long a process has waited for a processor while it had something to do."""

import contextlib
import os

# The second number of /proc/PID/schedstat is nanoseconds on a run queue (Documentation/scheduler/sched-stats.rst).
NANOSECONDS = 1e-9


def waited_seconds(pid: int) -> float:
    """Return for how long a process could have run, but others did; 0 where the system does not say."""
    with contextlib.suppress(OSError, IndexError, ValueError):
        # Not pathlib: this is done for each order.
        file = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY)
        try:
            return int(os.read(file, 64).split()[1]) * NANOSECONDS
        finally:
            os.close(file)
    return 0.0
