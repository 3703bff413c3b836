"""A pool's side of its processes: a zygote, and the renderers that are forked from it."""

import asyncio
import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Generic, TypeVar

from imgurl.config import environment_without_settings
from imgurl.renderers.failures import Death, StudioFailed
from imgurl.renderers.orders import PATIENCE, Limits, Recipe
from imgurl.renderers.waits import waited_seconds
from imgurl.renderers.wire import NO_STATUS, PID, PID_AND_STATUS, Channel, Frame, Kind

Task = TypeVar("Task")

# Waiting that is shorter than this is no reason to give a renderer more time.
LEAST_WAIT_SECONDS = 0.02

COMMAND = "from imgurl.renderers.zygote import main; main({})"


class Zygote:
    """A process that renderers are forked from. The constructor starts it.

    ``ready`` fails with StudioFailed where the studio could not be opened; ``ended`` has how the process ended, which
    is after all its renderers if it was asked to retire. While ``is_ready`` it can fork.
    """

    def __init__(self, recipe: Recipe, limits: Limits) -> None:
        loop = asyncio.get_running_loop()
        self.ready: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[Death] = loop.create_future()
        self.threads = 0
        self.is_ready = False
        self._forked = 0
        self._reaping: dict[int, Callable[[int | None], object]] = {}
        ours, theirs = socket.socketpair()
        with theirs:
            # A group of its own: Ctrl-C in a terminal does not reach it, not even while it starts.
            self._process = subprocess.Popen(  # noqa: S603 - our own command
                (sys.executable, "-c", COMMAND.format(theirs.fileno())),
                pass_fds=(theirs.fileno(),),
                env=environment_without_settings(),  # a renderer needs no key, and decodes what strangers made
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                process_group=0,
            )
        self._channel = Channel(ours, self._hear, self._end)
        self._channel.send(Kind.OPEN, pickle.dumps((sys.path, pickle.dumps((recipe, limits)))))

    def fork(self, connection: socket.socket) -> int:
        """Fork a renderer at the other end of a connection; return its name until its process id is known."""
        self._forked += 1
        self._channel.send(Kind.FORK, passed=connection)
        return -self._forked

    def reap(self, name: int, report: Callable[[int | None], object]) -> None:
        """End a renderer whose connection has closed, by process id or name; ``report`` gets how it ended.

        None where nobody knows.
        """
        if not self.is_ready:
            report(None)
            return
        self._reaping[name] = report
        self._channel.send(Kind.REAP, PID.pack(name))

    def retire(self) -> None:
        """Fork no more; the process ends after its renderers."""
        self._channel.finish()

    @property
    def pid(self) -> int:
        """The id of the process."""
        return self._process.pid

    def kill(self) -> None:
        """End the process at once. Its renderers go on."""
        self._process.kill()

    def _hear(self, frame: Frame) -> None:
        match frame.kind:
            case Kind.READY:
                (self.threads,) = PID.unpack(frame.body)
                self.is_ready = True
                if not self.ready.done():
                    self.ready.set_result(None)
            case Kind.UNOPENED:
                self._fail(frame.body.decode())
            case Kind.REAPED:
                pid, status = PID_AND_STATUS.unpack(frame.body)
                self._reaping.pop(pid)(None if status == NO_STATUS else status)

    def _end(self) -> None:
        # The connection closes as the process ends: this waits no longer than that takes.
        death = Death("zygote", self._process.pid, self._process.wait())
        self.is_ready = False
        self.ended.set_result(death)
        self._fail(str(death))
        reports, self._reaping = self._reaping, {}
        for report in reports.values():
            report(None)

    def _fail(self, reason: str) -> None:
        if not self.ready.done():
            self.ready.set_exception(StudioFailed(f"what the renderers draw with could not be opened: {reason}"))
            # Nobody may wait any more.
            self.ready.exception()


class Renderer(Generic[Task]):
    """A process that draws, and the one task that it has. The constructor has it forked.

    ``deadline`` is when it must have said something, on the clock of the event loop; None while nothing is expected.
    ``greeted`` is done when it has started, or will not any more; ``ended`` when its connection has closed.
    """

    def __init__(
        self,
        zygote: Zygote,
        deadline: float,
        on_frame: "Callable[[Renderer[Task], Frame], object]",
        on_end: "Callable[[Renderer[Task]], object]",
    ) -> None:
        self.zygote = zygote
        self.deadline: float | None = deadline
        self.pid: int | None = None
        self.task: Task | None = None
        self.began = 0.0
        self.is_overdue = False
        self.is_leaving = False
        loop = asyncio.get_running_loop()
        self.greeted: asyncio.Future[None] = loop.create_future()
        self.ended: asyncio.Future[None] = loop.create_future()
        self._waited = 0.0
        self._latest = 0.0
        self._on_frame = on_frame
        self._on_end = on_end
        ours, theirs = socket.socketpair()
        with theirs:
            self._channel = Channel(ours, self._hear, self._end)
            self.name = zygote.fork(theirs)

    @property
    def is_idle(self) -> bool:
        """Whether it waits for a task."""
        return self.pid is not None and self.task is None and not self.is_leaving and not self.ended.done()

    def give(self, task: Task, body: bytes, now: float, deadline: float) -> bool:
        """Hand over a task, or the one that it has once more; return whether the process was there to get it."""
        if not self._channel.send(Kind.DRAW, body):
            return False
        self.task, self.began, self.deadline = task, now, deadline
        self._latest = now + (deadline - now) * PATIENCE
        self._waited = self._waited_seconds()
        return True

    def extend(self, now: float) -> bool:
        """Put the deadline of a task off by what the process has waited for a processor; return whether it has."""
        if self.task is None or self.is_overdue or now >= self._latest:
            return False
        before, self._waited = self._waited, self._waited_seconds()
        waited = self._waited - before
        if waited < LEAST_WAIT_SECONDS:
            return False
        self.deadline = min(now + waited, self._latest)
        return True

    def take(self) -> Task | None:
        """Take back the task, which is done or lost; return it."""
        task, self.task, self.deadline = self.task, None, None
        return task

    def retire(self, deadline: float) -> None:
        """Give it no more tasks; it ends when it has done what it does after its answer."""
        self.is_leaving, self.deadline = True, deadline
        self._channel.finish()

    def kill(self, deadline: float) -> None:
        """End the process, because it has said nothing for too long. If its connection is still there by a deadline,
        where this is called again, it is left to itself: the kernel can't end it, or a zygote that hangs has a copy.
        """
        if self.ended.done():
            return
        if self.is_overdue:
            self._channel.close()
            self._end()
            return
        self.is_overdue, self.deadline = True, deadline
        if self.pid is None:
            # Whoever forks hangs.
            self.zygote.kill()
        else:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _waited_seconds(self) -> float:
        return 0.0 if self.pid is None else waited_seconds(self.pid)

    def _hear(self, frame: Frame) -> None:
        if frame.kind == Kind.HELLO:
            (self.pid,) = PID.unpack(frame.body)
            self.deadline = None
            self.greeted.set_result(None)
        self._on_frame(self, frame)

    def _end(self) -> None:
        self.deadline = None
        self.ended.set_result(None)
        if not self.greeted.done():
            self.greeted.set_result(None)
        self._on_end(self)
