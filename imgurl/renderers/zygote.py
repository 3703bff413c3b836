"""The process that all renderers are forked from: it opens the studio, once, and draws nothing itself.

Started as a fresh interpreter, so that it has neither threads nor an event loop. It does one thing at a time: it forks
when it is asked, and waits for a renderer's end when it is asked, which is when that renderer's connection has closed.
So a process id stays in use until the pool knows of the end, and a kill by id never hits another process.
"""

import faulthandler
import os
import pickle
import pkgutil
import signal
import socket
import sys
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from imgurl.heap import loading, settle
from imgurl.renderers import renderer
from imgurl.renderers.orders import Limits, Recipe, Studio
from imgurl.renderers.wire import NO_STATUS, PID, PID_AND_STATUS, Kind, receive, receive_with_socket, send

# Ctrl-C and a service manager reach the whole group: the pool finishes what is under way, and then ends us.
IGNORED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# numpy's BLAS, whichever it was built with, starts threads when it is imported; nothing here multiplies matrices.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def main(descriptor: int) -> NoReturn:
    """Open what the pool says, and fork until it closes the connection."""
    for number in IGNORED:
        signal.signal(number, signal.SIG_IGN)
    # A native crash leaves a traceback in the log.
    faulthandler.enable()
    os.environ.update(ONE_THREAD)
    control = socket.socket(fileno=descriptor)
    if (opening := receive(control)) is not None:
        try:
            studio, limits = _open(opening.body)
        except Exception:  # noqa: BLE001 - whatever it is, the owner of the pool says it
            send(control, Kind.UNOPENED, traceback.format_exc().encode(errors="replace"))
        else:
            # Forks share what is in memory: nothing of it may be written to by a collection.
            settle()
            send(control, Kind.READY, PID.pack(_threads()))
            _fork_while_asked(control, studio, limits)
    # At once, and not after everything was taken apart: the pool waits for this process when its connection closes.
    os._exit(0)


def _open(body: bytes) -> tuple[Studio, Limits]:
    # The path comes first: what the rest is unpickled to may be found on it only.
    sys.path[:], rest = pickle.loads(body)  # noqa: S301 - of the pool that started this process
    recipe: Recipe
    with loading():
        recipe, limits = pickle.loads(rest)  # noqa: S301
        opener = pkgutil.resolve_name(recipe.opener)
    return opener(recipe.settings), limits


def _fork_while_asked(control: socket.socket, studio: Studio, limits: Limits) -> None:
    # By how many were forked up to each.
    children: dict[int, int] = {}
    forked = 0
    while True:
        asked, connection = receive_with_socket(control)
        if asked is None:
            break
        if asked.kind == Kind.FORK and connection is not None:
            forked += 1
            with connection:
                child = _fork(control, connection, studio, limits)
            if child is not None:
                children[forked] = child
        elif asked.kind == Kind.REAP:
            (name,) = PID.unpack(asked.body)
            send(control, Kind.REAPED, PID_AND_STATUS.pack(name, _reap(name, children)))
            children = {number: pid for number, pid in children.items() if name not in (pid, -number)}
    # Their connections are closed too, or will be: this process is there until the last one is gone.
    for pid in children.values():
        os.waitpid(pid, 0)


def _reap(name: int, children: Mapping[int, int]) -> int:
    """End a renderer whose connection has closed; return how it ended. A negative name is that of an early death."""
    pid = name if name > 0 else children.get(-name)
    if pid is None:
        return NO_STATUS
    # Not waited for yet, so the process id is its own.
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _fork(control: socket.socket, connection: socket.socket, studio: Studio, limits: Limits) -> int | None:
    """Fork a renderer; return its process id, None where the system has no process left."""
    try:
        pid = os.fork()
    except OSError:
        # The pool sees the connection close, and tries again later.
        return None
    if pid == 0:
        control.close()
        _be_renderer(connection, studio, limits)
    return pid


def _be_renderer(connection: socket.socket, studio: Studio, limits: Limits) -> NoReturn:
    status = 1
    try:
        renderer.run(connection, studio, limits)
        status = 0
    except (BrokenPipeError, ConnectionResetError):
        # The pool is gone.
        status = 0
    except BaseException:  # noqa: BLE001 - nothing may return into the zygote's loop
        traceback.print_exc()
    finally:
        # Not sys.exit: what was registered for the end of the zygote is not for us.
        os._exit(status)


def _threads() -> int:
    """Return how many threads this process has, native ones too; 0 where the system does not say."""
    tasks = Path("/proc/self/task")
    return len([*tasks.iterdir()]) if tasks.exists() else 0
