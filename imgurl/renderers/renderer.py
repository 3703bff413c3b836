"""What a renderer does: it takes one order after the other until the pool closes the connection."""

import contextlib
import gc
import os
import pickle
import resource
import signal
import socket
import time
import traceback
from pathlib import Path

from imgurl.renderers.orders import Lacking, Limits, Studio
from imgurl.renderers.wire import PID, Frame, Kind, receive, send

# An order that lasts so much longer than it may is ended by the kernel: the pool that should have killed is gone.
ORPHANED_SECONDS = 2.0

# Where memory runs out the kernel ends renderers first (proc(5): -1000 never, 1000 always).
OOM_SCORE = 500

STATM = Path("/proc/self/statm")


def run(connection: socket.socket, studio: Studio, limits: Limits) -> None:
    """Draw what is ordered. Returns when the other end is closed."""
    _settle_in(limits)
    send(connection, Kind.HELLO, PID.pack(os.getpid()))
    # Only now: where processors are busy, who waits for a renderer must not wait for those that are less nice.
    os.nice(limits.niceness)
    while (order := receive(connection)) is not None:
        # SIGALRM ends a process that has no handler for it, also one that hangs in native code.
        signal.setitimer(signal.ITIMER_REAL, limits.longest_seconds + ORPHANED_SECONDS)
        _draw(connection, studio, order)
        signal.setitimer(signal.ITIMER_REAL, 0.0)


def _draw(connection: socket.socket, studio: Studio, order: Frame) -> None:
    began = time.perf_counter()
    afterwards = None
    try:
        work, supply = pickle.loads(order.body)  # noqa: S301 - of the pool that started this process
        if supply is not None:
            studio.learn(supply)
        body, afterwards = studio.draw(work)
        kind = Kind.DRAWN
    except Lacking:
        kind, body = Kind.LACKING, b""
    except MemoryError:
        # Native code that got no memory may be in any state: this process draws no other picture.
        raise
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a picture, the next one is drawn
        kind, body = Kind.FAILED, (str(error) or type(error).__name__).encode(errors="replace")
    send(connection, kind, body, time.perf_counter() - began)
    if afterwards is not None:
        try:
            afterwards()
        except Exception:  # noqa: BLE001 - the picture is sent: what can't be written is not worth the process
            traceback.print_exc()


def _settle_in(limits: Limits) -> None:
    # What was there before the fork is shared and stays: a collection that visits it copies its pages.
    gc.enable()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
    if limits.memory_mb and STATM.exists():
        size = int(STATM.read_text().split()[0]) * resource.getpagesize()
        most = size + limits.memory_mb * 1_000_000
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
